/**
 * What the patrol pages ask and get. Plain JSON; instants are unix ms; null = not known. Names, notes and errors are
 * hostile text. Procedures stand under `patrol` (server/api/patrol.router.ts) and `reports` (server/api/reports.router.ts);
 * each type says which one answers or takes it.
 */
import type { ChannelKind, Language } from "./channel.ts";
import type { Currency } from "./money.ts";
import type { CheckGroup, CheckItem, CheckResult, CheckVerdict, CoverageCertificate } from "./patrol.ts";
import type { ReportDocument } from "./report-document.ts";
import type { ReportDefinition, ReportKind, ReportRun, ReportScope } from "./report.ts";

// Checks -------------------------------------------------------------------------------------------------------------

/** An item with what it found: one line of the checklist. */
export type CheckRow = {
  readonly item: CheckItem;
  readonly origin: "built_in" | "own"; // own = a person wrote it
  readonly condition: ItemCondition | null; // of one's own items; null = built in
  readonly result: CheckResult; // never ran = verdict "unknown", because "not_yet"
  readonly since: number | null; // how long the verdict has been what it is; null = it never ran
  readonly history: readonly CheckPoint[]; // of the last 30 patrols, oldest first
};
export type CheckPoint = { readonly at: number; readonly verdict: CheckVerdict; readonly measure: number | null };

/** `patrol.checks`: the latest patrol, in the order of CHECK_GROUPS, worst first within a group. */
export type ChecksPage = {
  readonly asOf: number;
  readonly zone: string;
  readonly currency: Currency; // of values whose key ends in "Micro"
  readonly ranAt: number | null; // when it was made; null = never
  readonly at: number | null; // end of the time it looked at
  readonly isRunning: boolean;
  readonly nextAt: number | null;
  readonly waits: PatrolWaits | null; // what one that is due waits for; null = nothing, or none is due
  readonly rows: readonly CheckRow[];
  readonly measures: readonly ItemMeasure[]; // what items of one's own can be about
};

/** What is to be there before a patrol that is due looks: for three minutes at most, but for the first slot of all. */
export type PatrolWaits = {
  readonly slotsOf: readonly string[]; // sources that have not settled a slot yet
  readonly rules: boolean; // to be judged once
};

/** A measure of the patrol facts that a person's own item may compare. */
export type ItemMeasure = {
  readonly id: string;
  readonly group: CheckGroup;
  readonly name: { readonly zh: string; readonly en: string };
  readonly unit: string; // as in CheckItem
};
/** Bad where `measure compare bad` holds, else warn where `measure compare warn` holds, else ok. No measure: unknown. */
export type ItemCondition = {
  readonly measure: string;
  readonly compare: ">" | ">=" | "<" | "<=";
  readonly warn: number | null; // null = never warns
  readonly bad: number | null; // null = never bad; not both null
};
/** `patrol.saveItem` takes it and answers its id. */
export type ItemEdit = {
  readonly id: string | null; // null = new
  readonly title: string;
  readonly advice: string; // "" = none
  readonly condition: ItemCondition;
};
// `patrol.removeItem` takes { id }. `patrol.runChecks` takes nothing; the page then asks until `isRunning` is false.

// Coverage -----------------------------------------------------------------------------------------------------------

/** `patrol.coverage`: days are dates of the console's zone, both included. */
export type CoverageAsk = { readonly from: string; readonly to: string; readonly scope: ReportScope };
export type CoveragePage = {
  readonly asOf: number;
  readonly zone: string;
  readonly certificate: CoverageCertificate; // `holes` cut to the MOST_HOLES that miss most
  readonly holesLeftOut: { readonly groups: number; readonly missingMs: number };
  readonly pools: readonly { readonly id: number; readonly name: string }[]; // of the holes: "vendor / region / model"
  readonly scopes: ReportScope; // every name a scope can be made of
};
// The whole list: GET /api/coverage.csv?from=2026-11-01&to=2026-11-07&vendor=…&region=…&model=…&billing=…&team=…

