import { sql } from "drizzle-orm";
import { check, integer, pgTable, text } from "drizzle-orm/pg-core";
import { OTHER_COST_KINDS } from "../model/feature.ts";
import { int4, int8, micro, openEnd } from "./columns.ts";
import { feature } from "./feature.ts";

/** One row per cost of a feature besides cards, for each day of `[from_ms, to_ms)`, and belief. Written by store/revenue. */
export const otherCost = pgTable(
  "other_cost",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    featureId: integer("feature_id")
      .notNull()
      .references(() => feature.id),
    kind: text("kind", { enum: OTHER_COST_KINDS }).notNull(),
    note: text("note").notNull(),
    currency: text("currency").notNull(),
    perDayMicro: micro("per_day_micro"),
    fromMs: int8("from_ms"),
    toMs: openEnd("to_ms"),
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: int4("revision_id"),
  },
  (t) => [
    check("other_cost_window", sql`${t.toMs} > ${t.fromMs}`),
    check("other_cost_amount", sql`${t.perDayMicro} >= 0`),
    check("other_cost_kind", sql`${t.kind} IN ('storage', 'traffic', 'third_party', 'other')`),
    check("other_cost_currency", sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);
