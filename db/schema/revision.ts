import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";

/** One row per act of changing prices, rates, benchmarks, capacity or the ladder: who, when, why. Written by store/revisions. */
export const revision = pgTable("revision", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  atMs: int8("at_ms"),
  subject: text("subject").notNull(), // price, fx, benchmark, capacity, ladder, override, alias
  who: text("who").notNull(),
  why: text("why").notNull(),
  source: text("source").notNull(), // console, cli, or the imported file
});
