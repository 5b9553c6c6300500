import { SLOT_MS } from "../model/time.ts";

/**
 * The statements that keep holder_hour, slot_hold and hour_part in step with card_slot. Table names are those of
 * partitions or of our stages; no value from outside ever becomes SQL text.
 */

/** Card-milliseconds by state, in the order of LEDGER_STATES (held by test/db/schema.test.ts). */
export const STATE_MS = ["busy_ms", "idle_held_ms", "starting_ms", "free_ms", "fault_ms", "unknown_ms"] as const;
/** The states of a held card: those a Hold speaks of. The others are nobody's. */
const HELD = ["busy_ms", "idle_held_ms", "starting_ms", "fault_ms"] as const;
const UNKNOWN = "owned_ms - busy_ms - idle_held_ms - starting_ms - free_ms - fault_ms";

export const HOLD_LIST = "slot_no, card_id, holder_id, busy_ms, idle_held_ms, starting_ms, fault_ms";
export const PART_LIST = "slot_no, card_id, pool_id, from_ms, to_ms";

/** Holds of a revision on their way in. Private to the connection, emptied at commit. */
export const createHoldStage = "CREATE TEMP TABLE IF NOT EXISTS hold_stage (LIKE slot_hold) ON COMMIT DELETE ROWS";
/** Holds of cards whose row is not replaced are not stored either. */
export const dropWeakerHolds = "DELETE FROM hold_stage WHERE card_id NOT IN (SELECT card_id FROM slot_stage)";

/** Who held a card, and which part of the slot it was ours, are replaced together with the card's row. $1 = slot. */
export const deleteReplaced = (table: string): string =>
  `DELETE FROM ${table} t USING slot_stage s WHERE t.slot_no = $1 AND t.card_id = s.card_id`;
export const insertStagedHolds = (table: string): string =>
  `INSERT INTO ${table} (${HOLD_LIST}) SELECT ${HOLD_LIST} FROM hold_stage`;
/** $1 = slot, then parts as arrays: cards, pools, from, to. */
export const insertStagedParts = (table: string): string => `
  INSERT INTO ${table} (${PART_LIST})
  SELECT $1, p.* FROM unnest($2::int4[], $3::int4[], $4::int8[], $5::int8[]) p (card_id, pool_id, from_ms, to_ms)
  WHERE p.card_id IN (SELECT card_id FROM slot_stage)`;

type Rows = { readonly cards: string; readonly holds: string }; // sources of signed rows

/** What a slot just got. $2 = slot, $3 = its cards, or null when the slot is theirs alone. */
export const freshTime = (slotTable: string, holdTable: string): string => {
  const mine = (alias: string) => `${alias}.slot_no = $2 AND ($3::int4[] IS NULL OR ${alias}.card_id = ANY($3))`;
  return timeByHolder({
    cards: `SELECT pool_id, holder_id, owned_ms, ${HELD.join(", ")}, free_ms FROM ${slotTable} c WHERE ${mine("c")}`,
    holds: `
      SELECT c.pool_id, h.holder_id, ${HELD.map((s) => `h.${s}`).join(", ")}
      FROM ${holdTable} h JOIN ${slotTable} c ON c.card_id = h.card_id WHERE ${mine("h")} AND ${mine("c")}`,
  });
};

/** New minus old; to be asked while the old holds are still there. $2 = slot. */
export const changedTime = (holdTable: string): string =>
  timeByHolder({
    cards: `
      SELECT pool_id, holder_id, owned_ms, ${HELD.join(", ")}, free_ms FROM slot_stage
      UNION ALL SELECT pool_id, holder_id, -owned_ms, ${HELD.map((s) => `-${s}`).join(", ")}, -free_ms FROM slot_before`,
    holds: `
      SELECT s.pool_id, h.holder_id, ${HELD.map((s) => `h.${s}`).join(", ")}
      FROM hold_stage h JOIN slot_stage s ON s.card_id = h.card_id
      UNION ALL SELECT b.pool_id, h.holder_id, ${HELD.map((s) => `-h.${s}`).join(", ")}
      FROM ${holdTable} h JOIN slot_before b ON b.card_id = h.card_id WHERE h.slot_no = $2`,
  });

/**
 * Time by pool and holder. A card with one holder is that holder's but for its free and unknown time, which is nobody's;
 * of a card with several (-1) each has its hold, and what is left is nobody's: nothing is dropped, so the rows of a pool
 * add up to the pool. Rows are of four bytes: their sums are whole numbers of eight, not decimals of any length.
 */
function timeByHolder({ cards, holds }: Rows): string {
  const held = (sign: string) => HELD.map((s) => `${sign}${s}`).join(", ");
  return `
  WITH c AS (SELECT pool_id, holder_id, ${held("")}, free_ms, ${UNKNOWN} AS unknown_ms FROM (${cards}) rows), h AS (${holds})
  SELECT pool_id, holder_id, ${STATE_MS.map((s) => `sum(${s}) AS ${s}`).join(", ")}
  FROM (
    SELECT pool_id, greatest(holder_id, 0) AS holder_id, ${held("")}, 0 AS free_ms, 0 AS unknown_ms FROM c
    UNION ALL SELECT pool_id, 0, 0, 0, 0, 0, free_ms, unknown_ms FROM c WHERE free_ms <> 0 OR unknown_ms <> 0
    UNION ALL SELECT pool_id, holder_id, ${held("")}, 0, 0 FROM h
    UNION ALL SELECT pool_id, 0, ${held("-")}, 0, 0 FROM h) d
  GROUP BY pool_id, holder_id HAVING ${STATE_MS.map((s) => `sum(${s}) <> 0`).join(" OR ")}`;
}

/** Adds time of one hour by pool and holder to holder_hour; a row that comes to nothing goes. $1 = hour. */
export const mergeHolders = (table: string, source: string): string => `
  MERGE INTO ${table} t USING (${source}) s ON t.hour_no = $1 AND t.pool_id = s.pool_id AND t.holder_id = s.holder_id
  WHEN MATCHED AND ${STATE_MS.map((s) => `t.${s} + s.${s} = 0`).join(" AND ")} THEN DELETE
  WHEN MATCHED THEN UPDATE SET ${STATE_MS.map((s) => `${s} = t.${s} + s.${s}`).join(", ")}
  WHEN NOT MATCHED THEN INSERT (hour_no, pool_id, holder_id, ${STATE_MS.join(", ")})
    VALUES ($1, s.pool_id, s.holder_id, ${STATE_MS.map((s) => `s.${s}`).join(", ")})`;

/** Cards ours for the whole of the slot count in pool_hour.whole; the others have a row in hour_part. */
export const IS_WHOLE = `owned_ms = ${SLOT_MS}`;
