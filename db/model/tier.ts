import type { MicroText, Currency } from "./money.ts";

/** P0 fill first … P3 last resort. An ordered scale: a smaller number is the better place for the next workload. */
export const TIERS = [0, 1, 2, 3] as const;
export type Tier = (typeof TIERS)[number];

/** Kinds of work whose speed differs between card models. `general` is what the board uses unless asked otherwise. */
export const WORKLOADS = ["general", "llm_inference", "image_generation", "video_generation", "training"] as const;
export type Workload = (typeof WORKLOADS)[number];

/** Cards that can stand in for each other: by memory, because a workload that does not fit does not run. */
export const CARD_CLASSES = ["16G", "24G", "32G", "48G", "64G", "80G", "96G+", "unknown"] as const;
export type CardClass = (typeof CARD_CLASSES)[number];

/** One measured throughput of one card. */
export type Benchmark = {
  readonly model: string; // id of a card model
  readonly workload: Workload;
  readonly unitsPerHour: number; // of one card; what the unit is does not matter, it is compared within the workload and source
  readonly batch: number | null;
  readonly precision: string; // "fp16", "fp8", …; "" not said
  readonly day: string; // YYYY-MM-DD it was measured
  readonly source: string;
};

/** How fast a card model is at a workload beside A100-80G-SXM = 1, and how we know. */
export type PerformanceIndex = {
  readonly index: number;
  readonly from: "benchmark" | "data_sheet"; // a data sheet is a promise, not a measurement: always shown as such
  readonly source: string; // of the benchmark, or which figure of the data sheet
};

/** The ladder is data. Ratios are of a pool's effective price to the best of its class. */
export type TierLadder = {
  readonly p1Ratio: number; // up to it P1
  readonly p2Ratio: number; // up to it P2, beyond P3
  readonly spotRestartHours: number; // card-hours an interruption costs: work lost since the checkpoint, and the restart
  readonly spotInterruptionsPer1000h: number; // used until enough was observed
  readonly leastAvailability: number; // below it a pool counts as unhealthy and is demoted by one tier
  readonly workload: Workload;
};

/** Why a tier is what it is: one line each, in the order they applied. Words are in the web's catalogue (tiers.reason). */
export const TIER_REASONS = [
  "paid", // term not over: marginal cost is sunk
  "best_offer", // the best effective price of its class
  "ratio", // effective price is `value` times the best offer
  "only_offer", // no other priced pool of its class
  "spot_risk", // price marked up by interruptions
  "unhealthy", // demoted for availability below the least
  "fault", // this card is in fault
  "unpriced", // no price applies
  "no_rate", // price is in a currency without a rate
  "unknown_model", // no class, no index
  "no_index", // a known model, but neither a benchmark nor a published figure says how fast it is
  "override", // a person said so
] as const;
export type TierReason = {
  readonly key: (typeof TIER_REASONS)[number];
  readonly value: number | null; // a ratio, a share, a count: what the key's sentence shows
  readonly text: string; // ratio: id of the best pool; best_offer: the class; spot_risk: "stated" or "observed"; override: who and why; no_rate: the currency; unknown_model, no_index: the model. External text: escape it
};

/** What would put a pool into another tier. Words are in the web's catalogue (tiers.change). */
export const TIER_CHANGES = [
  "price_below",
  "price_above",
  "term_ends",
  "override_ends",
  "availability",
  "price_known",
  "rate_known",
  "model_known",
  "index_known",
] as const;
export type TierWouldChange = {
  readonly tier: Tier;
  readonly key: (typeof TIER_CHANGES)[number];
  readonly micro: MicroText | null; // per card-hour, in the verdict's currency
  readonly at: number | null; // unix ms
  readonly value: number | null;
};

/** The tier of a pool (or of one card, where the card differs from its pool), with everything that led to it. */
export type TierVerdict = {
  readonly tier: Tier;
  readonly reasons: readonly TierReason[];
  readonly wouldChange: readonly TierWouldChange[];
  readonly cardClass: CardClass;
  readonly currency: Currency;
  readonly hourlyMicro: MicroText | null; // per card-hour as paid; null = unpriced
  readonly effectiveMicro: MicroText | null; // hourly ÷ (index × availability), with spot mark-up
  readonly index: PerformanceIndex | null;
  readonly availability: number | null; // share of observed time not in fault, last 7 days; null = nothing observed
  readonly bestMicro: MicroText | null; // best effective price of the class
  readonly bestPoolId: number | null;
  readonly since: number | null; // unix ms of the last change; null = not yet recorded
  readonly isList: boolean; // rests on a list price
};

/** A tier changed: one line of the timeline. */
export type TierEvent = {
  readonly at: number; // unix ms
  readonly poolId: number;
  readonly fromTier: Tier | null; // null = first verdict
  readonly toTier: Tier;
  readonly reasons: readonly TierReason[];
  readonly hourlyMicro: MicroText | null;
  readonly currency: Currency;
};

export type TierOverride = {
  readonly id: number;
  readonly poolId: number;
  readonly tier: Tier;
  readonly owner: string;
  readonly reason: string;
  readonly from: number; // unix ms
  readonly to: number; // unix ms it expires: an override without an end is a wrong ladder
};
