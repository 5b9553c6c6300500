import { boolean, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { Route } from "../model/channel.ts";
import type { Severity, Where } from "../model/rule.ts";
import { int4, int8 } from "./columns.ts";

/** One row per route, tried in the order of position. Written by store/routes. */
export const alertRoute = pgTable("alert_route", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  position: int4("position"),
  name: text("name").notNull(),
  where: jsonb("where").$type<Where>().notNull(),
  severities: jsonb("severities").$type<readonly Severity[]>().notNull(),
  ruleIds: jsonb("rule_ids").$type<readonly string[]>().notNull(),
  channelIds: integer("channel_ids").array().notNull(),
  goesOn: boolean("goes_on").notNull(),
  groupWaitMs: int4("group_wait_ms"),
  groupIntervalMs: int4("group_interval_ms"),
  repeatMs: int4("repeat_ms"),
  escalations: jsonb("escalations").$type<Route["escalations"]>().notNull(),
  changedAtMs: int8("changed_at_ms"),
});
