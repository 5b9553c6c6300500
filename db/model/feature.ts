/** Product features: whose work holds cards, what it produces, and what that earns. */
import type { Selector } from "./price.ts";
import type { Currency, Micro } from "./money.ts";
import type { UnixMs } from "./units.ts";

/** What kind of work a feature's pods do: it decides when a quiet card counts as idle (server/domain/card-state.ts). */
export const WORK_KINDS = ["inference", "training", "notebook", "other"] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** A product function users see or pay for, or another purpose cards are held for (training, notebooks). */
export type Feature = {
  readonly id: number;
  readonly key: string; // lower-case letters, digits, "-": in URLs, files and pushes; never changes
  readonly name: string; // as people read it
  readonly team: string; // "" = nobody said
  readonly kind: WorkKind;
  readonly unit: string; // what it sells: "image", "second of video", "1k tokens"; "" = it sells nothing
  readonly unitSource: string; // the usage source whose numbers count; "" = the only one there is
  readonly owns: readonly Selector[]; // pools kept for it: their free and unknown time is its own under policy `owner`
  readonly archivedAt: UnixMs | null;
};

/**
 * What a rule looks at. A pattern is a regular expression of RE2, matched against the whole text; left out = anything.
 * Labels: every one named must be there and match. A rule that looks at nothing takes every holder.
 */
export type HolderMatch = {
  readonly cluster?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly owner?: string; // "Deployment/chat-assist": kind and name
  readonly labels?: Readonly<Record<string, string>>; // in kube-state-metrics' spelling: app_kubernetes_io_name
};

/** One mapping rule in one belief. Of the rules in force in an hour the first by position that matches takes the holder. */
export type MappingRule = {
  readonly id: number;
  readonly name: string; // of the rule through all its edits; unique among rules in force at an instant
  readonly position: number; // smaller first
  readonly featureId: number;
  readonly match: HolderMatch;
  readonly from: UnixMs; // whole UTC hours: the ledger's step
  readonly to: UnixMs | null;
  readonly knownFrom: UnixMs;
  readonly knownTo: UnixMs | null;
  readonly revision: number;
};

/** A holder with everything rules may look at. */
export type KnownHolder = {
  readonly id: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly owner: string; // "kind/name"; "" = not said
  readonly labels: ReadonlyMap<string, string>; // empty = none, or not said
};

/** Where produced units come from. */
export const USAGE_KINDS = ["promql", "push", "csv"] as const;
export type UsageKind = (typeof USAGE_KINDS)[number];

/** How a counter of a Prometheus becomes units. Selectors are series selectors: name{matchers}, never functions. */
export type PromqlUsage = {
  readonly prometheus: string; // name of a Prometheus source of the configuration
  readonly good: readonly string[]; // counters whose increases are produced units, summed
  readonly failed: readonly string[]; // counters whose increases are failed generations, summed; [] = not counted
  readonly minus: readonly string[]; // subtracted from good: vLLM counts aborted requests as done
  readonly unitsPerCount: Micro; // 1e-6: 1_000_000 = a unit a count; 1_000 = 1k tokens as the unit
};

/** What a unit sells for in `[from, to)`. */
export type UnitPrice = {
  readonly feature: string;
  readonly currency: Currency;
  readonly perUnitMicro: Micro;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};

/** Money that came in, or went back, for one feature in `[from, to)`. */
export const REVENUE_KINDS = ["revenue", "refund"] as const;
export type RevenueKind = (typeof REVENUE_KINDS)[number];
export type RevenueLine = {
  readonly feature: string;
  readonly source: string;
  readonly kind: RevenueKind;
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly currency: Currency;
  readonly amountMicro: Micro; // ≥ 0 for revenue, ≤ 0 for a refund
};

/** What a feature costs besides cards. */
export const OTHER_COST_KINDS = ["storage", "traffic", "third_party", "other"] as const;
export type OtherCostKind = (typeof OTHER_COST_KINDS)[number];
export type OtherCost = {
  readonly feature: string;
  readonly kind: OtherCostKind;
  readonly note: string;
  readonly currency: Currency;
  readonly perDayMicro: Micro; // for each calendar day of the installation's zone in [from, to)
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};
