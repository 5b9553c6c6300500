import type { Executor } from "../database.ts";
import type { Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { hourNoOf, hourStart } from "./steps.ts";

/** Card time of a pool in a run of whole hours. */
export type PoolSpan = Window & {
  readonly poolId: number;
  readonly ownedMs: number;
  readonly idleMs: number; // free, or held without activity
};

/**
 * Card time of pools in the hours that begin in the window, added up between the cuts: as few rows as there are different
 * prices, whatever the length of the window. By pool and time; runs without a row of pool_hour are absent.
 * @param cuts hour numbers (from 1970) where sums begin anew; those outside the window do not matter
 * @param poolIds null = all
 */
export async function readPoolSpans(
  db: Executor,
  window: Window,
  cuts: Iterable<number>,
  poolIds: readonly number[] | null = null,
): Promise<PoolSpan[]> {
  const [first, end] = [hourNoOf(window.from), hourNoOf(window.to)];
  if (first >= end) return [];
  const inside = [...new Set(cuts)].filter((cut) => cut > first && cut < end).toSorted((a, b) => a - b);
  const starts = [first, ...inside];
  const rows = await db.query<{ poolId: number; run: number; ownedMs: number; idleMs: number }>(
    `SELECT s.pool_id AS "poolId", s.run, sum(s.owned_ms)::int8 AS "ownedMs", sum(s.idle_ms)::int8 AS "idleMs"
     FROM (SELECT pool_id, width_bucket(hour_no, $3::int4[]) AS run, owned_ms, idle_held_ms + free_ms AS idle_ms
           FROM pool_hour WHERE hour_no >= $1 AND hour_no < $2 AND ($4::int4[] IS NULL OR pool_id = ANY($4))) s
     GROUP BY s.pool_id, s.run ORDER BY s.pool_id, s.run`,
    [first, end, starts, poolIds],
  );
  return rows.map(({ run, ...row }) => ({
    ...row,
    from: hourStart(starts[run - 1] as number),
    to: hourStart(starts[run] ?? end),
  }));
}

/** The first hour with card time of any pool: before it there is none to pay for. null = there is none at all. */
export async function readFirstHour(db: Executor): Promise<UnixMs | null> {
  const [row] = await db.query<{ hourNo: number | null }>(`SELECT min(hour_no) AS "hourNo" FROM pool_hour`);
  return row === undefined || row.hourNo === null ? null : hourStart(row.hourNo);
}
