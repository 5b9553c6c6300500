import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";

/** One row per remembered value of the installation, e.g. what the demo has already loaded. Written by store/settings. */
export const setting = pgTable("setting", {
  key: text("key").primaryKey(),
  value: jsonb("value").notNull(),
  writtenAtMs: int8("written_at_ms"),
});
