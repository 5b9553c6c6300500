import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, smallint } from "drizzle-orm/pg-core";
import { int4, measured } from "./columns.ts";

/**
 * One row per (slot, card): what the card did in five minutes. Partition per day, three days, then packed into
 * card_day_points. Written by store/slots: of two versions of a row the one with more observed time stays, then the
 * higher seq, then the higher source, so the order in which they arrive does not matter.
 */
export const cardSlot = pgTable(
  "card_slot",
  {
    slotNo: int4("slot_no"),
    cardId: int4("card_id"),
    poolId: int4("pool_id"),
    holderId: int4("holder_id"), // who held it all time that is not free or unknown; 0 nobody or not said, -1 see slot_hold
    seq: int4("seq"),
    sourceId: smallint("source_id").notNull(),
    gapCause: smallint("gap_cause").notNull(), // index into GAP_CAUSES
    ...measured(int4, int4),
  },
  (t) => [
    primaryKey({ columns: [t.slotNo, t.cardId] }),
    check("card_slot_observed", sql`${t.observedMs} BETWEEN 0 AND ${t.ownedMs}`),
    check(
      "card_slot_states",
      sql`${t.busyMs} + ${t.idleHeldMs} + ${t.freeMs} + ${t.startingMs} + ${t.faultMs} <= ${t.ownedMs}`,
    ),
  ],
);
