import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { bytea, int8, openEnd } from "./columns.ts";

/** Keys that seal secrets, themselves sealed under the installation's key, which is not in here. Written by store/data-keys. */
export const dataKey = pgTable("data_key", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  purpose: text("purpose", { enum: ["seal", "sign"] }).notNull(),
  wrapped: bytea("wrapped").notNull(), // nonce, ciphertext, tag; its associated data names this row
  wrappedBefore: bytea("wrapped_before"), // the same under the key before, until a console has started with the new one
  createdAtMs: int8("created_at_ms"),
  retiredAtMs: openEnd("retired_at_ms"), // opens what it sealed, seals nothing new
});
