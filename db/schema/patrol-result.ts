import { index, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { CHECK_VERDICTS, type CheckResult } from "../model/patrol.ts";
import { int8 } from "./columns.ts";

/** One row per (patrol, item): what a check found. Kept 400 days. Written by store/patrol. */
export const patrolResult = pgTable(
  "patrol_result",
  {
    atMs: int8("at_ms"), // end of the day it looked at
    itemId: text("item_id").notNull(),
    verdict: text("verdict", { enum: CHECK_VERDICTS }).notNull(),
    result: jsonb("result").$type<CheckResult>().notNull(),
    ranAtMs: int8("ran_at_ms"),
  },
  (t) => [primaryKey({ columns: [t.atMs, t.itemId] }), index("patrol_result_item").on(t.itemId, t.atMs)],
);
