import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, smallint } from "drizzle-orm/pg-core";
import { bytea, int4 } from "./columns.ts";

/**
 * One row per journaled piece of an open slot: frames as ingest encoded them, opaque here. Partition per ring =
 * slot_no % 4, so that closing a slot truncates one partition instead of deleting rows. Written by store/journal.
 */
export const openReading = pgTable(
  "open_reading",
  {
    ring: smallint("ring").notNull(),
    slotNo: int4("slot_no"),
    sourceId: smallint("source_id").notNull(),
    seq: int4("seq"), // 0 = what the slot before carried over, then 1, 2, …
    payload: bytea("payload").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ring, t.slotNo, t.sourceId, t.seq] }),
    check("open_reading_ring", sql`${t.ring} = ${t.slotNo} % 4`),
  ],
);
