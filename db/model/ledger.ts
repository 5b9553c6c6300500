/**
 * The card-second ledger: what an hour of a pool cost, and whose it was.
 *
 * Of every pool and UTC hour we know which cards were ours when (`PoolHourCards`) and what their time was (`HeldTime`).
 * Prices turn that into lines: the money of the hour is the sum over its cards of F(b) − F(a), split over features and
 * states by card-time, largest remainder. Lines are a pure function of the hour, so the order in which readings, prices
 * and rules came to be known does not matter.
 */
import type { Micro } from "./money.ts";
import type { Window } from "./time.ts";

/** What owned card-time is, in the order that settles ties. The index is the place in every array of six. */
export const LEDGER_STATES = ["busy", "idle_held", "starting", "free", "fault", "unknown"] as const;
export type LedgerState = (typeof LEDGER_STATES)[number];

/** Card-milliseconds by state, in the order of LEDGER_STATES. */
export type StateMs = readonly [number, number, number, number, number, number];
/** Money by state, in the order of LEDGER_STATES. */
export type StateMicro = readonly [Micro, Micro, Micro, Micro, Micro, Micro];

/** Stands for a feature where nobody held the card, or nobody said who did. What of it was held counts as UNATTRIBUTED. */
export const NOBODY = 0;
/** Stands for a feature where somebody held the card whom no mapping rule takes. */
export const UNATTRIBUTED = -1;
/** Stands for a price where the price book has none. */
export const UNPRICED = 0;

/** When the cards of a pool were ours in one UTC hour. */
export type PoolHourCards = {
  /** Of each of the hour's twelve slots: how many cards were ours for the whole of it. */
  readonly whole: readonly number[];
  /** One window a card and slot for the cards that were ours for a part of the slot. */
  readonly parts: readonly Window[];
};

/** Time of a pool in one hour, of one feature (or NOBODY, UNATTRIBUTED). */
export type HeldTime = { readonly featureId: number; readonly ms: StateMs };

/** One line of the ledger: of one pool, hour, feature and price. Money is in the price's currency. */
export type LedgerLine = {
  readonly featureId: number;
  readonly priceId: number; // UNPRICED: `micro` is all zero and means "not known", never "free of charge"
  readonly ms: StateMs;
  readonly micro: StateMicro;
};

/** What moved in an hour that was closed already, by pool and feature: new minus old. Written with the reason. */
export const DIFFERENCE_CAUSES = ["late_data", "price", "mapping"] as const;
export type DifferenceCause = (typeof DIFFERENCE_CAUSES)[number];

/**
 * Who bears what nobody used. `apart`: shown on its own. `spread`: over the features that used the pool that day, by what
 * they used; where none did it stays apart. `owner`: fault to the feature that held the card; free and unknown time of a
 * pool to the feature that owns the pool (`Feature.owns`); the rest stays apart.
 */
export const SHARED_COST_POLICIES = ["apart", "spread", "owner"] as const;
export type SharedCostPolicy = (typeof SHARED_COST_POLICIES)[number];

/**
 * What counts as a feature's own. `allocation`: the time it held (busy, idle_held, starting), which adds up to the bill.
 * `usage`: the time it was busy; what it held without using is shared cost then. usage ÷ allocation is the utilisation.
 */
export const COST_BASES = ["allocation", "usage"] as const;
export type CostBasis = (typeof COST_BASES)[number];
