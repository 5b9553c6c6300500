import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { LIFE_STAGES } from "../model/inventory.ts";
import { int8 } from "./columns.ts";

/** One row per step in the life of a card; never changed, never deleted. Written by store/card-life. */
export const cardLife = pgTable(
  "card_life",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    atMs: int8("at_ms"),
    card: text("card").notNull(), // UUID, or the serial number before it was seen
    stage: text("stage", { enum: LIFE_STAGES }).notNull(),
    contract: text("contract").notNull(),
    who: text("who").notNull(),
    why: text("why").notNull(),
    recordedAtMs: int8("recorded_at_ms"),
  },
  (t) => [
    index("card_life_card").on(t.card, t.atMs),
    check(
      "card_life_stage",
      sql`${t.stage} IN ('ordered', 'delivered', 'accepted', 'in_use', 'fault', 'rma', 'returned')`,
    ),
  ],
);
