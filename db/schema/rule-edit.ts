import { sql } from "drizzle-orm";
import { boolean, check, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Rule } from "../model/rule.ts";
import { int8, openEnd } from "./columns.ts";

/** One row per version of a rule a person changed or wrote; the row without an end is in force. Written by store/rules. */
export const ruleEdit = pgTable(
  "rule_edit",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    ruleId: text("rule_id").notNull(),
    version: integer("version").notNull(), // from 1
    origin: text("origin", { enum: ["tuned", "user"] }).notNull(),
    enabled: boolean("enabled").notNull(),
    rule: jsonb("rule").$type<Rule>().notNull(),
    fromMs: int8("from_ms"),
    toMs: openEnd("to_ms"),
    who: text("who").notNull(),
    why: text("why").notNull(),
  },
  (t) => [
    uniqueIndex("rule_edit_in_force")
      .on(t.ruleId)
      .where(sql`${t.toMs} IS NULL`),
    uniqueIndex("rule_edit_version").on(t.ruleId, t.version),
    check("rule_edit_origin", sql`${t.origin} IN ('tuned', 'user')`),
  ],
);
