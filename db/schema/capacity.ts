import { sql } from "drizzle-orm";
import { check, integer, pgTable, text } from "drizzle-orm/pg-core";
import { int4, int8, openEnd } from "./columns.ts";
import { revision } from "./revision.ts";
import { selector } from "./selector.ts";

/** One row per declared number of cards in a selector (or on one node of it), valid and believed for a stretch. Written by store/capacity. */
export const capacity = pgTable(
  "capacity",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    selectorId: integer("selector_id")
      .notNull()
      .references(() => selector.id),
    node: text("node").notNull(), // "" = anywhere in the selector
    count: int4("count"),
    contract: text("contract").notNull(),
    fromMs: int8("from_ms"),
    toMs: openEnd("to_ms"),
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: integer("revision_id")
      .notNull()
      .references(() => revision.id),
  },
  (t) => [
    check("capacity_window", sql`${t.toMs} > ${t.fromMs}`),
    check("capacity_known_window", sql`${t.knownToMs} > ${t.knownFromMs}`),
    check("capacity_count", sql`${t.count} >= 0`),
  ],
);
