import { sql } from "drizzle-orm";
import { check, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { REVENUE_KINDS } from "../model/feature.ts";
import { int4, int8, micro, openEnd } from "./columns.ts";
import { feature } from "./feature.ts";

/** One row per (feature, source, kind, start, belief): money that came in, or went back. Written by store/revenue. */
export const revenueLine = pgTable(
  "revenue_line",
  {
    featureId: integer("feature_id")
      .notNull()
      .references(() => feature.id),
    source: text("source").notNull(),
    kind: text("kind", { enum: REVENUE_KINDS }).notNull(),
    fromMs: int8("from_ms"),
    toMs: int8("to_ms"),
    currency: text("currency").notNull(),
    amountMicro: micro("amount_micro"),
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: int4("revision_id"),
  },
  (t) => [
    primaryKey({ columns: [t.featureId, t.source, t.kind, t.fromMs, t.knownFromMs] }),
    check("revenue_line_window", sql`${t.toMs} > ${t.fromMs}`),
    check("revenue_line_sign", sql`(${t.kind} = 'refund') = (${t.amountMicro} < 0) OR ${t.amountMicro} = 0`),
    check("revenue_line_currency", sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);
