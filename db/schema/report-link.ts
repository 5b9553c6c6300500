import { boolean, index, pgTable, text } from "drizzle-orm/pg-core";
import { int4, int8, openEnd } from "./columns.ts";

/** One row per share link: who has the token may read this one report until it ends. Only the hash is kept. Written by store/reports. */
export const reportLink = pgTable(
  "report_link",
  {
    tokenHash: text("token_hash").primaryKey(), // SHA-256 of 160 random bits
    runId: int4("run_id"),
    hint: text("hint").notNull(), // last four characters, to tell links apart
    showsMoney: boolean("shows_money").notNull().default(true), // as whoever made it sees it
    who: text("who").notNull(),
    createdAtMs: int8("created_at_ms"),
    expiresAtMs: int8("expires_at_ms"),
    revokedAtMs: openEnd("revoked_at_ms"),
    readAtMs: openEnd("read_at_ms"), // last use
  },
  (t) => [index("report_link_run").on(t.runId)],
);
