import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { bytea, int8, openEnd } from "./columns.ts";

/** Changes that wait for a second person. The input is sealed: it may hold secrets. */
export const approval = pgTable(
  "approval",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    action: text("action").notNull(),
    input: bytea("input").notNull(), // sealed JSON
    shown: text("shown").notNull(), // the same as JSON without secrets
    reason: text("reason").notNull(),
    askedById: text("asked_by_id").notNull(),
    askedBy: text("asked_by").notNull(),
    askedAtMs: int8("asked_at_ms"),
    expiresAtMs: int8("expires_at_ms"),
    state: text("state").notNull(), // "waiting", "approved", "refused", "expired", "failed"
    decidedById: text("decided_by_id"),
    decidedBy: text("decided_by"),
    decidedAtMs: openEnd("decided_at_ms"),
    note: text("note").notNull(),
  },
  (t) => [index("approval_state").on(t.state)],
);
