/**
 * What a report says, before any language: figures of one period and scope, and of the period before. Plain JSON, the same
 * for the same stored facts whoever makes it and when: it knows no clock, no words and no link. Money is micro-units of
 * `currency` as text, time card-milliseconds, null = not known.
 *
 * documentOf (write-document.ts) writes every figure once; page, PDF, CSV and chat show what it wrote.
 */
import type { ReviewKind } from "../db/model/board-views.ts";
import type { BillingType } from "../db/model/fleet.ts";
import type { DayRange, Estimate, LooseRow } from "../db/model/ledger-views.ts";
import type { Currency, MicroText } from "../db/model/money.ts";
import type { CheckGroup, CheckVerdict, CoverageCertificate } from "../db/model/patrol.ts";
import type { ReportKind, ReportPeriod, ReportScope } from "../db/model/report.ts";
import type { Severity, TwoTongues } from "../db/model/rule.ts";
import type { Tier } from "../db/model/tier.ts";
import type { UnixMs } from "../db/model/units.ts";

export type ReportValue = {
  readonly version: 1;
  readonly kind: ReportKind;
  readonly period: ReportPeriod;
  readonly before: ReportPeriod | null; // what it is compared with; null = nothing is stored of it
  readonly scope: ReportScope;
  readonly through: UnixMs; // slots are closed up to here, at most period.to
  readonly currency: Currency;
  readonly money: MoneyDays;
  readonly figures: readonly Figure[]; // the cover's, in order
  readonly changes: readonly Change[]; // most telling first
  readonly fleet: FleetPart;
  readonly funnel: readonly FunnelStep[]; // bought → delivered → healthy → held → busy
  readonly reliability: ReliabilityPart;
  readonly incidents: IncidentsPart;
  readonly idle: IdlePart;
  readonly features: FeaturesPart;
  readonly checks: readonly CheckLine[]; // by group, worst first in it
  readonly coverage: CoverageCertificate; // at most MOST_HOLES holes, most missing time first
  readonly holesLeftOut: { readonly count: number; readonly missingMs: number };
  readonly freshness: readonly SourceFresh[];
};
export const MOST_HOLES = 500;

/** The ledger's days: the same dates in the zone the books are kept in. */
export type MoneyDays = {
  readonly range: DayRange;
  readonly zone: string;
  readonly isSameZone: boolean; // false: the books' days begin at another instant than the period's
  readonly from: UnixMs; // start of the range's first day
  readonly through: UnixMs; // end of the newest booked hour, at most the range's end
};

export const FIGURES = [
  "cost",
  "waste",
  "utilisation",
  "incidents",
  "bad_checks",
  "coverage",
  "cards",
  "margin",
  "mttr",
] as const;
export type FigureId = (typeof FIGURES)[number];
/** A figure and what it was in the period before. */
export type Figure = { readonly id: FigureId; readonly now: Amount; readonly before: Amount };

/** `cards`: a mean over the period. `rate`: per 1,000 observed card-days. */
export type Amount =
  | { readonly unit: "money"; readonly value: MicroText | null }
  | { readonly unit: "ratio" | "count" | "cards" | "ms" | "card_ms" | "rate"; readonly value: number | null };

export const CHANGE_KINDS = [
  "cost", // of everything
  "vendor_cost",
  "waste",
  "cards_came",
  "cards_went",
  "tier",
  "utilisation",
  "check_worse",
  "check_better",
  "check_unknown",
  "feature_cost",
  "feature_unit_cost",
  "feature_margin",
  "new_rule", // a rule that did not fire in the period before
  "coverage",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];
/** `subject`: what it is about (vendor, pool, feature, rule); hostile where people or labels named it. */
export type Change = {
  readonly kind: ChangeKind;
  readonly subject: Named;
  readonly now: Amount;
  readonly before: Amount;
  readonly isGood: boolean | null; // null = neither
};

