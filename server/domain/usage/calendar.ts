import { DAY_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { instantOf, wallOf } from "../pricing/wall-clock.ts";

/** Calendar days of a zone, half-open, counted from 1970-01-01 by the calendar and not by UTC: as feature_day counts them. */
export type DayNos = { readonly from: number; readonly to: number };

/** The instant a calendar day begins in `zone`. Days tile the time line: 23, 24 or 25 hours long, and no instant is in two. */
export function dayBegin(dayNo: number, zone: string): UnixMs {
  let known = begins.get(zone);
  if (known === undefined) begins.set(zone, (known = new Map()));
  let at = known.get(dayNo);
  if (at === undefined) known.set(dayNo, (at = instantOf(dayNo * DAY_MS, zone)));
  return at;
}
const begins = new Map<string, Map<number, UnixMs>>();

/** The calendar day of `zone` that holds an instant. */
export function dayNoIn(at: UnixMs, zone: string): number {
  const day = Math.floor(wallOf(at, zone) / DAY_MS);
  return at >= dayBegin(day + 1, zone) ? day + 1 : day; // clocks that go back past midnight show the day before once more
}

/** The days that begin in a stretch, `to` null = it goes on; null = none does. */
export function daysBegunIn(
  { from, to }: { readonly from: UnixMs; readonly to: UnixMs | null },
  zone: string,
): { readonly from: number; readonly to: number | null } | null {
  const firstFrom = (at: UnixMs): number => {
    const day = dayNoIn(at, zone);
    return dayBegin(day, zone) < at ? day + 1 : day;
  };
  const days = { from: firstFrom(from), to: to === null ? null : firstFrom(to) };
  return days.to !== null && days.to <= days.from ? null : days;
}

/** The borders of some days: `to - from + 1` instants, ascending. */
export function dayBorders(days: DayNos, zone: string): UnixMs[] {
  return Array.from({ length: Math.max(days.to - days.from, 0) + 1 }, (_, i) => dayBegin(days.from + i, zone));
}

/** "2026-11-01" of a day. */
export const dayText = (dayNo: number): string => new Date(dayNo * DAY_MS).toISOString().slice(0, 10);

/** The day of "2026-11-01"; null for what is no day of a calendar. */
export function dayNoOfText(text: string): number | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(text) ? null : unixMs(at) / DAY_MS;
}
