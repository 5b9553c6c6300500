import { pgTable, primaryKey } from "drizzle-orm/pg-core";
import { int4 } from "./columns.ts";
import { stateMs } from "./ledger-columns.ts";

/**
 * One row per (hour, pool, holder); holder 0 = nobody, or nobody said who. The rows of a pool's hour add up to its
 * pool_hour: kept in the same transaction. Partition per month, 35 days. Written by store/slots.
 */
export const holderHour = pgTable(
  "holder_hour",
  { hourNo: int4("hour_no"), poolId: int4("pool_id"), holderId: int4("holder_id"), ...stateMs() },
  (t) => [primaryKey({ columns: [t.hourNo, t.poolId, t.holderId] })],
);
