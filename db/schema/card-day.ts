import { pgTable, primaryKey, smallint } from "drizzle-orm/pg-core";
import { int4, int8, measured } from "./columns.ts";

/** One row per (UTC day, card): the sum of its card_slot rows, kept in the same transaction. Partition per year, 25 months. Written by store/slots. */
export const cardDay = pgTable(
  "card_day",
  {
    dayNo: int4("day_no"),
    cardId: int4("card_id"),
    slots: smallint("slots").notNull(), // rows summed, at most 288
    ...measured(int4, int8),
  },
  (t) => [primaryKey({ columns: [t.dayNo, t.cardId] })],
);
