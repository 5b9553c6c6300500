import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { int8, openEnd } from "./columns.ts";

/** Tokens of programs. The token itself is shown once; its SHA-256 finds the row. */
export const apiToken = pgTable("api_token", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  tokenHash: text("token_hash").notNull().unique(), // SHA-256, hex
  hint: text("hint").notNull(), // last four characters
  name: text("name").notNull(),
  personId: text("person_id").notNull(), // whose it is; "" = made in a console without sign-in
  permissions: text("permissions").array().notNull(),
  teams: text("teams").array(), // null = all of the owner's
  sources: text("sources").array(), // null = any
  createdAtMs: int8("created_at_ms"),
  expiresAtMs: int8("expires_at_ms"),
  lastUsedAtMs: openEnd("last_used_at_ms"), // to the minute
  revokedAtMs: openEnd("revoked_at_ms"),
});
