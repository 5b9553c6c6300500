import { index, integer, jsonb, pgTable, text, unique } from "drizzle-orm/pg-core";
import { int4, int8, openEnd } from "./columns.ts";

/**
 * One row per group of incidents on a channel: what was last said there, and when it speaks next. Survives restarts, so
 * nothing is said twice. Removed when everything in it is resolved and said. Written by store/outbox.
 */
export const alertGroup = pgTable(
  "alert_group",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    channelId: int4("channel_id"),
    routeId: int4("route_id"),
    key: text("key").notNull(), // what its incidents share: pool, node, rule; or region
    seq: int4("seq"), // messages so far
    bornAtMs: int8("born_at_ms"),
    nextAtMs: int8("next_at_ms"),
    lastAtMs: openEnd("last_at_ms"), // of the last message; null = none yet
    /** Fingerprint → what was last said of it on this channel, and when: "firing P1 1766400000000". */
    said: jsonb("said").$type<Readonly<Record<string, string>>>().notNull(),
  },
  (t) => [unique("alert_group_key").on(t.channelId, t.routeId, t.key), index("alert_group_next").on(t.nextAtMs)],
);