/** A name as it is; words of ours in both languages; or a pool. */
export type Named = string | TwoTongues | PoolNamed;

export const FLEET_DIMENSIONS = ["vendor", "region", "model", "billing", "tier"] as const;
export type FleetDimension = (typeof FLEET_DIMENSIONS)[number];

/** Card-time and money of a part of the fleet. `ms` and `micro` by state, in the order of LEDGER_STATES. */
export type FleetRow = {
  readonly key: string; // of the dimension; "" = not said
  readonly cards: number; // mean over the time judged
  readonly ownedMs: number;
  readonly ms: readonly number[];
  readonly micro: readonly MicroText[];
  readonly costMicro: MicroText | null; // null = none of its time has a price
  readonly costBeforeMicro: MicroText | null;
  readonly hourlyMicro: MicroText | null; // cost ÷ priced card-hours; null = nothing is priced
  readonly wasteMicro: MicroText | null; // free and held idle, as on Today
  readonly utilisation: number | null; // busy ÷ observed; null = nothing observed
  readonly utilisationBefore: number | null;
  readonly activity: number | null; // mean of what cards said of their activity; null = nothing said, or not a part of pools
  readonly estimate: Estimate;
};
export type FleetPart = {
  readonly groups: Readonly<Record<FleetDimension, readonly FleetRow[]>>; // most money first; each adds up to the total
  readonly total: FleetRow;
  readonly days: readonly string[];
  readonly costByDay: readonly {
    readonly vendor: string;
    readonly micro: readonly (MicroText | null)[];
  }[]; // most money first
};

export const FUNNEL_STEPS = ["bought", "delivered", "healthy", "held", "busy"] as const;
/**
 * Card-time of a step. bought: declared by contracts; delivered: ours; healthy: observed and not in fault; held: busy,
 * starting or held idle; busy.
 */
export type FunnelStep = {
  readonly step: (typeof FUNNEL_STEPS)[number];
  readonly ms: number | null;
  readonly beforeMs: number | null;
  readonly lostMicro: MicroText | null; // money of the card-time lost since the step before; null = not known
};

/** Counts of a part of the fleet over its observed card-days; null = nobody said. */
export type Troubles = {
  readonly observedMs: number;
  readonly eccCorrected: number | null;
  readonly eccUncorrected: number | null;
  readonly xids: number | null;
  readonly drops: number | null;
};
export type TroubleRow = Troubles & {
  readonly vendor: string;
  readonly model: string;
  readonly before: Troubles | null;
};
/** A card with more than one trouble in the period, or trouble in both periods. */
export type Offender = {
  readonly uuid: string;
  readonly node: string;
  readonly position: string;
  readonly vendor: string;
  readonly model: string;
  readonly eccUncorrected: number;
  readonly rowsRemapped: number;
  readonly xids: number;
  readonly xidCodes: readonly number[]; // ascending
  readonly drops: number;
  readonly troublesBefore: number; // of all kinds, in the period before
};
export type ReliabilityPart = {
  readonly rows: readonly TroubleRow[]; // by vendor and model, worst rate first
  readonly total: Troubles;
  readonly totalBefore: Troubles | null;
  readonly offenders: readonly Offender[]; // worst first, at most MOST_OFFENDERS
  readonly offendersLeftOut: number;
};
export const MOST_OFFENDERS = 200;

