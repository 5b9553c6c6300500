import { pgTable, primaryKey } from "drizzle-orm/pg-core";
import { int4 } from "./columns.ts";
import { stateMicro, stateMs } from "./ledger-columns.ts";

/**
 * One row per (hour, pool, feature, price): a line of the ledger (db/model/ledger.ts). feature 0 = nobody, -1 =
 * unattributed; price 0 = unpriced. Money is in the price's currency. Partition per year, 25 months. Written by
 * store/ledger-lines.
 */
export const ledgerHour = pgTable(
  "ledger_hour",
  {
    hourNo: int4("hour_no"),
    poolId: int4("pool_id"),
    featureId: int4("feature_id"),
    priceId: int4("price_id"),
    ...stateMs(),
    ...stateMicro(),
  },
  (t) => [primaryKey({ columns: [t.hourNo, t.poolId, t.featureId, t.priceId] })],
);
