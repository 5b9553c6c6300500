import { pgTable, primaryKey } from "drizzle-orm/pg-core";
import { int4 } from "./columns.ts";

/** One row per (slot, card, holder), only for cards with several holders in the slot. Partition per month. Written by store/slots. */
export const slotHold = pgTable(
  "slot_hold",
  {
    slotNo: int4("slot_no"),
    cardId: int4("card_id"),
    holderId: int4("holder_id"),
    heldMs: int4("held_ms"), // weighted by share
    busyMs: int4("busy_ms"),
  },
  (t) => [primaryKey({ columns: [t.slotNo, t.cardId, t.holderId] })],
);
