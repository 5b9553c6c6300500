import { DAY_MS, HOUR_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { DayHours, Hours } from "../../../db/store/booking.ts";
import { wallOf } from "../../domain/pricing/wall-clock.ts";

/** Asking a time zone costs microseconds, and the same few days are asked for all the time. */
const MOST_DAYS = 50_000;

/**
 * The calendar day of a zone an hour begins in, counted from 1970-01-01 by the calendar. Of an hour that midnight cuts
 * (zones that are half an hour off) the day its start lies in.
 */
export function calendarDays(zone: string): (hourNo: number) => number {
  const known = new Map<number, number>();
  return (hourNo) => {
    const found = known.get(hourNo);
    if (found !== undefined) return found;
    const dayNo = Math.floor(wallOf(unixMs(hourNo * HOUR_MS), zone) / DAY_MS);
    if (known.size >= MOST_DAYS) known.clear();
    known.set(hourNo, dayNo);
    return dayNo;
  };
}

/** The days that hold some hours, each with all its hours, ascending. */
export function daysOf(hours: Hours, dayNoOf: (hourNo: number) => number): DayHours[] {
  const days: DayHours[] = [];
  let from = startOfDay(hours.from, dayNoOf);
  while (from < hours.to) {
    const dayNo = dayNoOf(from);
    let to = from + 1;
    while (dayNoOf(to) === dayNo) to++;
    days.push({ dayNo, from, to });
    from = to;
  }
  return days;
}

function startOfDay(hourNo: number, dayNoOf: (hourNo: number) => number): number {
  let start = hourNo;
  while (dayNoOf(start - 1) === dayNoOf(hourNo)) start--;
  return start;
}
