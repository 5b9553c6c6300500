import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { DELIVERY_CLASSES } from "../model/channel.ts";
import { int4, int8, openEnd } from "./columns.ts";

/** One row per attempt to deliver a message, and what was answered. Kept 400 days. Written by store/outbox. */
export const delivery = pgTable(
  "delivery",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    outboxId: text("outbox_id").notNull(),
    channelId: int4("channel_id"),
    atMs: int8("at_ms"),
    attempt: int4("attempt"),
    class: text("class", { enum: DELIVERY_CLASSES }).notNull(),
    status: int4("status"),
    said: text("said").notNull(),
    tookMs: int4("took_ms"),
    retryAtMs: openEnd("retry_at_ms"),
  },
  (t) => [index("delivery_outbox").on(t.outboxId), index("delivery_channel").on(t.channelId, t.atMs)],
);