export type IncidentLine = {
  readonly no: number;
  readonly what: TwoTongues; // the rule's sentence, filled; hostile
  readonly ruleId: string;
  readonly severity: Severity;
  readonly node: string; // "" = of no node
  readonly cards: number;
  readonly firedAt: UnixMs;
  readonly ackMs: number | null; // after it fired; null = nobody did
  readonly resolveMs: number | null; // null = open when the period ended
  readonly openMs: number; // of it within the period
  readonly costMicro: MicroText | null; // of the cards it took out, within the period
};
export type IncidentsPart = {
  readonly fired: number; // in the period
  readonly firedBefore: number | null;
  readonly open: number; // when it ended
  readonly bySeverity: readonly {
    readonly severity: Severity;
    readonly fired: number;
    readonly mttaMs: number | null; // mean of those acknowledged
    readonly mttrMs: number | null; // mean of those resolved
  }[];
  readonly mttaMs: number | null;
  readonly mttaBeforeMs: number | null;
  readonly mttrMs: number | null;
  readonly mttrBeforeMs: number | null;
  readonly acked: number;
  readonly resolved: number; // of those fired in the period
  readonly byRule: readonly {
    readonly ruleId: string;
    readonly fired: number;
    readonly firedBefore: number | null;
    readonly mttrMs: number | null;
  }[];
  readonly lines: readonly IncidentLine[]; // longest first, at most MOST_INCIDENTS
  readonly linesLeftOut: number;
};
export const MOST_INCIDENTS = 200;

export type ReclaimLine = {
  readonly id: number; // of the review list
  readonly kind: ReviewKind;
  readonly pool: PoolNamed;
  readonly cards: number;
  readonly uuids: readonly string[]; // at most 8
  readonly savingPerDayMicro: MicroText;
  readonly savingFrom: UnixMs; // a sunk card saves nothing before its term ends
  readonly coverage: number; // of the evidence
  readonly isAccepted: boolean;
};
export type IdlePart = {
  /** Card-time paid for and not used, by pool: free and held idle. */
  readonly pools: readonly {
    readonly pool: PoolNamed;
    readonly freeMs: number;
    readonly idleHeldMs: number;
    readonly micro: MicroText | null; // null = no price
  }[]; // most money first, at most MOST_POOLS
  readonly poolsLeftOut: { readonly count: number; readonly ms: number; readonly micro: MicroText };
  readonly micro: MicroText | null; // of all pools
  readonly reclaim: readonly ReclaimLine[]; // largest saving first
  readonly savingPerDayMicro: MicroText; // at once
  readonly savingLaterPerDayMicro: MicroText; // when terms end
};
export const MOST_POOLS = 100;
export type PoolNamed = {
  readonly id: number;
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly model: string;
  readonly billing: BillingType;
  readonly tier: Tier | null;
};

export type FeatureLine = {
  readonly key: string;
  readonly name: string;
  readonly team: string;
  readonly unit: string;
  readonly costMicro: MicroText | null; // null = its card-time has no price
  readonly costBeforeMicro: MicroText | null;
  readonly revenueMicro: MicroText | null;
  readonly marginMicro: MicroText | null;
  readonly marginRatio: number | null;
  readonly marginRatioBefore: number | null;
  readonly roi: number | null;
  readonly unitsMicro: MicroText | null; // produced, 1e-6 units
  readonly unitCostMicro: MicroText | null;
  readonly unitCostBeforeMicro: MicroText | null;
  readonly utilisation: number | null;
  readonly estimate: Estimate;
};
export type FeaturesPart = {
  /** Some pools only: then it is the card-time there, and nothing is said of revenue and units. */
  readonly isPartOfFleet: boolean;
  readonly lines: readonly FeatureLine[]; // most cost first
  readonly loose: readonly { readonly what: LooseRow["what"]; readonly micro: MicroText | null }[];
  readonly total: FeatureLine;
};

export type CheckLine = {
  readonly id: string;
  readonly group: CheckGroup;
  readonly verdict: CheckVerdict;
  readonly verdictBefore: CheckVerdict | null;
  readonly title: TwoTongues;
  readonly sentence: TwoTongues; // {name} filled from `values`
  readonly advice: TwoTongues;
  readonly unit: string;
  readonly values: Readonly<Record<string, string | number | null>>;
  readonly measure: number | null;
  readonly before: number | null;
  readonly named: readonly string[];
};

export type SourceFresh = {
  readonly source: string;
  readonly kind: string;
  readonly lastAt: UnixMs | null; // of its newest reading within the period; null = none
};
