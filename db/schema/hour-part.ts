import { pgTable, primaryKey } from "drizzle-orm/pg-core";
import { int4, int8 } from "./columns.ts";

/**
 * One row per (slot, card) for cards that were ours for a part of the slot: which part, so that an hour can be priced
 * again exactly. Partition per year, 25 months. Written by store/slots.
 */
export const hourPart = pgTable(
  "hour_part",
  {
    slotNo: int4("slot_no"),
    cardId: int4("card_id"),
    poolId: int4("pool_id"),
    fromMs: int8("from_ms"),
    toMs: int8("to_ms"),
  },
  (t) => [primaryKey({ columns: [t.slotNo, t.cardId] })],
);
