import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, smallint } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";

/** One row per stretch `[from_ms, to_ms)` in which a source could not be read, with why. Written by store/ledger. */
export const sourceGap = pgTable(
  "source_gap",
  {
    sourceId: smallint("source_id").notNull(),
    fromMs: int8("from_ms"),
    toMs: int8("to_ms"),
    cause: smallint("cause").notNull(), // index into GAP_CAUSES
  },
  (t) => [primaryKey({ columns: [t.sourceId, t.fromMs] }), check("source_gap_window", sql`${t.toMs} > ${t.fromMs}`)],
);