// Reports ------------------------------------------------------------------------------------------------------------

/** What of the archive is asked for; [] and "" = all. */
export type ArchiveFilter = {
  readonly q: string; // in headline, period, name of the definition
  readonly kinds: readonly ReportKind[];
  readonly definitionId: number | null;
  readonly withSuperseded: boolean;
};
/** A run in a list. Waiting and making ones say their step and progress; the page asks each second while there is one. */
export type RunRow = {
  readonly run: ReportRun;
  readonly definition: string; // its name; "" = made on demand
  readonly deliveries: { readonly waiting: number; readonly sent: number; readonly failed: number };
  readonly links: number; // open share links
  readonly isStale: boolean; // the facts changed since: a revision would say something else
};
/** `reports.archive` takes { filter, after, limit }: newest period first, its revisions together. */
export type ArchivePage = {
  readonly asOf: number;
  readonly zone: string;
  readonly rows: readonly RunRow[];
  readonly total: number; // behind the filter
  readonly next: string | null; // cursor
};

/** `reports.read` takes { runId, language }; NOT_FOUND where there is none. */
export type ReportPage = {
  readonly row: RunRow;
  readonly document: ReportDocument | null; // null = not made (yet): see row.run.state
  readonly language: Language;
  readonly revisions: readonly { readonly runId: number; readonly revision: number; readonly madeAt: number | null }[];
  readonly before: number | null; // run of the period before of the same definition and scope: what to compare with
  readonly deliveries: readonly ReportDeliveryView[];
};
// Files: GET /api/reports/<runId>.pdf?lang=zh-CN|en and GET /api/reports/<runId>/<table id>.csv?lang=zh-CN|en
// The difference of two reports is made in the page, of two documents of one language.

export type ReportDeliveryView = {
  readonly to: string; // an address or the channel's name
  readonly kind: "mail" | "chat";
  readonly state: "waiting" | "sent" | "failed";
  readonly body: "pdf" | "digest" | "text"; // text = no PDF could be made
  readonly attempts: number;
  readonly sentAt: number | null;
  readonly error: string; // "" = none
};

/** `reports.definitions` */
export type DefinitionsPage = {
  readonly asOf: number;
  readonly zone: string; // the console's, first choice of a new definition
  readonly rows: readonly DefinitionRow[];
  readonly channels: readonly { readonly id: number; readonly name: string; readonly kind: ChannelKind }[]; // enabled ones
  readonly scopes: ReportScope; // every name a scope can be made of
};
export type DefinitionRow = {
  readonly definition: ReportDefinition;
  readonly next: readonly number[]; // up to five next times; [] = paused, or the cron has none
  readonly last: ReportRun | null;
  readonly fault: string; // why it cannot run; "" = it can
};
/** `reports.saveDefinition` takes it and answers { id }. BAD_REQUEST says the part at fault and the way out. */
export type DefinitionEdit = Omit<ReportDefinition, "id"> & { readonly id: number | null };
// `reports.pauseDefinition` takes { id, isPaused }; `reports.removeDefinition` takes { id }.

/** `reports.nextRuns` takes { cron, zone }: asked while a person types. */
export type NextRuns = { readonly times: readonly number[]; readonly fault: string }; // five of them; fault "" = sound

/** `reports.sendTest` takes { id }: a small report to every recipient, marked as a test. */
export type TestResult = { readonly to: string; readonly ok: boolean; readonly error: string };

/** `reports.run` answers { runId }. A period in the future or a zone that is none is BAD_REQUEST. */
export type RunAsk =
  | { readonly definitionId: number; readonly period: string } // is delivered as the definition says
  | {
      readonly definitionId: 0; // for the archive only
      readonly kind: ReportKind;
      readonly period: string;
      readonly zone: string;
      readonly scope: ReportScope;
    };
// `reports.revise` takes { runId } and answers { runId }: the next revision of the same period; the old one stays.

