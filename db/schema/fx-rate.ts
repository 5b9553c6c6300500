import { sql } from "drizzle-orm";
import { bigint, check, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { int4, int8, openEnd } from "./columns.ts";
import { revision } from "./revision.ts";

/** One row per (pair, UTC day, belief): what one unit of base is worth in quote, in 1e-9. Written by store/fx. */
export const fxRate = pgTable(
  "fx_rate",
  {
    base: text("base").notNull(),
    quote: text("quote").notNull(),
    dayNo: int4("day_no"),
    rateNano: bigint("rate_nano", { mode: "bigint" }).notNull(),
    knownFromMs: int8("known_from_ms"),
    knownToMs: openEnd("known_to_ms"),
    revisionId: integer("revision_id")
      .notNull()
      .references(() => revision.id),
  },
  (t) => [
    primaryKey({ columns: [t.base, t.quote, t.dayNo, t.knownFromMs] }),
    check("fx_rate_positive", sql`${t.rateNano} > 0 AND ${t.base} <> ${t.quote}`),
  ],
);
