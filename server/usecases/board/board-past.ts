import type { Database } from "../../../db/database.ts";
import { NO_STATES } from "../../../db/model/board-groups.ts";
import type { CardState } from "../../../db/model/fleet.ts";
import type { StateCounts } from "../../../db/model/views.ts";
import { readCardHours } from "../../../db/store/card-history.ts";
import { readCardDaySums, readCardHealth, readCardPlaces } from "../../../db/store/card-past.ts";
import {
  readPackedCards,
  readPoolHours,
  readSlotBefore,
  readSlotCards,
  readSlotStates,
} from "../../../db/store/past-board.ts";
import { readCards, readPools } from "../../../db/store/registry.ts";
import { span } from "../../telemetry/span.ts";
import type { BoardPast } from "./ports.ts";

/** The tables behind the board of a past moment. */
export function createBoardPast(db: Database): BoardPast {
  const cardsAt: BoardPast["cardsAt"] = (slot) =>
    span("query cards of a slot", {}, async () => (await readSlotCards(db, slot)) ?? (await readPackedCards(db, slot)));
  return {
    slotBefore: (at) => span("query slot before", {}, () => readSlotBefore(db, at)),
    pools: () => span("query pools", {}, () => readPools(db)),
    poolHours: (window) => span("query pool hours", {}, () => readPoolHours(db, window)),
    statesAt: (slot) =>
      span("query states of a slot", {}, async () => {
        const rows = await readSlotStates(db, slot);
        return rows === null ? countCards(await readPackedCards(db, slot)) : addUp(rows);
      }),
    cardsAt,
    card: (uuid) => span("query card", {}, async () => (await readCards(db, [uuid]))[0] ?? null),
    places: (cardId) => span("query card places", {}, () => readCardPlaces(db, cardId)),
    cardHours: (cardId, window) => span("query card hours", {}, () => readCardHours(db, cardId, window)),
    cardHealth: (cardId, window) => span("query card health", {}, () => readCardHealth(db, cardId, window)),
    cardDays: (cardId, window) => span("query card days", {}, () => readCardDaySums(db, cardId, window)),
  };
}

const countCards = (cards: { readonly poolId: readonly number[]; readonly state: readonly CardState[] }) =>
  addUp(cards.poolId.map((poolId, i) => ({ poolId, state: cards.state[i] ?? "unknown", cards: 1 })));

function addUp(
  rows: readonly { readonly poolId: number; readonly state: CardState; readonly cards: number }[],
): ReadonlyMap<number, StateCounts> {
  const byPool = new Map<number, Record<CardState, number>>();
  for (const { poolId, state, cards } of rows) {
    const counts = byPool.get(poolId) ?? { ...NO_STATES };
    counts[state] += cards;
    byPool.set(poolId, counts);
  }
  return byPool;
}
