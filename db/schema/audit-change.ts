import { bigint, index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";

/**
 * Rows of settings that changed, written by triggers inside the very transaction (0006). entry_id "" = the process itself.
 */
export const auditChange = pgTable(
  "audit_change",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    entryId: text("entry_id").notNull(),
    atMs: int8("at_ms"),
    relation: text("relation").notNull(),
    key: text("key").notNull(),
    before: jsonb("before"), // null = was not there
    after: jsonb("after"), // null = is not there any more
  },
  (t) => [index("audit_change_entry").on(t.entryId)],
);
