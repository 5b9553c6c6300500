import { DAY_MS } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";

/** No line is longer: a month by the calendar. Reads look no further back for lines that reach into a window. */
export const LONGEST_LINE_MS = 32 * DAY_MS;

/**
 * How lines of `from_ms` and `to_ms` are told by stretch, in SQL: which one a line begins in, whether it lies within that
 * one, and whether it is in force and touches any. null = there is no stretch.
 * @param borders ascending; stretch i is [borders[i], borders[i + 1])
 */
export function byStretch(borders: readonly UnixMs[]) {
  const [from, to] = [borders[0], borders.at(-1)];
  if (from === undefined || to === undefined || to <= from) return null;
  const place = "width_bucket(from_ms, $1::int8[])";
  return {
    place,
    isWithin: `from_ms >= $2 AND to_ms <= $3 AND width_bucket(to_ms - 1, $1::int8[]) = ${place}`,
    touched: "from_ms >= $4 AND from_ms < $3 AND to_ms > $2 AND known_to_ms IS NULL",
    params: [[...borders], from, to, from - LONGEST_LINE_MS],
  };
}
