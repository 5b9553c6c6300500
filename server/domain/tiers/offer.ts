import type { Currency, Micro } from "../../../db/model/money.ts";
import type { CardClass, PerformanceIndex, Tier, TierLadder } from "../../../db/model/tier.ts";

/** A pool as the ladder sees it: what an hour of a card costs there, how fast and how dependable the card is. */
export type Offer = {
  readonly poolId: number;
  readonly model: string; // id of a card model, or the name as it was said
  readonly cardClass: CardClass;
  readonly index: PerformanceIndex | null; // null = nobody knows
  readonly isSpot: boolean;
  readonly currency: Currency; // of the figures; all offers have the same
  readonly hourlyMicro: Micro | null; // per card-hour; null = no price, or no rate for the price's currency
  readonly unratedCurrency: Currency | null; // the currency of a price without a rate
  readonly isPaid: boolean; // inside its term: the money is spent whatever happens
  readonly paidTo: number | null; // unix ms the term ends; null = no term
  readonly isList: boolean; // the price is a published one, not what is really paid
  readonly availability: number | null; // share of observed time not in fault; null = nothing observed
  readonly interruptionsPer1000h: number | null; // observed over enough time; null = the ladder's applies
  readonly override: OfferOverride | null; // what a person said, if it is in force
};

export type OfferOverride = {
  readonly tier: Tier;
  readonly owner: string;
  readonly reason: string;
  readonly to: number; // unix ms it expires
};

/**
 * The ladder until somebody changes it. Ours, all of it: within a fifth of the best is as good as the best, and beyond
 * twice the best only for want of anything else. An interruption costs an hour of a card, at twenty per thousand hours
 * of a spot card, which is 2 % on its price. Nine tenths of its time a pool must be free of faults.
 */
export const DEFAULT_LADDER: TierLadder = {
  p1Ratio: 1.2,
  p2Ratio: 2,
  spotRestartHours: 1,
  spotInterruptionsPer1000h: 20,
  leastAvailability: 0.9,
  workload: "general",
};
