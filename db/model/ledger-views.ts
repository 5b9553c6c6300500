/**
 * What the Features page, a feature's page, the Cost page and the proof panel answer. Plain JSON; money is micro-units of
 * the view's currency as text; null = not known, or not applicable: pages show "–" or "n/a", never 0. Of the Features pages
 * null is also what is hidden from whoever may not see money; the others are theirs who may.
 */
import type { WorkKind } from "./feature.ts";
import type { BillingType } from "./fleet.ts";
import type { CostBasis, DifferenceCause, LedgerState, SharedCostPolicy } from "./ledger.ts";
import type { Currency, MicroText } from "./money.ts";
import type { PriceBasis } from "./price.ts";

/** Days a question is about: calendar days of the installation's zone, "YYYY-MM-DD", half-open. */
export type DayRange = { readonly from: string; readonly to: string };

/** Under which choices a number stands; shown wherever the number is. */
export type CostChoice = { readonly basis: CostBasis; readonly policy: SharedCostPolicy };

/** How much of a figure is known and how much is estimated; each part is shown with its own words when it is not whole. */
export type Estimate = {
  readonly coverage: number | null; // observed ÷ owned card-time behind it; null = no card-time
  readonly listRatio: number | null; // share of the card cost that rests on list prices; null = no card cost
  readonly unpricedMs: number; // card-time without a price: no money is in the figure for it
  readonly unconverted: readonly Currency[]; // money in these is left out for want of a rate
  readonly unitCoverage: number | null; // share of the hours that counted units; null = nothing is counted
  readonly hasRevenue: boolean; // false: nobody said what it earns, which is not "nothing"
  readonly unbookedDays: number; // days the ledger has no line of, whose revenue or other cost is in the figure
};

/** Money of card-time by state, in the order of LEDGER_STATES. */
export type StateMoney = {
  readonly ms: readonly number[];
  readonly micro: readonly MicroText[];
};

/** Produced units in a window, by the source that counts. Quantities are 1e-6 units as text. */
export type UnitCount = {
  readonly okMicro: MicroText;
  readonly failedMicro: MicroText | null; // null = not counted
  readonly others: readonly { readonly source: string; readonly okMicro: MicroText }[]; // what other sources say of the same time
};

/** What a feature cost and earned in a window. */
export type FeatureMoney = {
  readonly directMicro: MicroText | null; // its own card-time under the basis
  readonly sharedMicro: MicroText | null; // its part of what nobody used, under the policy
  readonly otherMicro: MicroText | null; // declared costs besides cards
  readonly costMicro: MicroText | null; // direct + shared + other
  readonly revenueMicro: MicroText | null; // null = nobody said
  readonly marginMicro: MicroText | null; // revenue − cost
  readonly marginRatio: number | null; // margin ÷ revenue; null without revenue or with revenue ≤ 0
  readonly roi: number | null; // (revenue − cost) ÷ cost; null without revenue or without cost
  readonly units: UnitCount | null; // null = nothing is counted
  readonly unitCostMicro: MicroText | null; // cost per produced unit, half-even; null when none was produced
  readonly failedCostMicro: MicroText | null; // what failed generations cost: cost × failed ÷ (ok + failed)
  readonly estimate: Estimate;
};

export type FeatureRow = FeatureMoney & {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly team: string;
  readonly kind: WorkKind;
  readonly unit: string;
  readonly isArchived: boolean;
  readonly time: StateMoney; // what it held
  readonly utilisation: number | null; // busy ÷ held (busy + idle_held + starting); null = held nothing
  readonly costByDay: readonly (MicroText | null)[]; // one a day of the range; null = no line that day
};

/** Card-time that is no feature's: why, and what it cost. */
export type LooseRow = {
  readonly what: "unattributed" | "idle" | "fault" | "unknown"; // unattributed: also what was held without a named holder
  readonly time: StateMoney;
  readonly micro: MicroText | null; // what is left of it after the policy
  readonly estimate: Estimate;
};

/** `features.list`: every feature and what is no feature's; rows add up to the total, difference 0. */
export type FeaturesView = CostChoice & {
  readonly asOf: number; // end of the newest booked hour, unix ms
  readonly zone: string;
  readonly currency: Currency;
  readonly range: DayRange;
  readonly days: readonly string[];
  readonly features: readonly FeatureRow[];
  readonly loose: readonly LooseRow[];
  readonly total: FeatureMoney;
  readonly booking: BookingProgress | null; // not null: older hours are being priced again
};

/** How far a re-pricing of booked hours is. */
export type BookingProgress = {
  readonly cause: DifferenceCause;
  readonly done: number;
  readonly of: number; // pool-hours
  readonly startedAt: number;
};

/** A step of the waterfall from list price to margin; steps add up from the first to the last. */
export type WaterfallStep = {
  readonly step: "list" | "discount" | "idle" | "fault" | "unknown" | "overflow" | "other" | "revenue" | "margin";
  readonly micro: MicroText | null; // null = not known: shown, and left out of the sum
};

export type FeatureDay = FeatureMoney & { readonly day: string; readonly time: StateMoney };

/** A holder behind a feature, or behind unattributed time. */
export type HolderRow = {
  readonly holder: string; // "cluster/namespace/pod"
  readonly namespace: string;
  readonly pod: string;
  readonly owner: string; // "kind/name"; "" = not said
  readonly rule: string | null; // name of the rule that took it; null = none
  readonly ms: readonly number[]; // by state
};

export type CostByPool = {
  readonly poolId: number;
  readonly vendor: string;
  readonly region: string;
  readonly model: string;
  readonly billing: BillingType;
  readonly tier: number | null;
  readonly directMicro: MicroText | null; // its own time there
  readonly micro: MicroText | null; // and its part of what nobody used there: pools add up to direct + shared cost
  readonly ms: readonly number[];
};

