import { pgTable, primaryKey, smallint } from "drizzle-orm/pg-core";
import { int4, measured } from "./columns.ts";

/** One row per (hour, card): the sum of its card_slot rows, kept in the same transaction. Partition per month, 35 days. Written by store/slots. */
export const cardHour = pgTable(
  "card_hour",
  {
    hourNo: int4("hour_no"),
    cardId: int4("card_id"),
    slots: smallint("slots").notNull(), // rows summed, at most 12
    ...measured(int4, int4),
  },
  (t) => [primaryKey({ columns: [t.hourNo, t.cardId] })],
);
