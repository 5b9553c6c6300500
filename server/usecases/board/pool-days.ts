import { HOUR_MS, type Window } from "../../../db/model/time.ts";
import type { Utilisation } from "../../../db/model/views.ts";
import type { PoolHours } from "../../../db/store/past-board.ts";

export type PoolDay = {
  readonly utilisation: Utilisation;
  readonly spark: readonly (number | null)[]; // one an hour of the window; null = nothing said
};

type Sums = { saidMs: number; utilMs: number; observedMs: number; ownedMs: number; spark: (number | null)[] };

/** Hours of pools as one figure and one line each. Pools without an hour are absent. */
export function poolDays(hours: PoolHours, window: Window): ReadonlyMap<number, PoolDay> {
  const length = Math.round((window.to - window.from) / HOUR_MS);
  const byPool = new Map<number, Sums>();
  for (const [i, poolId] of hours.poolId.entries()) {
    let sums = byPool.get(poolId);
    if (sums === undefined) {
      sums = { saidMs: 0, utilMs: 0, observedMs: 0, ownedMs: 0, spark: Array.from({ length }, () => null) };
      byPool.set(poolId, sums);
    }
    const [saidMs, utilMs] = [hours.saidMs[i] ?? 0, hours.utilMs[i] ?? 0];
    sums.saidMs += saidMs;
    sums.utilMs += utilMs;
    sums.observedMs += hours.observedMs[i] ?? 0;
    sums.ownedMs += hours.ownedMs[i] ?? 0;
    const place = ((hours.at[i] ?? 0) - window.from) / HOUR_MS;
    if (saidMs > 0 && place >= 0 && place < length) sums.spark[place] = utilMs / saidMs;
  }
  return new Map(
    [...byPool].map(([poolId, { spark, utilMs, saidMs, observedMs, ownedMs }]) => [
      poolId,
      { spark, utilisation: { meanRatio: saidMs > 0 ? utilMs / saidMs : null, saidMs, observedMs, ownedMs } },
    ]),
  );
}
