/**
 * What the usage screens, the push endpoint and the import of units answer. Plain JSON; quantities and money are 1e-6 as
 * text. Words for the codes are in the web's catalogue (usage.fault, usage.role).
 */
import type { OtherCostKind, RevenueKind, UsageKind } from "./feature.ts";
import type { FileFault, RowError } from "./imports.ts";
import type { Currency, MicroText } from "./money.ts";
import type { UnixMs } from "./units.ts";
import type { Micro } from "./money.ts";

/** What somebody says of one feature in `[from, to)`: a row of a push or of a CSV, read. At least one figure is there. */
export type UsageEntry = {
  readonly feature: string; // key
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly okMicro: Micro | null; // null = nothing said about units
  readonly failedMicro: Micro | null; // null = not counted
  readonly revenueMicro: Micro | null; // ≥ 0
  readonly refundMicro: Micro | null; // ≥ 0 as written; kept negative
  readonly currency: Currency | null; // of revenue and refund
};

/** What can be wrong with an entry beyond what is wrong with a cell. */
export const ENTRY_FAULTS = [
  "feature_unknown", // `expected` names features with a similar key
  "window", // `to` is not after `from`
  "window_long", // longer than `expected` days
  "future", // it says something of time that has not passed
  "overlap", // entry `other` says something of the same time
  "overlap_kept", // what is stored says something of a part of the time: `expected` is its window
  "nothing_said", // neither units nor money
  "failed_alone", // failed units without produced ones
  "cost_kind", // not a kind of other cost: `expected` lists them
] as const;
export type EntryFault = (typeof ENTRY_FAULTS)[number];
export type UsageFaultCode = EntryFault | RowError;

/** What is wrong with a row: nothing of the push or file is taken until it is put right. */
export type UsageFault = {
  readonly row: number; // of a push the index from 0; of a file what a spreadsheet shows at its left edge
  readonly field: string; // of a push its key; of a file the column as its header says it; "" = the whole row
  readonly code: UsageFaultCode;
  readonly read: string; // what stands there, cut to 80 characters; external text
  readonly expected: string; // what the sentence shows beside it; "" = nothing
  readonly other: number | null; // the other row it is about
};

/** What taking rows changes, by feature: of the time they are about, before and after. */
export type UsageEffect = {
  readonly feature: string;
  readonly source: string; // "push", "csv"
  readonly okBeforeMicro: MicroText | null; // null = nothing was said before
  readonly okAfterMicro: MicroText | null;
  readonly money: readonly {
    readonly currency: Currency;
    readonly before: MicroText | null;
    readonly after: MicroText | null;
  }[]; // null = hidden
  readonly added: number;
  readonly replaced: number;
  readonly unchanged: number;
};

/** Answer of `POST /api/v1/usage`, 200. */
export type PushAnswer = {
  readonly lines: number;
  readonly added: number;
  readonly replaced: number;
  readonly unchanged: number;
};

/** Which tables can be imported: units and revenue stand in one. */
export const USAGE_TABLES = ["usage", "other_costs"] as const;
export type UsageTable = (typeof USAGE_TABLES)[number];

export type UsageRowView = {
  readonly row: number;
  readonly feature: string;
  readonly from: number | null; // null where the row has no readable time
  readonly to: number | null;
  readonly okMicro: MicroText | null;
  readonly failedMicro: MicroText | null;
  readonly revenueMicro: MicroText | null;
  readonly refundMicro: MicroText | null;
  readonly kind: OtherCostKind | null; // of other costs
  readonly note: string;
  readonly perDayMicro: MicroText | null; // of other costs
  readonly currency: Currency | null;
  readonly faults: readonly UsageFault[];
};

