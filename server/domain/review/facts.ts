import type { Micro } from "../../../db/model/money.ts";
import type { BillingType } from "../../../db/model/fleet.ts";
import type { Tier } from "../../../db/model/tier.ts";
import { DAY_MS } from "../../../db/model/time.ts";

/** What a card did in the window under review. Times are card-milliseconds; they add up to ownedMs with unknown time. */
export type CardUse = {
  readonly uuid: string;
  readonly poolId: number;
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly peak: CardPeak | null; // null = not measured for this card
};

/** 95th percentiles of the five-minute points in the window. */
export type CardPeak = { readonly memoryBytes: number; readonly activityRatio: number };

/** Where cards stand and what they cost there. */
export type PoolFacts = {
  readonly poolId: number;
  readonly model: string;
  readonly billing: BillingType;
  readonly tier: Tier;
  readonly hourlyMicro: Micro | null; // per card-hour in the installation's currency; null = unpriced or no rate
  readonly termTo: number | null; // unix ms; paid for until then whatever happens
  readonly maker: string; // "nvidia", "huawei"; "" = unknown model: work does not move between their software
  readonly memoryBytes: number | null; // of one card by its data sheet; null = unknown model
  readonly index: number | null; // performance beside A100-80G-SXM = 1
};

export type ReviewFacts = {
  readonly now: number; // unix ms
  readonly windowMs: number; // of card time each use is measured over
  readonly cards: readonly CardUse[];
  readonly pools: readonly PoolFacts[];
};

/** Thresholds of the advice, each "ours" unless it says otherwise: data, so that they can be argued about. */
export type ReviewRules = {
  readonly leastCoverage: number; // T-07: below 90 % no reclaim advice
  readonly leastOwnedMs: number; // a card that came yesterday has no week to judge
  readonly idleShare: number; // of observed time, from which a card is worth taking back
  readonly busyShare: number; // of observed time, from which a card has work: to move, or to fit elsewhere
  readonly memoryRoom: number; // share of a smaller card's memory the 95th percentile may fill
  readonly activityRoom: number; // share of a smaller card's speed the 95th percentile may need
  readonly termDays: number; // how long before its end a term is brought up
  readonly leastPerDayMicro: Micro; // advice worth less than this a day is left out
};

export const DEFAULT_REVIEW_RULES: ReviewRules = {
  leastCoverage: 0.9,
  leastOwnedMs: 3 * DAY_MS,
  idleShare: 0.9,
  busyShare: 0.2,
  memoryRoom: 0.9,
  activityRoom: 0.8,
  termDays: 30,
  leastPerDayMicro: 1_000_000n,
};
