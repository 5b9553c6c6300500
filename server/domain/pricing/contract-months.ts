import type { UnixMs } from "../../../db/model/units.ts";
import { instantOf, wallOf } from "./wall-clock.ts";

/** The month of a contract that holds an instant, `[from, to)`. */
export type ContractMonth = { readonly index: number; readonly from: UnixMs; readonly to: UnixMs };

/**
 * The contract month that holds `at`, counted from `anchor` by the wall clock of `zone`: from the 15th 09:00 to the next
 * 15th 09:00. A day the month does not have is its last day (31 January, 28 February, 31 March: counted from the anchor,
 * so the 31st comes back). Months tile all time from the anchor on, whatever the clocks of the zone do.
 * @throws RangeError before the anchor, or for an unknown zone
 */
export function contractMonth(anchor: UnixMs, at: UnixMs, zone: string): ContractMonth {
  if (at < anchor) throw new RangeError(`contract month of ${at}: the contract begins at ${anchor}`);
  let index = Math.max(0, monthNo(wallOf(at, zone)) - monthNo(wallOf(anchor, zone)));
  while (index > 0 && monthStart(anchor, index, zone) > at) index--;
  while (monthStart(anchor, index + 1, zone) <= at) index++;
  return { index, from: monthStart(anchor, index, zone), to: monthStart(anchor, index + 1, zone) };
}

const starts = new Map<string, UnixMs>();
const MOST_STARTS = 50_000;

/** Start of the contract's month number `index`; remembered, since asking a time zone costs microseconds. */
function monthStart(anchor: UnixMs, index: number, zone: string): UnixMs {
  if (index === 0) return anchor; // the second 02:30 of an autumn night is not the first
  const key = `${zone} ${anchor} ${index}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const start = monthsLater(anchor, index, zone);
  if (starts.size >= MOST_STARTS) starts.clear();
  starts.set(key, start);
  return start;
}

/** `months` calendar months after `anchor` by the wall clock of `zone`. */
export function monthsLater(anchor: UnixMs, months: number, zone: string): UnixMs {
  const wall = new Date(wallOf(anchor, zone));
  const year = wall.getUTCFullYear();
  const month = wall.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(wall.getUTCDate(), lastDay);
  const timeOfDay = wallOf(anchor, zone) - Date.UTC(year, wall.getUTCMonth(), wall.getUTCDate());
  return instantOf(Date.UTC(year, month, day) + timeOfDay, zone);
}

const monthNo = (wall: number): number => {
  const date = new Date(wall);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};