/** `usage.previewCsv`. Nothing is written by it. */
export type UsagePreview = {
  readonly fileName: string;
  readonly table: UsageTable | null; // recognised by its columns; null with a fault
  readonly fault: FileFault | null; // nothing of the file can be read; then everything below is empty
  readonly encoding: string;
  readonly rowCount: number;
  readonly wrongCount: number; // rows with a fault: not 0 = nothing can be applied
  readonly mayApply: boolean;
  readonly rows: readonly UsageRowView[]; // a page of those asked for
  readonly total: number; // rows asked for, before they are cut into pages
  readonly effects: readonly UsageEffect[]; // [] while a row is wrong, and of other costs
};

/** `usage.applyCsv`. */
export type UsageApplied = {
  readonly revisionId: number | null; // null = everything was so already, nothing was written
  readonly added: number;
  readonly replaced: number;
  readonly unchanged: number;
};

/** A promql source as it is written: by hand, on the page, or in features.yaml. */
export type WrittenPromql = {
  readonly prometheus: string; // name of a Prometheus source of the configuration
  readonly adapter?: string; // id of an adapter: then `match` instead of selectors
  readonly match?: string; // matchers for each of the adapter's counters: {model_name="chat"}
  readonly good?: readonly string[];
  readonly failed?: readonly string[];
  readonly minus?: readonly string[];
  readonly unitsPerCount?: string; // plain decimal; left out = 1, or what the adapter says
};

/** `usage.sources`: a source with how it does. */
export type UsageSourceRow = {
  readonly feature: string; // key
  readonly name: string;
  readonly kind: UsageKind;
  readonly counts: boolean; // its numbers are the feature's units today
  readonly promql: WrittenPromql | null;
  readonly since: number | null; // promql: read from this hour on
  readonly readTo: number | null; // promql: every hour before this was asked for
  readonly lastAt: number | null; // end of its newest line
  readonly missingHours: number; // in the last 7 days
  readonly error: string; // why the last reading failed; "" = it did not
  readonly errorAt: number | null;
  readonly who: string;
  readonly why: string;
  readonly at: number; // of the last change
};

/** A ready-made way to count on a known exporter. */
export type UsageAdapterView = {
  readonly id: string;
  readonly server: string; // "vLLM"
  readonly counts: "requests" | "tokens" | "images" | "inferences";
  readonly unit: string; // suggested unit of the feature
  readonly good: readonly string[];
  readonly failed: readonly string[];
  readonly minus: readonly string[];
  readonly unitsPerCount: string;
  readonly match: string; // an example to change
};

/** `usage.testQuery`: what a source would have read. */
export type UsageTrial = {
  readonly error: string; // "" = it could be asked
  readonly series: { readonly good: number; readonly failed: number; readonly minus: number };
  readonly hours: readonly {
    readonly at: number;
    readonly okMicro: MicroText | null; // null = missing
    readonly failedMicro: MicroText | null;
    readonly coveredMs: number;
  }[];
};

export type UnitPriceRow = {
  readonly id: number;
  readonly feature: string;
  readonly currency: Currency;
  readonly perUnitMicro: MicroText;
  readonly from: number;
  readonly to: number | null;
  readonly who: string;
  readonly why: string;
  readonly at: number;
};

export type OtherCostRow = {
  readonly id: number;
  readonly feature: string;
  readonly kind: OtherCostKind;
  readonly note: string;
  readonly currency: Currency;
  readonly perDayMicro: MicroText;
  readonly from: number;
  readonly to: number | null;
  readonly who: string;
  readonly why: string;
  readonly at: number;
};

/** A line behind a feature's units, for the proof. */
export type UsageProofLine = {
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly okMicro: MicroText | null;
  readonly failedMicro: MicroText | null;
  readonly coveredMs: number;
  readonly knownFrom: number;
  readonly revision: number;
};

/** A line of measured revenue, for the proof. */
export type RevenueProofLine = {
  readonly source: string;
  readonly kind: RevenueKind;
  readonly from: number;
  readonly to: number;
  readonly currency: Currency;
  readonly amountMicro: MicroText;
};
