import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { type Notice, OUTBOX_STATES } from "../model/channel.ts";
import { int4, int8, openEnd } from "./columns.ts";

/**
 * One row per message to a channel, written in the transaction of the change it tells. Its id is the message id of every
 * attempt. Kept 400 days. Written by store/outbox.
 */
export const outbox = pgTable(
  "outbox",
  {
    id: text("id").primaryKey(), // "msg_" + 26 characters that sort by time
    channelId: int4("channel_id"),
    groupId: int4("group_id"), // 0 = of no group: tests, heartbeats
    seq: int4("seq"), // order within the group on its channel
    notice: jsonb("notice").$type<Notice>().notNull(),
    incidentIds: integer("incident_ids").array().notNull(),
    state: text("state", { enum: OUTBOX_STATES }).notNull(),
    coalescedInto: text("coalesced_into").notNull(), // "" = into none
    atMs: int8("at_ms"),
    dueMs: int8("due_ms"), // not before
    attempts: int4("attempts"),
    leaseUntilMs: openEnd("lease_until_ms"), // someone is sending it
    fence: int4("fence"), // grows with each claim: a sender that slept may not mark it
    sentAtMs: openEnd("sent_at_ms"),
    lastError: text("last_error").notNull(),
  },
  (t) => [
    index("outbox_due")
      .on(t.channelId, t.dueMs)
      .where(sql`${t.state} = 'waiting'`),
    index("outbox_at").on(t.atMs),
    index("outbox_incidents").using("gin", t.incidentIds),
    check("outbox_state", sql`${t.state} IN ('waiting', 'delivered', 'coalesced', 'dead', 'disabled')`),
  ],
);
