import { pgTable, primaryKey, smallint } from "drizzle-orm/pg-core";
import { int4, int8 } from "./columns.ts";

/** One row per committed batch (slot, source, seq), written in the batch's own transaction: it is there or it is not. Partition per year, 25 months. Written by store/slots. */
export const slotLedger = pgTable(
  "slot_ledger",
  {
    slotNo: int4("slot_no"),
    sourceId: smallint("source_id").notNull(),
    seq: int4("seq"),
    committedAtMs: int8("committed_at_ms"),
    cards: int4("cards"),
    ownedMs: int8("owned_ms"),
    observedMs: int8("observed_ms"),
  },
  (t) => [primaryKey({ columns: [t.slotNo, t.sourceId, t.seq] })],
);
