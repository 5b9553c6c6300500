import { bigint, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";

/**
 * What people and programs did, a row an act, each holding the hash of the one before: an edited, deleted or moved row
 * shows. The key of the hashes is not in the database. Written by server/usecases/audit.
 */
export const audit = pgTable("audit", {
  seq: bigint("seq", { mode: "number" }).primaryKey(), // 1, 2, 3, … without a hole
  entryId: text("entry_id").notNull().unique(), // made before the act; audit_change rows name it
  atMs: int8("at_ms"),
  actor: jsonb("actor").notNull(), // { kind, id, name }
  address: text("address").notNull(),
  action: text("action").notNull(),
  outcome: text("outcome").notNull(), // one of AUDIT_OUTCOMES
  object: text("object").notNull(),
  reason: text("reason").notNull(),
  changesHash: text("changes_hash").notNull(), // over this entry's audit_change rows, in order
  hash: text("hash").notNull(), // HMAC over the previous hash and this row
});
