import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { PRICE_BASES } from "../model/price.ts";
import { int4, int8, micro, openEnd } from "./columns.ts";

/**
 * One row per price of a selector, valid for `[from_ms, to_ms)`, believed in `[known_from_ms, known_to_ms)`. Nothing is
 * ever overwritten: a change ends the belief and adds rows. Two beliefs of one instant cannot both stand, list and real
 * prices apart (exclusion constraint price_once, in the migration: drizzle cannot say it). Written by store/prices, in the
 * transaction that makes selector and revision; foreign keys would look both up again for each of 100,000 rows.
 */
export const price = pgTable(
  "price",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    selectorId: int4("selector_id"), // of selector
    basis: text("basis", { enum: PRICE_BASES }).notNull(),
    currency: text("currency").notNull(),
    amountMicro: micro("amount_micro"),
    cardsPerInstance: int4("cards_per_instance"),
    owned: jsonb("owned").$type<Readonly<Record<string, string | number>>>(), // OwnedTerms, money as text; null unless owned
    termToMs: openEnd("term_to_ms"),
    fromMs: int8("from_ms"),
    toMs: openEnd("to_ms"),
    anchorMs: int8("anchor_ms"), // contract months and rounding count from here; from_ms unless a revision cut the row
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: int4("revision_id"), // of revision
    isList: boolean("is_list").notNull(),
  },
  (t) => [
    index("price_known").on(t.knownToMs, t.selectorId),
    check("price_window", sql`${t.toMs} > ${t.fromMs}`),
    check("price_known_window", sql`${t.knownToMs} > ${t.knownFromMs}`),
    check("price_amount", sql`${t.amountMicro} >= 0 AND ${t.cardsPerInstance} >= 1`),
    check("price_currency", sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check("price_basis", sql`${t.basis} IN ('card_hour', 'card_month', 'instance_hour', 'owned')`),
    check("price_owned", sql`(${t.basis} = 'owned') = (${t.owned} IS NOT NULL)`),
  ],
);
