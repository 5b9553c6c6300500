import { sql } from "drizzle-orm";
import { check, doublePrecision, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { REPORT_KINDS, type ReportScope, RUN_STATES } from "../model/report.ts";
import { int4, int8, openEnd } from "./columns.ts";

/**
 * One row per (definition, scope, period, revision): the report's value and what became of making it. Kept for ever.
 * Written by store/reports.
 */
export const reportRun = pgTable(
  "report_run",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    definitionId: int4("definition_id"), // 0 = made on demand
    kind: text("kind", { enum: REPORT_KINDS }).notNull(),
    period: text("period").notNull(),
    zone: text("zone").notNull(),
    fromMs: int8("from_ms"),
    toMs: int8("to_ms"),
    scope: jsonb("scope").$type<ReportScope>().notNull(),
    scopeKey: text("scope_key").notNull(), // canonical text of the scope and the zone
    revision: int4("revision"),
    state: text("state", { enum: RUN_STATES }).notNull(),
    step: text("step").notNull(),
    progress: doublePrecision("progress").notNull(),
    queuedAtMs: int8("queued_at_ms"),
    startedAtMs: openEnd("started_at_ms"),
    finishedAtMs: openEnd("finished_at_ms"),
    attempts: int4("attempts"),
    leaseUntilMs: openEnd("lease_until_ms"), // someone is making it
    fence: int4("fence"), // grows with each claim: a maker that slept may not write
    headline: jsonb("headline").$type<{ readonly zh: string; readonly en: string }>().notNull(),
    coverage: doublePrecision("coverage"),
    value: jsonb("value"), // canonical; null = not made yet
    valueHash: text("value_hash").notNull(),
    error: text("error").notNull(),
    supersededBy: integer("superseded_by"),
  },
  (t) => [
    uniqueIndex("report_run_once").on(t.definitionId, t.kind, t.scopeKey, t.period, t.revision),
    index("report_run_at").on(t.fromMs),
    check("report_run_window", sql`${t.toMs} > ${t.fromMs}`),
  ],
);
