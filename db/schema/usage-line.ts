import { sql } from "drizzle-orm";
import { bigint, check, integer, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { int4, int8, openEnd } from "./columns.ts";
import { usageSource } from "./usage-source.ts";

/** One row per (source, stretch, belief): what the source counted. A correction ends the belief and adds a row. Written by store/usage. */
export const usageLine = pgTable(
  "usage_line",
  {
    sourceId: integer("source_id")
      .notNull()
      .references(() => usageSource.id),
    fromMs: int8("from_ms"),
    toMs: int8("to_ms"),
    okMicro: bigint("ok_micro", { mode: "bigint" }), // null = asked, and could not say
    failedMicro: bigint("failed_micro", { mode: "bigint" }), // null = not counted
    coveredMs: int8("covered_ms"), // of the stretch, the time the numbers stand for; 0 where they are null
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: int4("revision_id"),
  },
  (t) => [
    primaryKey({ columns: [t.sourceId, t.fromMs, t.knownFromMs] }),
    check("usage_line_window", sql`${t.toMs} > ${t.fromMs}`),
    check("usage_line_covered", sql`${t.coveredMs} >= 0 AND ${t.coveredMs} <= ${t.toMs} - ${t.fromMs}`),
    check("usage_line_counts", sql`${t.okMicro} >= 0 AND ${t.failedMicro} >= 0`),
  ],
);
