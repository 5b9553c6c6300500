import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { int8 } from "./columns.ts";

/** One row per accepted push: its idempotency key, a digest of what it said, and what was answered. Written by store/usage. */
export const usagePush = pgTable("usage_push", {
  key: text("key").primaryKey(),
  digest: text("digest").notNull(), // SHA-256 of the body: the same key with another body is refused
  atMs: int8("at_ms"),
  answer: jsonb("answer").$type<unknown>().notNull(),
});
