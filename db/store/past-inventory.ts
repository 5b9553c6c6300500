import type { Executor } from "../database.ts";
import { GAP_CAUSES } from "../model/coverage.ts";
import type { CardState } from "../model/fleet.ts";
import type { CardPresence } from "../model/inventory.ts";
import { SLOT_MS } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { readPackedCards, readSlotCards } from "./past-board.ts";
import { slotNoOf } from "./steps.ts";

/** A card that was ours in a slot. */
export type PastOwned = {
  readonly cardId: number;
  readonly uuid: string;
  readonly poolId: number;
  readonly node: string;
  readonly state: CardState;
  readonly presence: CardPresence;
  readonly firstSeen: number;
};

const GONE = GAP_CAUSES.indexOf("card_gone");

/**
 * The cards of a slot and whether they were there. A slot whose day is packed keeps no cause of its gaps in reach: a card
 * that was unknown then counts as silent.
 */
export async function readPastOwned(db: Executor, slot: UnixMs): Promise<PastOwned[]> {
  const cards = (await readSlotCards(db, slot)) ?? (await readPackedCards(db, slot));
  const rows = await db.query<{ cardId: number; gone: boolean; firstSeen: number }>(
    `SELECT c.id AS "cardId", coalesce(s.gap_cause = $2 AND s.observed_ms * 2 < s.owned_ms, false) AS gone, c.first_seen_ms AS "firstSeen"
     FROM card c LEFT JOIN card_slot s ON s.card_id = c.id AND s.slot_no = $1 WHERE c.first_seen_ms < $3`,
    [slotNoOf(slot), GONE, slot + SLOT_MS],
  );
  const more = new Map(rows.map((row) => [row.cardId, row]));
  return cards.cardId.map((cardId, i) => {
    const state = cards.state[i] ?? "unknown";
    const presence: CardPresence =
      state !== "unknown" ? "present" : more.get(cardId)?.gone === true ? "gone" : "silent";
    return {
      cardId,
      uuid: cards.uuid[i] ?? "",
      poolId: cards.poolId[i] ?? 0,
      node: cards.node[i] ?? "",
      state,
      presence,
      firstSeen: more.get(cardId)?.firstSeen ?? 0,
    };
  });
}
