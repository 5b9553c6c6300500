/** What the board, the card page, the pool page and the review answer. Plain JSON; money is micro-units as text. */
import type { CardState } from "./fleet.ts";
import type { PoolCounts } from "./inventory.ts";
import type { Currency, MicroText } from "./money.ts";
import type { TierVerdict } from "./tier.ts";
import type { PoolView, Utilisation } from "./views.ts";

/**
 * Money of card time in a window. Unpriced time has no cost: it is counted apart, in card-hours, never as 0 money. null =
 * hidden from whoever may not see money: where the server reckons there is none.
 */
export type TimeMoney = {
  readonly costMicro: MicroText | null; // of the priced owned time
  readonly idleMicro: MicroText | null; // of the priced time free or held without activity: the waste
  readonly sunkIdleMicro: MicroText | null; // of that, what is paid for in any case (inside a term)
  readonly unpricedMs: number; // owned card-ms without a price or a rate
  readonly isEstimate?: true; // not in the ledger (yet): worked out from the price book. Left out = from the ledger's lines
};

export type BoardPool = Omit<PoolView, "last24h"> & {
  readonly cardCounts: PoolCounts;
  readonly day: Utilisation; // the 24 h before `asOf`, hour-aligned
  readonly money: TimeMoney; // of the same 24 h
  readonly tier: TierVerdict;
  readonly spark: readonly (number | null)[]; // mean utilisation of each of the last 24 hours, null = nothing said
};

/** `board.view`: everything the board shows of pools, at one moment, as known at one moment. */
export type BoardView = {
  readonly asOf: number; // unix ms the figures are for
  readonly knownAt: number; // unix ms of knowledge: prices, tiers and declarations revised later are not in it
  readonly isLive: boolean; // false = a past moment: states come from committed slots
  readonly zone: string;
  readonly currency: Currency;
  readonly dayFrom: number;
  readonly dayTo: number;
  readonly pools: readonly BoardPool[];
  readonly missingRates: readonly Currency[]; // prices in these are left out for want of a rate
};

/** How far back `board.compare` looks. */
export const COMPARE_BACK = ["day", "week"] as const;
export type CompareBack = (typeof COMPARE_BACK)[number];

/**
 * `board.compare`: the board now and a day or a week before, at the same hour, both as known now: a price that was put
 * right since is not a change of the fleet. Figures of the view itself are those of `board.view`.
 */
export type BoardCompare = {
  readonly back: CompareBack;
  readonly asOf: number; // what is compared
  readonly beforeAsOf: number | null; // the moment it is compared with; null = nothing was recorded then
  readonly dayFrom: number; // of before
  readonly dayTo: number;
  readonly before: readonly BoardPool[]; // pools of that moment, also those that are gone since; [] when nothing was recorded
};

/** `board.wall`: every card at a past moment; the live wall is fed by fleet.cards. One array a column. */
export type BoardWall = {
  readonly asOf: number;
  readonly cardId: readonly number[];
  readonly uuid: readonly string[];
  readonly poolId: readonly number[];
  readonly node: readonly string[];
  readonly state: readonly CardState[]; // the state that took most of the last committed slot before asOf
  readonly utilRatio: readonly (number | null)[];
};

/** Kinds of advice of the review list. */
export const REVIEW_KINDS = [
  "free_on_demand", // paid by the hour and nobody holds it
  "idle_held", // held without activity
  "busy_in_expensive", // busy in P2/P3 while the same model is free in P0
  "oversized", // memory and activity fit a cheaper card
  "term_ends", // monthly cards whose term ends within 30 days, with their use
] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];
export const REVIEW_STATES = ["open", "accepted", "done", "dismissed"] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

export type ReviewItem = {
  readonly id: number;
  readonly kind: ReviewKind;
  readonly state: ReviewState;
  readonly poolId: number;
  readonly cards: readonly string[]; // UUIDs
  readonly savingPerDayMicro: MicroText | null; // what acting saves from `savingFrom` on; null = hidden
  readonly savingFrom: number; // unix ms: a sunk monthly card saves nothing before its term ends
  readonly currency: Currency;
  readonly coverage: number; // of the evidence, 0..1; below 0.9 no reclaim advice is given (T-07)
  readonly evidence: Readonly<Record<string, string | number | null>>; // figures the sentence of the kind shows
  readonly openedAt: number;
  readonly changedAt: number;
  readonly changedBy: string;
  readonly reason: string; // of the last change of state
  readonly receipt: ReviewReceipt | null; // measured from the week after done
};

/** `review.list`: the advice in one state, the largest saving first. */
export type ReviewList = {
  readonly asOf: number;
  readonly currency: Currency;
  readonly counts: Readonly<Record<ReviewState, number>>;
  readonly items: readonly ReviewItem[]; // at most 500
  readonly nowPerDayMicro: MicroText | null; // of all that is open or accepted: saved at once; null = hidden
  readonly laterPerDayMicro: MicroText | null; // saved once terms have ended
};

export type ReviewReceipt = {
  readonly from: number;
  readonly to: number;
  readonly savedMicro: MicroText | null; // measured, not promised; null = hidden
  readonly coverage: number;
};

/** One line of what changed on the board since yesterday. `values` are what the sentence of its kind shows. */
export type TodayChange = {
  readonly kind: "tier" | "cards_gone" | "cards_new" | "price" | "waste";
  readonly at: number; // unix ms it happened; of a comparison, its end
  readonly poolId: number;
  readonly perDayMicro: MicroText | null; // what it is worth a day, negative where it saves; null = not priced
  readonly values: Readonly<Record<string, string | number | null>>;
};

/** One line of what needs a person now. Cards of one pool and node that share a fate are one line. */
export type TodayNeed = {
  readonly kind: "fault" | "card_gone" | "source_down" | "unpriced" | "no_rate";
  readonly since: number | null; // unix ms the first of them began, as far as known
  readonly poolId: number | null; // null = not of a pool
  readonly node: string; // "" = not of one node
  readonly cards: number;
  readonly perHourMicro: MicroText | null; // what these cards cost while nobody can use them; null = not priced
  readonly values: Readonly<Record<string, string | number | null>>;
};

/** `today.view`: what a morning needs, worst first. */
export type TodayView = {
  readonly asOf: number;
  readonly zone: string;
  readonly currency: Currency;
  readonly cards: number; // known to the live fleet; 0 = nothing is collected yet
  readonly needs: readonly TodayNeed[];
  readonly changesFrom: number; // changes are between here and asOf
  readonly changes: readonly TodayChange[];
  readonly worth: Pick<ReviewList, "nowPerDayMicro" | "laterPerDayMicro"> & {
    readonly count: number; // advice open or accepted
    readonly top: readonly ReviewItem[];
  };
};
