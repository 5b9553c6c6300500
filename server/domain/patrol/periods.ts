import type { ReportKind, ReportPeriod } from "../../../db/model/report.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { wallOf } from "../pricing/wall-clock.ts";
import { dayBegin } from "../usage/calendar.ts";

/** Whether the name is a time zone this program knows (IANA, e.g. "Asia/Shanghai"). */
export function isZone(zone: string): boolean {
  try {
    wallOf(unixMs(0), zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The period a name means in `zone`: "2026-11-22", "2026-W46" (ISO 8601, begins on Monday) or "2026-10". It begins when the
 * clock on the wall first reaches its first midnight, so periods of a kind tile all time whatever the clocks do.
 * null = the text names none: it is no such form, is in no calendar (2026-W54), or the zone skipped the day (Apia 2011-12-30).
 * @throws RangeError for a zone that is not known: ask `isZone` first
 */
export function periodOf(kind: ReportKind, name: string, zone: string): ReportPeriod | null {
  const first = firstDay(kind, name);
  return first === null ? null : nonEmpty(spanOf(kind, first, zone));
}

/** The period of the kind that holds the instant. @throws RangeError for a zone that is not known */
export function periodAt(kind: ReportKind, at: UnixMs, zone: string): ReportPeriod {
  let period = spanOf(kind, firstDayOf(kind, wallOf(at, zone)), zone);
  // Where clocks go back over midnight the wall shows a day that is over, and where they skip a day there is one to pass.
  while (at < period.from) period = spanOf(kind, dayBefore(kind, period), zone);
  while (at >= period.to) period = spanOf(kind, dayAfter(kind, period), zone);
  return period;
}

/** The period that ends where this one begins. */
export const periodBefore = (period: ReportPeriod): ReportPeriod =>
  periodAt(period.kind, unixMs(period.from - 1), period.zone);

/** The last period that is over at `now`: what a report made now is about. */
export const lastPeriod = (kind: ReportKind, zone: string, now: UnixMs): ReportPeriod =>
  periodBefore(periodAt(kind, now, zone));

/** The days of `zone` that lie in `[from, to)`, in order, cut to it. Their hours are computed: 23, 24, 24.5 or 25. */
export function daysOf(from: UnixMs, to: UnixMs, zone: string): ReportPeriod[] {
  const days: ReportPeriod[] = [];
  for (let at = from; at < to;) {
    const day = periodAt("daily", at, zone);
    const end = day.to < to ? day.to : to;
    days.push({ ...day, from: at, to: end });
    at = end;
  }
  return days;
}

/** Days are counted on the wall: the UTC midnight of the date it shows. */
const spanOf = (kind: ReportKind, first: number, zone: string): ReportPeriod => ({
  kind,
  name: nameOf(kind, first),
  zone,
  from: dayBegin(first / DAY_MS, zone),
  to: dayBegin(nextDay(kind, first) / DAY_MS, zone),
});

const nonEmpty = (period: ReportPeriod): ReportPeriod | null => (period.from < period.to ? period : null);

const dayBefore = (kind: ReportKind, { name }: ReportPeriod): number => {
  const first = firstDay(kind, name) ?? 0; // a name `nameOf` wrote
  return firstDayOf(kind, first - 1);
};
const dayAfter = (kind: ReportKind, { name }: ReportPeriod): number => nextDay(kind, firstDay(kind, name) ?? 0);

/** First day of the period that holds a moment of the wall. */
function firstDayOf(kind: ReportKind, wall: number): number {
  const day = Math.floor(wall / DAY_MS) * DAY_MS;
  if (kind === "daily") return day;
  const date = new Date(day);
  if (kind === "weekly") return day - ((date.getUTCDay() + 6) % 7) * DAY_MS;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

function nextDay(kind: ReportKind, first: number): number {
  if (kind === "daily") return first + DAY_MS;
  if (kind === "weekly") return first + 7 * DAY_MS;
  const date = new Date(first);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

function nameOf(kind: ReportKind, first: number): string {
  const text = new Date(first).toISOString();
  if (kind === "daily") return text.slice(0, 10);
  if (kind === "monthly") return text.slice(0, 7);
  const thursday = new Date(first + 3 * DAY_MS); // an ISO week is of the year its Thursday is in
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, "0")}`;
}

const FORMS: Readonly<Record<ReportKind, RegExp>> = {
  daily: /^((?:19[7-9]|2\d\d)\d)-(\d{2})-(\d{2})$/,
  weekly: /^((?:19[7-9]|2\d\d)\d)-W(\d{2})$/,
  monthly: /^((?:19[7-9]|2\d\d)\d)-(\d{2})$/,
};

/** null = not a name of the kind: what it would mean is named otherwise. */
function firstDay(kind: ReportKind, name: string): number | null {
  const parts = FORMS[kind].exec(name);
  if (parts === null) return null;
  const [year, second, third] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const first =
    kind === "weekly"
      ? firstDayOf("weekly", Date.UTC(year, 0, 4)) + (second - 1) * 7 * DAY_MS // 4 January is in week 1
      : Date.UTC(year, second - 1, kind === "daily" ? third : 1);
  return nameOf(kind, first) === name ? first : null;
}
