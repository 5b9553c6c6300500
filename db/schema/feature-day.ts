import { pgTable, primaryKey } from "drizzle-orm/pg-core";
import { int4 } from "./columns.ts";
import { stateMicro, stateMs } from "./ledger-columns.ts";

/**
 * One row per (calendar day, feature, pool, price): the sum of the ledger_hour rows whose hour begins in that day of the
 * installation's time zone, kept in the same transaction. day_no counts from 1970-01-01 by the calendar, not by UTC.
 * Partition per year, 25 months. Written by store/ledger-lines.
 */
export const featureDay = pgTable(
  "feature_day",
  {
    dayNo: int4("day_no"),
    featureId: int4("feature_id"),
    poolId: int4("pool_id"),
    priceId: int4("price_id"),
    ...stateMs(),
    ...stateMicro(),
  },
  (t) => [primaryKey({ columns: [t.dayNo, t.featureId, t.poolId, t.priceId] })],
);
