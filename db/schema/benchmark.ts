import { sql } from "drizzle-orm";
import { bigint, check, doublePrecision, integer, pgTable, text } from "drizzle-orm/pg-core";
import { WORKLOADS } from "../model/tier.ts";
import { int8, openEnd } from "./columns.ts";
import { revision } from "./revision.ts";

/** One row per measured throughput of a card model at a workload, and per belief. Written by store/benchmarks. */
export const benchmark = pgTable(
  "benchmark",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    model: text("model").notNull(),
    workload: text("workload", { enum: WORKLOADS }).notNull(),
    unitsPerHour: doublePrecision("units_per_hour").notNull(),
    batch: bigint("batch", { mode: "number" }),
    precision: text("precision").notNull(),
    day: text("day").notNull(), // YYYY-MM-DD
    source: text("source").notNull(),
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: integer("revision_id")
      .notNull()
      .references(() => revision.id),
  },
  (t) => [check("benchmark_units", sql`${t.unitsPerHour} > 0`)],
);
