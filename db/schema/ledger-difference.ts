import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { DIFFERENCE_CAUSES } from "../model/ledger.ts";
import { int4, int8 } from "./columns.ts";
import { stateMicro, stateMs } from "./ledger-columns.ts";

/**
 * One row per change of a line whose hour had been closed: new minus old. What the ledger said at an earlier instant is
 * what it says now minus the differences recorded since; a report keeps its numbers. Written by store/ledger-lines.
 */
export const ledgerDifference = pgTable(
  "ledger_difference",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    atMs: int8("at_ms"),
    cause: text("cause", { enum: DIFFERENCE_CAUSES }).notNull(),
    revisionId: integer("revision_id"), // of revision, for price and mapping; null = late data
    hourNo: int4("hour_no"),
    poolId: int4("pool_id"),
    featureId: int4("feature_id"),
    priceId: int4("price_id"),
    ...stateMs(),
    ...stateMicro(),
  },
  (t) => [
    index("ledger_difference_at").on(t.atMs),
    index("ledger_difference_hour").on(t.hourNo),
    check("ledger_difference_cause", sql`${t.cause} IN ('late_data', 'price', 'mapping')`),
  ],
);
