import { sql } from "drizzle-orm";
import { check, integer, jsonb, pgTable, primaryKey, smallint } from "drizzle-orm/pg-core";
import type { TierVerdict } from "../model/tier.ts";
import { int8 } from "./columns.ts";
import { pool } from "./pool.ts";

/** One row per change of a pool's tier: what the board said from then on. Written by store/tiers. */
export const tierEvent = pgTable(
  "tier_event",
  {
    atMs: int8("at_ms"),
    poolId: integer("pool_id")
      .notNull()
      .references(() => pool.id),
    fromTier: smallint("from_tier"), // null = first verdict
    toTier: smallint("to_tier").notNull(),
    verdict: jsonb("verdict").$type<TierVerdict>().notNull(), // whole, so that a past board can say why
  },
  (t) => [primaryKey({ columns: [t.poolId, t.atMs] }), check("tier_event_tier", sql`${t.toTier} BETWEEN 0 AND 3`)],
);
