import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { LANGUAGES } from "../model/channel.ts";
import { bytea, int4, int8 } from "./columns.ts";

/** One row per (run, language): its PDF. Written by store/reports. */
export const reportFile = pgTable(
  "report_file",
  {
    runId: int4("run_id"),
    language: text("language", { enum: LANGUAGES }).notNull(),
    bytes: bytea("bytes").notNull(),
    sha256: text("sha256").notNull(),
    pages: int4("pages"),
    madeAtMs: int8("made_at_ms"),
  },
  (t) => [primaryKey({ columns: [t.runId, t.language] })],
);
