import type { TimeMoney } from "../../../db/model/board-views.ts";
import type { PoolCounts } from "../../../db/model/inventory.ts";
import type { Micro } from "../../../db/model/money.ts";
import type { Price } from "../../../db/model/price.ts";
import type { TierVerdict } from "../../../db/model/tier.ts";
import type { SavedView } from "../../../db/store/saved-views.ts";
import type { Deps } from "../../context.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { PoolRecord } from "../../../db/store/registry.ts";
import type { PastCards, PoolHours } from "../../../db/store/past-board.ts";
import type { StateCounts } from "../../../db/model/views.ts";
import type { Window } from "../../../db/model/time.ts";
import type { CardHourTime } from "../../../db/store/card-history.ts";
import type { CardDaySums, CardHealth, CardPlaceRow } from "../../../db/store/card-past.ts";

/** What the tables say of the past of pools and cards. Made by `createBoardPast` over the store. */
export type BoardPast = {
  /** The last slot that was over and on the books at an instant; null = none. */
  slotBefore(at: UnixMs): Promise<UnixMs | null>;
  /** Every pool ever seen. */
  pools(): Promise<readonly PoolRecord[]>;
  /** Whole hours; hours without a row are absent. */
  poolHours(window: Window): Promise<PoolHours>;
  /** Cards by pool and the state most of the slot was spent in. */
  statesAt(slot: UnixMs): Promise<ReadonlyMap<number, StateCounts>>;
  /** Every card of a slot; none beyond what is kept. */
  cardsAt(slot: UnixMs): Promise<PastCards>;
  /** Where a card stood, oldest first. */
  places(cardId: number): Promise<readonly CardPlaceRow[]>;
  /** Hours of a card, ascending: kept for weeks. */
  cardHours(cardId: number, window: Window): Promise<readonly CardHourTime[]>;
  /** Errors and throttling of a card by hour, ascending. */
  cardHealth(cardId: number, window: Window): Promise<readonly CardHealth[]>;
  /** UTC days of a card, ascending: kept for years. */
  cardDays(cardId: number, window: Window): Promise<readonly CardDaySums[]>;
};

/** What the price book answers the board. */
export type BoardPricing = {
  /** Price of each pool at an instant; a pool without one is absent. `hourlyMicro` null = no rate into our currency. */
  hourlyByPool(at: UnixMs, knownAt: UnixMs | null): Promise<ReadonlyMap<number, PoolPrice>>;
  /** Money of the card time of each pool in a window of whole hours. */
  poolMoney(window: Window, knownAt: UnixMs | null): Promise<ReadonlyMap<number, TimeMoney>>;
};
export type PoolPrice = { readonly price: Price; readonly hourlyMicro: Micro | null; readonly isSunk: boolean };

/** What the ladder answers the board. */
export type BoardTiers = {
  current(): ReadonlyMap<number, TierVerdict>;
  at(at: UnixMs): Promise<ReadonlyMap<number, TierVerdict>>;
};

/** What the inventory answers the board. `at` null = live. */
export type BoardInventory = {
  counts(at: UnixMs | null, knownAt: UnixMs | null): Promise<ReadonlyMap<number, PoolCounts>>;
};

export type BoardDeps = Pick<Deps, "clock" | "config" | "live" | "past"> & {
  readonly pricing?: BoardPricing;
  readonly tiers?: BoardTiers;
  readonly inventory?: BoardInventory;
};

/** The named addresses of the pages. */
export type SavedViewsPort = {
  list(page: string): Promise<readonly SavedView[]>;
  count(page: string): Promise<number>;
  add(view: Omit<SavedView, "id">): Promise<SavedView | null>;
  change(
    id: number,
    part: { name?: string | undefined; query?: string | undefined },
  ): Promise<SavedView | "taken" | null>;
  remove(id: number): Promise<boolean>;
};
