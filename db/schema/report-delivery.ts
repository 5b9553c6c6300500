import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { int4, int8, openEnd } from "./columns.ts";

/** One row per (run, endpoint): a report goes to each of its recipients once. Written by store/reports. */
export const reportDelivery = pgTable(
  "report_delivery",
  {
    runId: int4("run_id"),
    endpoint: text("endpoint").notNull(), // "mail:3:lead@example.com", "chat:5", "file:5"
    state: text("state", { enum: ["waiting", "sent", "failed"] }).notNull(),
    attempts: int4("attempts"),
    dueMs: int8("due_ms"), // not before
    leaseUntilMs: openEnd("lease_until_ms"),
    fence: int4("fence"),
    sentAtMs: openEnd("sent_at_ms"),
    error: text("error").notNull(), // "" = none; the answer's words, without secrets
    outboxId: text("outbox_id").notNull(), // digests go by the outbox, which knows their state; "" = sent from here
    body: text("body", { enum: ["pdf", "digest", "text"] }).notNull(), // text = the fallback: no PDF could be made
  },
  (t) => [primaryKey({ columns: [t.runId, t.endpoint] })],
);
