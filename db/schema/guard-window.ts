import { check, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import type { ReportScope } from "../model/report.ts";
import { int8, openEnd } from "./columns.ts";

/** One row per guard window (重保): a named period with a duty list and stricter rules. Written by store/guard. */
export const guardWindow = pgTable(
  "guard_window",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    name: text("name").notNull(),
    owner: text("owner").notNull(),
    duty: jsonb("duty").notNull(), // who, from, to, how to reach: shape in db/model/guard.ts
    scope: jsonb("scope").$type<ReportScope>().notNull(),
    stricter: jsonb("stricter").notNull(), // shape in db/model/guard.ts
    fromMs: int8("from_ms"),
    toMs: int8("to_ms"),
    createdAtMs: int8("created_at_ms"),
    removedAtMs: openEnd("removed_at_ms"),
    readiness: jsonb("readiness"), // the report before, as made; null = not yet
    closing: jsonb("closing"), // the report after
  },
  (t) => [index("guard_window_at").on(t.fromMs), check("guard_window_order", sql`${t.toMs} > ${t.fromMs}`)],
);
