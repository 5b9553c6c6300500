import { pgTable, text } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";

/** One row per day whose kind a person changed; the published calendar is data (server/domain/patrol). Written by store/guard. */
export const holiday = pgTable("holiday", {
  day: text("day").primaryKey(), // "YYYY-MM-DD"
  kind: text("kind", { enum: ["holiday", "workday", "ordinary"] }).notNull(), // workday = made up for a holiday
  name: text("name").notNull(),
  changedAtMs: int8("changed_at_ms"),
});
