import { sql } from "drizzle-orm";
import { bigint, check, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { card } from "./card.ts";
import { int8 } from "./columns.ts";
import { node } from "./node.ts";
import { pool } from "./pool.ts";

/** One row per stretch `[from_ms, to_ms)` in which a card stood in one pool, node and position. Written by store/registry. */
export const cardOwnership = pgTable(
  "card_ownership",
  {
    cardId: integer("card_id")
      .notNull()
      .references(() => card.id),
    poolId: integer("pool_id")
      .notNull()
      .references(() => pool.id),
    nodeId: integer("node_id")
      .notNull()
      .references(() => node.id),
    position: text("position").notNull(),
    fromMs: int8("from_ms"),
    toMs: bigint("to_ms", { mode: "number" }), // null = still there
  },
  (t) => [
    primaryKey({ columns: [t.cardId, t.fromMs] }),
    uniqueIndex("card_ownership_open")
      .on(t.cardId)
      .where(sql`${t.toMs} IS NULL`),
    check("card_ownership_window", sql`${t.toMs} > ${t.fromMs}`),
  ],
);
