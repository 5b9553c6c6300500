import { boolean, integer, jsonb, pgTable, text, unique } from "drizzle-orm/pg-core";
import { CHANNEL_KINDS, type ChannelSettings, LANGUAGES } from "../model/channel.ts";
import { bytea, int8, openEnd } from "./columns.ts";

/** One row per place messages go to. Secrets are sealed (AES-256-GCM); disabled ones stay. Written by store/channels. */
export const channel = pgTable(
  "channel",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    name: text("name").notNull(),
    kind: text("kind", { enum: CHANNEL_KINDS }).notNull(),
    language: text("language", { enum: LANGUAGES }).notNull(),
    enabled: boolean("enabled").notNull(),
    disabledWhy: text("disabled_why").notNull(),
    sendsResolved: boolean("sends_resolved").notNull(),
    settings: jsonb("settings").$type<ChannelSettings>().notNull(),
    sealed: bytea("sealed").notNull(),
    showsMoney: boolean("shows_money").notNull().default(true), // false = its messages name no amounts
    shownAddress: text("shown_address").notNull(), // host and last four characters
    failingSinceMs: openEnd("failing_since_ms"), // null = the last try went through
    pausedUntilMs: openEnd("paused_until_ms"), // the breaker: nothing is tried before
    failures: integer("failures").notNull(), // in a row
    changedAtMs: int8("changed_at_ms"),
    changedBy: text("changed_by").notNull(),
    removedAtMs: openEnd("removed_at_ms"),
  },
  (t) => [unique("channel_name").on(t.name, t.removedAtMs).nullsNotDistinct()],
);
