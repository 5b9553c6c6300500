import { pgTable, primaryKey } from "drizzle-orm/pg-core";
import { bytea, int4 } from "./columns.ts";

/**
 * One row per (day, card): the day's 288 slots packed (codec: store/day-points.ts). Partition per month, 90 days.
 * Written by store/retention when a day leaves card_slot, and by bulk history.
 */
export const cardDayPoints = pgTable(
  "card_day_points",
  {
    dayNo: int4("day_no"),
    cardId: int4("card_id"),
    presence: bytea("presence").notNull(), // 36 bytes, bit i (get_bit) = the card has a point for slot i of the day
    points: bytea("points").notNull(),
  },
  (t) => [primaryKey({ columns: [t.dayNo, t.cardId] })],
);
