import { pgTable, text } from "drizzle-orm/pg-core";
import { int8, openEnd } from "./columns.ts";

/** One-time links: the set-up of a new installation, invitations, new passwords. Only the hash is kept. */
export const accessLink = pgTable("access_link", {
  tokenHash: text("token_hash").primaryKey(), // SHA-256 of 160 random bits
  kind: text("kind").notNull(), // "set-up", "invite", "reset"
  personId: text("person_id"), // null = set-up: the first administrator is made by it
  createdAtMs: int8("created_at_ms"),
  expiresAtMs: int8("expires_at_ms"),
  usedAtMs: openEnd("used_at_ms"),
});
