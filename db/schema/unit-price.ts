import { sql } from "drizzle-orm";
import { check, integer, pgTable, text } from "drizzle-orm/pg-core";
import { int4, int8, micro, openEnd } from "./columns.ts";
import { feature } from "./feature.ts";

/** One row per price of a feature's unit and belief. Two beliefs of one instant cannot both stand (unit_price_once, in the migration). Written by store/revenue. */
export const unitPrice = pgTable(
  "unit_price",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    featureId: integer("feature_id")
      .notNull()
      .references(() => feature.id),
    currency: text("currency").notNull(),
    perUnitMicro: micro("per_unit_micro"),
    fromMs: int8("from_ms"),
    toMs: openEnd("to_ms"),
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: int4("revision_id"),
  },
  (t) => [
    check("unit_price_window", sql`${t.toMs} > ${t.fromMs}`),
    check("unit_price_amount", sql`${t.perUnitMicro} >= 0`),
    check("unit_price_currency", sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);
