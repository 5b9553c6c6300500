import { boolean, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { LANGUAGES } from "../model/channel.ts";
import { type Recipient, REPORT_KINDS, type ReportScope } from "../model/report.ts";
import { int8, openEnd } from "./columns.ts";

/** One row per report that is made again and again; removed ones stay, for their runs. Written by store/reports. */
export const reportDefinition = pgTable("report_definition", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  name: text("name").notNull(),
  kind: text("kind", { enum: REPORT_KINDS }).notNull(),
  cron: text("cron").notNull(), // five fields, in `zone`
  zone: text("zone").notNull(),
  scope: jsonb("scope").$type<ReportScope>().notNull(),
  language: text("language", { enum: LANGUAGES }).notNull(),
  recipients: jsonb("recipients").$type<readonly Recipient[]>().notNull(),
  showsMoney: boolean("shows_money").notNull().default(true), // false = what it delivers names no amounts
  isPaused: boolean("is_paused").notNull(),
  createdAtMs: int8("created_at_ms"),
  changedAtMs: int8("changed_at_ms"),
  removedAtMs: openEnd("removed_at_ms"),
});
