import { sql } from "drizzle-orm";
import { check, integer, pgTable, smallint, text } from "drizzle-orm/pg-core";
import { int8, openEnd } from "./columns.ts";
import { pool } from "./pool.ts";

/** One row per tier set by a person for a pool until it expires or is taken back. Written by store/tiers. */
export const tierOverride = pgTable(
  "tier_override",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    poolId: integer("pool_id")
      .notNull()
      .references(() => pool.id),
    tier: smallint("tier").notNull(),
    owner: text("owner").notNull(),
    reason: text("reason").notNull(),
    fromMs: int8("from_ms"),
    toMs: int8("to_ms"),
    removedAtMs: openEnd("removed_at_ms"),
  },
  (t) => [check("tier_override_window", sql`${t.toMs} > ${t.fromMs} AND ${t.tier} BETWEEN 0 AND 3`)],
);
