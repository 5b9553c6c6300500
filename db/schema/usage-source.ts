import { sql } from "drizzle-orm";
import { bigint, check, integer, jsonb, pgTable, text, unique } from "drizzle-orm/pg-core";
import { USAGE_KINDS } from "../model/feature.ts";
import { int4 } from "./columns.ts";
import { feature } from "./feature.ts";

/** One row per source of a feature's units. A removed one stays for the lines it brought. Written by store/usage. */
export const usageSource = pgTable(
  "usage_source",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    featureId: integer("feature_id")
      .notNull()
      .references(() => feature.id),
    name: text("name").notNull(),
    kind: text("kind", { enum: USAGE_KINDS }).notNull(),
    config: jsonb("config").$type<unknown>().notNull(), // PromqlUsage with money as text; {} otherwise
    readToMs: bigint("read_to_ms", { mode: "number" }), // promql: every hour before this was asked for
    removedAtMs: bigint("removed_at_ms", { mode: "number" }),
    revisionId: int4("revision_id"),
  },
  (t) => [
    unique("usage_source_name").on(t.featureId, t.name),
    check("usage_source_kind", sql`${t.kind} IN ('promql', 'push', 'csv')`),
  ],
);
