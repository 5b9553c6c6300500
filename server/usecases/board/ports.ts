import type { Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { StateCounts } from "../../../db/model/views.ts";
import type { CardHourTime } from "../../../db/store/card-history.ts";
import type { CardDaySums, CardHealth, CardPlaceRow } from "../../../db/store/card-past.ts";
import type { PastCards, PoolHours } from "../../../db/store/past-board.ts";
import type { CardRecord, PoolRecord } from "../../../db/store/registry.ts";
import type { SavedView } from "../../../db/store/saved-views.ts";
import type { Deps, PricingPort, TiersPort } from "../../context.ts";
import type { CostsPort } from "../costs/costs-port.ts";
import type { InventoryPort } from "../inventory/inventory-port.ts";
/** What the tables say of the past of pools and cards. Made by `createBoardPast` over the store. */
export type BoardPast = {
  /** The last slot that was over and on the books at an instant; null = none. */
  slotBefore(at: UnixMs): Promise<UnixMs | null>;
  /** Every pool ever seen, under the model its name was tied to as known then; left out or null = as known now. */
  pools(knownAt?: UnixMs | null): Promise<readonly PoolRecord[]>;
  /** Whole hours; hours without a row are absent. */
  poolHours(window: Window): Promise<PoolHours>;
  /** Cards by pool and the state most of the slot was spent in. */
  statesAt(slot: UnixMs): Promise<ReadonlyMap<number, StateCounts>>;
  /** Every card of a slot; none beyond what is kept. */
  cardsAt(slot: UnixMs): Promise<PastCards>;
  /** A card ever seen, also one that left; null = nobody ever named it. */
  card(uuid: string): Promise<CardRecord | null>;
  /** Where a card stood, oldest first. */
  places(cardId: number): Promise<readonly CardPlaceRow[]>;
  /** Hours of a card, ascending: kept for weeks. */
  cardHours(cardId: number, window: Window): Promise<readonly CardHourTime[]>;
  /** Errors and throttling of a card by hour, ascending. */
  cardHealth(cardId: number, window: Window): Promise<readonly CardHealth[]>;
  /** UTC days of a card, ascending: kept for years. */
  cardDays(cardId: number, window: Window): Promise<readonly CardDaySums[]>;
};

/** What is not there leaves its figures unknown. */
export type BoardDeps = Pick<Deps, "clock" | "config" | "live" | "past"> & {
  readonly pricing?: Pick<PricingPort, "hourlyByPool" | "poolMoney" | "piecesByPool" | "rates">;
  readonly tiers?: Pick<TiersPort, "current" | "at" | "events">;
  readonly costs?: Pick<CostsPort, "bookedSums">;
  readonly inventory?: Pick<InventoryPort, "counts">;
};

/** The card's and the pool's page ask for more. */
export type PageDeps = BoardDeps & Pick<Deps, "board">;

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