/** `reports.links` takes { runId }: newest first, revoked and ended ones too. */
export type ShareLink = {
  readonly showsMoney?: boolean; // as whoever made it saw it
  readonly id: string; // names it for `reports.revokeLink` ({ id }); not the token, nothing can be read with it
  readonly hint: string; // last characters of the token
  readonly who: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly readAt: number | null;
};
/** `reports.share` takes { runId, days: 1 … 90 }: the only time that the token is seen. */
export type NewShareLink = { readonly link: ShareLink; readonly url: string }; // path and query on this host: "/r/<token>"
/**
 * `reports.shared` takes { token, language }: what whoever has the link may see; NOT_FOUND for a token that is unknown,
 * ended or revoked, without saying which. Files: GET /api/shared/<token>.pdf?lang= and /api/shared/<token>/<table id>.csv?lang=
 */
export type SharedReport = {
  readonly run: Pick<ReportRun, "kind" | "period" | "revision" | "supersededBy">;
  readonly document: ReportDocument;
  readonly expiresAt: number;
};

// Guard (重保) -----------------------------------------------------------------------------------------------------------

export type GuardDuty = {
  readonly who: string;
  readonly reach: string; // phone, chat name: as written
  readonly from: number;
  readonly to: number;
};
/** What rules do while a window is on, in its scope. */
export type GuardStricter = {
  readonly waitScale: number; // 0.1 to 1: of how long a condition must hold
  readonly families: readonly string[]; // of rules whose wait is scaled; [] = all
  readonly thresholds?: readonly GuardThreshold[]; // figures of some rules, stricter than usual; absent = none
};
export type GuardThreshold = { readonly ruleId: string; readonly value: number };
/** A rule whose figure a window may tighten. */
export type TunableRule = {
  readonly id: string;
  readonly value: number; // as always
  readonly stricter: "lower" | "higher"; // which way it gets so
};
export type GuardEdit = {
  readonly id: number | null; // null = new
  readonly name: string;
  readonly owner: string;
  readonly from: number;
  readonly to: number;
  readonly scope: ReportScope;
  readonly duty: readonly GuardDuty[];
  readonly stricter: GuardStricter;
};
/** One thing looked at before or found after. */
export type GuardPoint = {
  readonly topic: "headroom" | "incidents" | "contracts" | "coverage" | "changes" | "duty" | "rules" | "cost";
  readonly verdict: CheckVerdict;
  readonly text: { readonly zh: string; readonly en: string }; // written
  readonly named: readonly string[];
};
export type GuardReport = {
  readonly at: number;
  readonly verdict: CheckVerdict;
  readonly points: readonly GuardPoint[];
};
export type GuardRow = Omit<GuardEdit, "id"> & {
  readonly id: number;
  readonly phase: "ahead" | "on" | "over";
  readonly readiness: GuardReport | null; // null = not made yet
  readonly closing: GuardReport | null;
};
/** A day that is not what its weekday says. */
export type CalendarDay = {
  readonly day: string; // "2026-10-01"
  readonly kind: "holiday" | "workday" | "ordinary"; // workday = made up for a holiday
  readonly name: string;
  readonly isChanged: boolean; // by a person; else as published
};
/** `patrol.guard`: windows, those on first, then those ahead, then those over. */
export type GuardPage = {
  readonly asOf: number;
  readonly zone: string;
  readonly windows: readonly GuardRow[];
  readonly days: readonly CalendarDay[]; // from 30 days ago on
  readonly calendarTo: string; // last year the published calendar is known for: "2026"
  readonly tunable: readonly TunableRule[]; // by id
  readonly scopes: ReportScope;
};
// `patrol.saveGuard` takes a GuardEdit and answers { id }; `patrol.removeGuard` takes { id }.
// `patrol.guardReport` takes { id, which: "readiness" | "closing" } and answers the GuardReport, made now and kept.
// `patrol.setDay` takes { day, kind, name } (kind null = as published again).