/** `features.page`: one feature. `feature` with id UNATTRIBUTED has its page too. */
export type FeaturePage = CostChoice & {
  readonly asOf: number;
  readonly zone: string;
  readonly currency: Currency;
  readonly range: DayRange;
  readonly feature: Omit<FeatureRow, "costByDay">;
  readonly days: readonly FeatureDay[]; // one a day of the range, ascending
  readonly waterfall: readonly WaterfallStep[];
  readonly pools: readonly CostByPool[]; // most money first
  readonly holders: readonly HolderRow[]; // most time first, at most 200
  readonly holdersSince: string | null; // holders are kept for so long; null = the whole range
  readonly sources: readonly UsageSourceView[];
  readonly booking: BookingProgress | null;
};

export type UsageSourceView = {
  readonly name: string;
  readonly kind: "promql" | "push" | "csv";
  readonly counts: boolean; // its numbers are the feature's units
  readonly okMicro: MicroText | null; // in the range
  readonly failedMicro: MicroText | null;
  readonly missingHours: number; // asked, and could not say
  readonly lastAt: number | null; // end of its newest line
  readonly error: string; // "" = none
};

/** By what the Cost page groups. */
export const COST_DIMENSIONS = [
  "vendor",
  "region",
  "zone",
  "cluster",
  "model",
  "billing",
  "tier",
  "pool",
  "team",
  "feature",
  "state",
] as const;
export type CostDimension = (typeof COST_DIMENSIONS)[number];

/** Keeps the parts of the money whose value is one of these, for each dimension named. */
export type CostFilter = Readonly<Partial<Record<CostDimension, readonly string[]>>>;

export type CostGroup = {
  readonly key: string; // value of the dimension; features by key, "unattributed", "" = nobody; pools by id
  readonly label: string; // as shown; same as key where there is nothing better
  readonly micro: MicroText;
  readonly byDay: readonly (MicroText | null)[];
  readonly byState: StateMoney;
  readonly estimate: Estimate;
};

/** `cost.view`: the money of a range by one dimension, over time. Groups add up to the total, difference 0. */
export type CostView = {
  readonly asOf: number;
  readonly zone: string;
  readonly currency: Currency;
  readonly range: DayRange;
  readonly days: readonly string[];
  readonly by: CostDimension;
  readonly groups: readonly CostGroup[]; // most money first
  readonly total: Omit<CostGroup, "key" | "label">;
  readonly values: Readonly<Record<CostDimension, readonly { readonly key: string; readonly label: string }[]>>; // for the filters
  readonly booking: BookingProgress | null;
};

/** `cost.pivot`: the same money by two dimensions. Cells add up to rows, columns and the total. */
export type CostPivot = {
  readonly currency: Currency;
  readonly rows: readonly { readonly key: string; readonly label: string; readonly micro: MicroText }[];
  readonly columns: readonly { readonly key: string; readonly label: string; readonly micro: MicroText }[];
  readonly cells: readonly {
    readonly row: string;
    readonly column: string;
    readonly micro: MicroText;
    readonly ms: number;
  }[];
  readonly totalMicro: MicroText;
};

/** Which money a proof is asked for: the ledger lines of a range that pass the filter. */
export type ProofQuestion = { readonly range: DayRange; readonly filter: CostFilter };

export type ProofLine = {
  readonly at: number; // start of the hour
  readonly poolId: number;
  readonly feature: string; // key, "unattributed" or ""
  readonly price: {
    readonly id: number;
    readonly basis: PriceBasis;
    readonly currency: Currency;
    readonly amountMicro: MicroText;
    readonly isList: boolean;
    readonly revision: number;
    readonly who: string;
    readonly why: string;
    readonly at: number; // when it was said
  } | null; // null = unpriced
  readonly ms: readonly number[]; // by state, of the states asked for
  readonly micro: readonly MicroText[]; // in the price's currency
};

/** `cost.proof`: what stands behind a sum. */
export type Proof = {
  readonly currency: Currency;
  readonly question: ProofQuestion;
  readonly totalMicro: MicroText; // in the view's currency
  readonly sums: readonly { readonly currency: Currency; readonly micro: MicroText; readonly rate: string | null }[]; // by the price's currency
  readonly lineCount: number;
  readonly lines: readonly ProofLine[]; // newest first, at most 500
  readonly cards: readonly {
    readonly uuid: string;
    readonly node: string;
    readonly poolId: number;
    readonly ownedMs: number;
  }[]; // at most 200
  readonly cardCount: number;
  readonly holders: readonly HolderRow[]; // at most 200
  readonly usage: readonly { readonly source: string; readonly at: number; readonly okMicro: MicroText | null }[];
  readonly differences: readonly ProofDifference[];
};

export type ProofDifference = {
  readonly at: number;
  readonly cause: DifferenceCause;
  readonly who: string; // "" for late data
  readonly why: string;
  readonly hours: number;
  readonly micro: MicroText; // new minus old, in the price's currency
  readonly currency: Currency | null;
};

/** `cost.recompute`: the same sum worked out anew from cards, prices and holders. */
export type Recomputed = {
  readonly hours: number;
  readonly storedMicro: readonly { readonly currency: Currency; readonly micro: MicroText }[];
  readonly recomputedMicro: readonly { readonly currency: Currency; readonly micro: MicroText }[];
  readonly isEqual: boolean;
  readonly differing: readonly { readonly at: number; readonly poolId: number; readonly state: LedgerState }[]; // first 20
  readonly notKept: number; // hours too old to be worked out anew from holders
};
