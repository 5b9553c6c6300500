import { sql } from "drizzle-orm";
import { check, doublePrecision, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { REVIEW_KINDS, REVIEW_STATES, type ReviewReceipt } from "../model/board-views.ts";
import { int8, micro } from "./columns.ts";
import { pool } from "./pool.ts";

/** One row per piece of advice; at most one that is not done or dismissed per fingerprint. Written by store/review. */
export const reviewItem = pgTable(
  "review_item",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    fingerprint: text("fingerprint").notNull(), // kind and subject: the same advice tomorrow is the same row
    kind: text("kind", { enum: REVIEW_KINDS }).notNull(),
    state: text("state", { enum: REVIEW_STATES }).notNull(),
    poolId: integer("pool_id")
      .notNull()
      .references(() => pool.id),
    cards: jsonb("cards").$type<readonly string[]>().notNull(),
    savingPerDayMicro: micro("saving_per_day_micro"),
    savingFromMs: int8("saving_from_ms"),
    currency: text("currency").notNull(),
    coverage: doublePrecision("coverage").notNull(),
    evidence: jsonb("evidence").$type<Readonly<Record<string, string | number | null>>>().notNull(),
    openedAtMs: int8("opened_at_ms"),
    changedAtMs: int8("changed_at_ms"),
    changedBy: text("changed_by").notNull(),
    reason: text("reason").notNull(),
    receipt: jsonb("receipt").$type<ReviewReceipt>(),
  },
  (t) => [
    uniqueIndex("review_item_live")
      .on(t.fingerprint)
      .where(sql`${t.state} IN ('open', 'accepted')`),
    index("review_item_state").on(t.state, t.changedAtMs),
    check(
      "review_item_kind",
      sql`${t.kind} IN ('free_on_demand', 'idle_held', 'busy_in_expensive', 'oversized', 'term_ends')`,
    ),
    check("review_item_state_known", sql`${t.state} IN ('open', 'accepted', 'done', 'dismissed')`),
  ],
);
