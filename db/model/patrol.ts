/** Coverage that can be proven, and the checklist over the fleet. */
import type { GapCause } from "./coverage.ts";
import type { TwoTongues } from "./rule.ts";
import type { UnixMs } from "./units.ts";

/** A stretch in which a card was ours and not observed, at the grain of slots. Holes of a card never overlap. */
export type CoverageHole = {
  readonly cardId: number;
  readonly from: UnixMs; // start of its first slot
  readonly to: UnixMs; // end of its last slot
  readonly missingMs: number; // at most to − from: the rest was observed or not owned
  readonly cause: HoleCause; // of the longest missing part
};
/** `not_kept`: the slots of that day are older than what is kept of them; that time is missing, its cause no longer known. */
export type HoleCause = Exclude<GapCause, "none"> | "not_kept";

/** Cards of one node that share a hole: what a person reads. */
export type HoleGroup = {
  readonly poolId: number;
  readonly node: string;
  readonly cause: HoleCause;
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly missingMs: number; // of all its cards
  readonly cardIds: readonly number[];
};

/**
 * How much of the owned card-time of a period was seen, and the list of what was not:
 * Σ holes.missingMs = ownedMs − observedMs, exactly.
 */
export type CoverageCertificate = {
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly through: UnixMs; // slots are closed up to here; what is after it is not judged
  readonly cards: number; // that were ours at any time
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly byCause: readonly { readonly cause: HoleCause; readonly ms: number; readonly cards: number }[];
  readonly byDay: readonly { readonly day: string; readonly ownedMs: number; readonly observedMs: number }[];
  readonly holes: readonly HoleGroup[]; // most missing time first
  /** What was observed and a rule switched off did not judge, oldest first; absent in certificates of before it was looked into. */
  readonly paused?: readonly PausedTime[];
};

/**
 * Time in which the same rules were switched off for the cards they are for, at the grain of slots. It was observed, so it
 * is no hole and in `observedMs`; stretches never share card-time, so their sum is what was observed and not wholly judged.
 */
export type PausedTime = {
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly rules: readonly string[]; // ids, in order
  readonly cards: number;
  readonly ms: number; // observed
};

export const CHECK_GROUPS = [
  "cards",
  "nodes",
  "network",
  "storage",
  "cost",
  "utilisation",
  "reliability",
  "alerts",
  "dapan",
] as const;
export type CheckGroup = (typeof CHECK_GROUPS)[number];
/** Worst first. Unknown needs a person as bad does. */
export const CHECK_VERDICTS = ["bad", "unknown", "warn", "ok"] as const;
export type CheckVerdict = (typeof CHECK_VERDICTS)[number];

/** What an item found. Words stand in the item; placeholders {name} are filled from `values`. */
export type CheckResult = {
  readonly id: string; // of the item
  readonly verdict: CheckVerdict;
  readonly because: string; // key of the item's sentence that applies
  readonly values: Readonly<Record<string, string | number | null>>; // money as micro-unit text under keys ending in "Micro"
  readonly measure: number | null; // what the trend follows; null = not known
  readonly before: number | null; // the measure of the period before
  readonly named: readonly string[]; // cards, nodes, pools, features it is about, worst first, at most 20
};

export type CheckItem = {
  readonly id: string;
  readonly group: CheckGroup;
  readonly title: TwoTongues;
  readonly unit: string; // of the measure: "cards", "ratio", "micro", "per_1000_card_days", …
  readonly sentences: Readonly<Record<string, TwoTongues>>; // by `because`
  readonly advice: TwoTongues;
  readonly source: string; // where its thresholds come from
};
