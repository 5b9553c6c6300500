import { DAY_MS, HOUR_MS, hourOf, shift, type Window } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import type { CardRow, Utilisation } from "../../db/model/views.ts";

/**
 * The last 24 hours, hour-aligned, the running hour included: a new install shows its first figures after one slot,
 * not after one hour. Sums of the running hour hold only what is committed, so means stay right.
 */
export function lastDay(now: UnixMs): Window {
  const to = shift(hourOf(now), HOUR_MS);
  return { from: shift(to, -DAY_MS), to };
}

/** Nothing was owned, nothing was said. */
export const NO_UTILISATION: Utilisation = { meanRatio: null, saidMs: 0, observedMs: 0, ownedMs: 0 };

/** Utilisation of many together, weighted by the time each spoke for. */
export function mergeUtilisation(parts: Iterable<Utilisation>): Utilisation {
  let said = 0;
  let weighted = 0;
  let observed = 0;
  let owned = 0;
  for (const part of parts) {
    said += part.saidMs;
    weighted += (part.meanRatio ?? 0) * part.saidMs;
    observed += part.observedMs;
    owned += part.ownedMs;
  }
  return { meanRatio: said > 0 ? weighted / said : null, saidMs: said, observedMs: observed, ownedMs: owned };
}

/** The row with its figures of the last 24 hours; null where nothing was committed. */
export function withLastDay(row: CardRow, byCard: ReadonlyMap<number, Utilisation>): CardRow {
  const day = byCard.get(row.id);
  if (day === undefined) return row;
  return { ...row, util24h: day.meanRatio, coverage24h: day.ownedMs > 0 ? day.observedMs / day.ownedMs : null };
}
