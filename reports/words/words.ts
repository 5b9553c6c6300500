/** What a report says of its own, in one language. Figures and names come in already written. */
import type { ReviewKind } from "../../db/model/board-views.ts";
import type { BillingType } from "../../db/model/fleet.ts";
import type { LooseRow } from "../../db/model/ledger-views.ts";
import type { CheckGroup, CheckVerdict, HoleCause } from "../../db/model/patrol.ts";
import type { ReportKind } from "../../db/model/report.ts";
import type { Severity } from "../../db/model/rule.ts";
import type { ChangeKind, FigureId, FleetDimension, FUNNEL_STEPS } from "../report-value.ts";

export type SectionId =
  | "summary"
  | "changes"
  | "fleet"
  | "funnel"
  | "reliability"
  | "incidents"
  | "idle"
  | "features"
  | "checks"
  | "coverage"
  | "appendix";

export type HeadlineParts = {
  readonly cost: string;
  readonly delta: string; // "" = nothing to compare with
  readonly waste: string;
  readonly wasteShare: string;
  readonly incidents: number;
  readonly bad: number;
  readonly unknown: number;
  readonly coverage: string;
};

/** One change. `subject` is "" where it is about everything. */
export type ChangeParts = {
  readonly subject: string;
  readonly now: string;
  readonly before: string;
  readonly delta: string;
};

export type ReportWords = {
  /** @param name of the period: 2026-11-22, 2026-W46, 2026-10 */
  readonly title: (kind: ReportKind, name: string) => string;
  readonly headline: (parts: HeadlineParts) => string;
  readonly noCards: string; // headline where no card of the scope was ours
  readonly sections: Readonly<Record<SectionId, string>>;
  readonly facts: {
    readonly period: string;
    readonly periodText: (from: string, to: string, hours: string) => string;
    readonly zone: string;
    readonly scope: string;
    readonly wholeFleet: string;
    readonly scopePart: (what: keyof ScopeNames, names: string) => string;
    readonly through: string;
    readonly knownAt: string;
    readonly compared: string;
    readonly nothingBefore: string;
    readonly currency: string;
    readonly coverage: string;
    readonly revision: string;
  };
  readonly scopeNames: ScopeNames;
  readonly join: string; // between clauses
  readonly list: string; // between names
  readonly colon: string; // between a name and what is said of it
  readonly figure: Readonly<Record<FigureId, { readonly label: string; readonly why: string }>>;
  readonly isPartial: (through: string) => string;
  readonly isUnbooked: (through: string) => string;
  readonly otherZone: (zone: string) => string;
  readonly unpriced: (cardHours: string) => string;
  readonly listPrices: (share: string) => string;
  readonly unconverted: (currencies: string) => string;
  readonly supersedes: (revision: number) => string;
  readonly supersedesChanged: (what: string) => string;
  readonly change: Readonly<Record<ChangeKind, (parts: ChangeParts) => string>>;
  readonly noChange: string;
  readonly nothingBefore: string;
  readonly by: Readonly<Record<FleetDimension, string>>;
  readonly dimension: Readonly<Record<FleetDimension, string>>;
  readonly billing: Readonly<Record<BillingType, string>>;
  readonly notSaid: string; // a vendor, region … nobody named
  readonly noTier: string;
  readonly step: Readonly<Record<(typeof FUNNEL_STEPS)[number], string>>;
  readonly loose: Readonly<Record<LooseRow["what"], string>>;
  readonly review: Readonly<Record<ReviewKind, string>>;
  readonly cause: Readonly<Record<HoleCause, string>>;
  readonly group: Readonly<Record<CheckGroup, string>>;
  readonly verdict: Readonly<Record<CheckVerdict, string>>;
  readonly severity: Readonly<Record<Severity, string>>;
  readonly columns: Readonly<Record<ColumnWord, string>>;
  readonly titles: Readonly<Record<TitleWord, string>>;
  readonly notes: Readonly<Record<NoteWord, string>>;
  readonly none: Readonly<
    Record<"offenders" | "incidents" | "reclaim" | "features" | "holes" | "checks" | "patrol" | "cards", string>
  >;
  readonly more: (count: string) => string; // rows left out
  readonly others: string; // the rest of a chart's series
  readonly restOfTable: (count: string) => string;
  readonly checkSummary: (parts: { bad: number; unknown: number; warn: number; ok: number }) => string;
  readonly digestChecks: (more: string) => string;
  readonly digestMissing: (minutes: string, cause: string) => string; // most of it by that cause
  readonly digestReclaim: (perDay: string, items: string) => string;
  readonly certificate: (share: string, minutes: string, missing: string) => string;
  readonly paused: (minutes: string, rules: string) => string; // observed while rules were switched off
  readonly heldByTeams: string; // what the certificate of teams is of
  readonly books: string; // the ledger, among the sources
  readonly atOnce: string;
  readonly open: string;
  readonly yes: string;
  readonly definitions: readonly (readonly [term: string, text: string])[];
  readonly readOnline: string; // before the link
};

export type ScopeNames = Readonly<Record<"vendors" | "regions" | "models" | "billings" | "teams", string>>;

export type ColumnWord =
  | "cards"
  | "coverage"
  | "cost"
  | "change"
  | "hourly"
  | "busy"
  | "busyChange"
  | "activity"
  | "waste"
  | "step"
  | "cardHours"
  | "ofDelivered"
  | "before"
  | "lost"
  | "vendor"
  | "model"
  | "cardDays"
  | "eccCorrected"
  | "eccUncorrected"
  | "xid"
  | "drops"
  | "card"
  | "node"
  | "rows"
  | "codes"
  | "lastTime"
  | "severity"
  | "fired"
  | "firedBefore"
  | "mtta"
  | "mttr"
  | "rule"
  | "what"
  | "since"
  | "ack"
  | "open"
  | "pool"
  | "tier"
  | "free"
  | "idleHeld"
  | "money"
  | "advice"
  | "savingPerDay"
  | "from"
  | "accepted"
  | "feature"
  | "team"
  | "revenue"
  | "margin"
  | "marginRatio"
  | "roi"
  | "unit"
  | "units"
  | "unitCost"
  | "unitCostChange"
  | "item"
  | "verdict"
  | "detail"
  | "measure"
  | "todo"
  | "named"
  | "day"
  | "missing"
  | "cause"
  | "to"
  | "minutes"
  | "source"
  | "newest"
  | "no";

export type TitleWord =
  | "costByDay"
  | "funnel"
  | "rates"
  | "offenders"
  | "bySeverity"
  | "byRule"
  | "incidents"
  | "idlePools"
  | "reclaim"
  | "features"
  | "units"
  | "checks"
  | "needsAction"
  | "coverageDays"
  | "causes"
  | "holes"
  | "freshness"
  | "total";

export type NoteWord =
  | "fleet"
  | "tier"
  | "funnel"
  | "rates"
  | "offenders"
  | "incidents"
  | "idle"
  | "reclaim"
  | "features"
  | "partOfFleet"
  | "holes";
