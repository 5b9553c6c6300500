import { sql } from "drizzle-orm";
import { check, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { HolderMatch } from "../model/feature.ts";
import { int4, int8, openEnd } from "./columns.ts";
import { feature } from "./feature.ts";

/**
 * One row per mapping rule and belief, in force for `[from_ms, to_ms)`, believed in `[known_from_ms, known_to_ms)`. Of one
 * name two beliefs of one instant cannot both stand (exclusion constraint mapping_rule_once, in the migration). Written by
 * store/mapping.
 */
export const mappingRule = pgTable(
  "mapping_rule",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    name: text("name").notNull(),
    position: int4("position"),
    featureId: integer("feature_id")
      .notNull()
      .references(() => feature.id),
    match: jsonb("match").$type<HolderMatch>().notNull(),
    fromMs: int8("from_ms"),
    toMs: openEnd("to_ms"),
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: int4("revision_id"), // of revision
  },
  (t) => [
    check("mapping_rule_window", sql`${t.toMs} > ${t.fromMs}`),
    check("mapping_rule_known_window", sql`${t.knownToMs} > ${t.knownFromMs}`),
    check("mapping_rule_hours", sql`${t.fromMs} % 3600000 = 0 AND coalesce(${t.toMs}, 0) % 3600000 = 0`),
  ],
);
