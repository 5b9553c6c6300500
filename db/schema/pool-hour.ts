import { integer, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { int4, int8, measured } from "./columns.ts";

/** One row per (hour, pool): the sum of the card_slot rows that stood in the pool, kept in the same transaction. Partition per year, 25 months. Written by store/slots. */
export const poolHour = pgTable(
  "pool_hour",
  {
    hourNo: int4("hour_no"),
    poolId: int4("pool_id"),
    slots: int4("slots"), // rows summed
    whole: integer("whole").array().notNull(), // of each of the twelve slots: cards ours for the whole of it
    ...measured(int8, int8),
  },
  (t) => [primaryKey({ columns: [t.hourNo, t.poolId] })],
);
