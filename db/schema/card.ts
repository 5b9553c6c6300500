import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, unique } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";
import { node } from "./node.ts";
import { pool } from "./pool.ts";

/** One row per card ever seen, with its newest known place. Its places over time: card_ownership. Written by store/registry. */
export const card = pgTable(
  "card",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    uuid: text("uuid").notNull(),
    modelName: text("model_name").notNull(), // as the exporter says it
    model: text("model").notNull(),
    nodeId: integer("node_id")
      .notNull()
      .references(() => node.id),
    position: text("position").notNull(),
    poolId: integer("pool_id")
      .notNull()
      .references(() => pool.id),
    driver: text("driver").notNull(),
    migProfiles: jsonb("mig_profiles").$type<readonly string[]>().notNull(),
    firstSeenMs: int8("first_seen_ms"),
    lastSeenMs: int8("last_seen_ms"), // when its identity was last said, not its last reading
    source: text("source").notNull().default("scrape"), // under whose name its slots are committed: the first that saw it
  },
  (t) => [
    unique("card_uuid").on(t.uuid),
    index("card_pool").on(t.poolId),
    check("card_seen", sql`${t.firstSeenMs} <= ${t.lastSeenMs}`),
  ],
);
