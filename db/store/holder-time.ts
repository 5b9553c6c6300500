import type { Executor } from "../database.ts";
import { type HeldTime, NOBODY, type StateMs, UNATTRIBUTED } from "../model/ledger.ts";
import { STATE_MS } from "./holder-sql.ts";
import { readLines } from "./ledger-lines.ts";
import { type PackedAnswer, type PackedColumns, packedRows, unpackRows } from "./packed-rows.ts";

export type HourTime = HeldTime & { readonly hourNo: number; readonly poolId: number };

const PACKED: PackedColumns = { int4: ["hour_no", "pool_id", "feature_id"], int8: STATE_MS };
const IN_HOURS = "hour_no = ANY($1) AND ($2::int4[] IS NULL OR pool_id = ANY($2))";

/** Stretches are looked up for the holders that are there: the table has everybody there ever was. */
const TIME_BY_FEATURE = packedRows(
  PACKED,
  `WITH h AS MATERIALIZED (SELECT * FROM holder_hour WHERE ${IN_HOURS}),
   f AS MATERIALIZED (
     SELECT * FROM holder_feature
     WHERE holder_id = ANY(ARRAY(SELECT DISTINCT holder_id FROM h WHERE holder_id > ${NOBODY}))
       AND from_hour <= $4 AND (to_hour IS NULL OR to_hour > $3))
   SELECT h.hour_no, h.pool_id,
     CASE WHEN h.holder_id = ${NOBODY} THEN ${NOBODY} ELSE coalesce(f.feature_id, ${UNATTRIBUTED}) END AS feature_id,
     ${STATE_MS.map((s) => `sum(h.${s})::int8 AS ${s}`).join(", ")}
   FROM h LEFT JOIN f ON f.holder_id = h.holder_id AND f.from_hour <= h.hour_no AND (f.to_hour IS NULL OR f.to_hour > h.hour_no)
   GROUP BY 1, 2, 3`,
);

const OF_POOLS: PackedColumns = { int4: ["hour_no", "pool_id"], int8: STATE_MS };
const TIME_OF_POOLS = packedRows(
  OF_POOLS,
  `SELECT hour_no, pool_id, busy_ms, idle_held_ms, starting_ms, free_ms, fault_ms,
     owned_ms - busy_ms - idle_held_ms - starting_ms - free_ms - fault_ms AS unknown_ms
   FROM pool_hour WHERE ${IN_HOURS}`,
);

/**
 * Card time of pools in some hours by feature, as today's rules have it; NOBODY where nobody held the card or nobody said
 * who, UNATTRIBUTED where no rule takes the holder. It adds up to pool_hour in every state. By hour, pool and feature.
 *
 * Where the rows of holders are gone (retention) the lines of the ledger say whose time was, and what came to be known
 * since is nobody's. Call it in a transaction that has taken its turn (slots.ts), for the sake of its plans.
 * @param poolIds null = all pools
 */
export async function readHourTime(
  tx: Executor,
  hourNos: readonly number[],
  poolIds: readonly number[] | null,
): Promise<HourTime[]> {
  if (hourNos.length === 0) return [];
  const range = [Math.min(...hourNos), Math.max(...hourNos)];
  const times = unpackRows(
    await tx.query<PackedAnswer>(TIME_BY_FEATURE, [hourNos, poolIds, ...range]),
    PACKED,
    (view, at): HourTime => ({
      hourNo: view.getInt32(at),
      poolId: view.getInt32(at + 4),
      featureId: view.getInt32(at + 8),
      ms: stateMs(view, at + 12),
    }),
  );
  const pools = unpackRows(
    await tx.query<PackedAnswer>(TIME_OF_POOLS, [hourNos, poolIds]),
    OF_POOLS,
    (view, at): PoolTime => ({ hourNo: view.getInt32(at), poolId: view.getInt32(at + 4), ms: stateMs(view, at + 8) }),
  );
  const torn = tornPools(times, pools);
  if (torn.length === 0) return times;
  const names = new Set(torn.map(nameOf));
  const lines = await readLines(tx, unique(torn.map((t) => t.hourNo)), unique(torn.map((t) => t.poolId)));
  const settled = torn.flatMap((pool) =>
    settleRest(
      pool,
      lines.filter((line) => nameOf(line) === nameOf(pool)),
    ),
  );
  return [...times.filter((time) => !names.has(nameOf(time))), ...settled].sort(
    (a, b) => a.hourNo - b.hourNo || a.poolId - b.poolId || a.featureId - b.featureId,
  );
}

type PoolTime = { readonly hourNo: number; readonly poolId: number; readonly ms: StateMs };
type Named = { readonly hourNo: number; readonly poolId: number };

const nameOf = ({ hourNo, poolId }: Named): string => `${hourNo} ${poolId}`;
const unique = (values: readonly number[]): number[] => [...new Set(values)];

/** Six whole numbers of card time: far below 2^53. */
const stateMs = (view: DataView, at: number): StateMs =>
  STATE_MS.map((_, state) => Number(view.getBigInt64(at + 8 * state))) as unknown as StateMs;

/** The pools whose holders do not add up to them. */
function tornPools(times: readonly HourTime[], pools: readonly PoolTime[]): PoolTime[] {
  const left = new Map(pools.map((pool) => [nameOf(pool), { ...pool, ms: [...pool.ms] }]));
  for (const time of times) {
    const rest = left.get(nameOf(time));
    time.ms.forEach((ms, state) => rest && (rest.ms[state]! -= ms));
  }
  return pools.filter((pool) => left.get(nameOf(pool))?.ms.some((ms) => ms !== 0));
}

/**
 * A pool's time over the features that had it when it was booked. More than was booked is nobody's; less is taken from
 * nobody's first, then from whoever has most: it adds up, and nothing is below zero.
 */
export function settleRest(pool: PoolTime, booked: readonly HeldTime[]): HourTime[] {
  const byFeature = new Map<number, number[]>([[NOBODY, [0, 0, 0, 0, 0, 0]]]);
  for (const { featureId, ms } of booked) {
    const before = byFeature.get(featureId) ?? [0, 0, 0, 0, 0, 0];
    byFeature.set(
      featureId,
      before.map((value, state) => value + ms[state]!),
    );
  }
  for (const [state, of] of pool.ms.entries()) {
    let over = -of;
    for (const ms of byFeature.values()) over += ms[state]!;
    const nobody = byFeature.get(NOBODY)!;
    if (over <= 0) nobody[state]! -= over;
    const others = [...byFeature.entries()]
      .filter(([id]) => id !== NOBODY)
      .sort(([a, x], [b, y]) => y[state]! - x[state]! || a - b);
    for (const ms of [nobody, ...others.map(([, values]) => values)]) {
      if (over <= 0) break;
      const taken = Math.min(over, ms[state]!);
      ms[state]! -= taken;
      over -= taken;
    }
  }
  return [...byFeature]
    .filter(([, ms]) => ms.some((value) => value !== 0))
    .map(([featureId, ms]) => ({ hourNo: pool.hourNo, poolId: pool.poolId, featureId, ms: ms as unknown as StateMs }));
}
