import { pgTable, primaryKey } from "drizzle-orm/pg-core";
import { int4 } from "./columns.ts";

/** One row per (slot, card, holder), only for cards with several holders in the slot. Partition per month. Written by store/slots. */
export const slotHold = pgTable(
  "slot_hold",
  {
    slotNo: int4("slot_no"),
    cardId: int4("card_id"),
    holderId: int4("holder_id"),
    busyMs: int4("busy_ms"), // all weighted by share
    idleHeldMs: int4("idle_held_ms"),
    startingMs: int4("starting_ms"),
    faultMs: int4("fault_ms"),
  },
  (t) => [primaryKey({ columns: [t.slotNo, t.cardId, t.holderId] })],
);
