import { integer, pgTable } from "drizzle-orm/pg-core";
import { bytea, int8, openEnd } from "./columns.ts";

/** Keys that seal secrets, themselves sealed under the installation's key, which is not in here. Written by store/data-keys. */
export const dataKey = pgTable("data_key", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  wrapped: bytea("wrapped").notNull(), // nonce, ciphertext, tag; its associated data names this row
  createdAtMs: int8("created_at_ms"),
  retiredAtMs: openEnd("retired_at_ms"), // opens what it sealed, seals nothing new
});
