import { DAY_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";

/** What the clock on the wall shows, written as if it were UTC. */
export const wallOf = (at: UnixMs, zone: string): number => at + offsetMs(at, zone);

/** The instant a wall clock shows `wall`: the earlier of two, and an hour that was skipped counts as it would have been. */
export function instantOf(wall: number, zone: string): UnixMs {
  const before = offsetMs(unixMs(wall - DAY_MS), zone);
  const after = offsetMs(unixMs(wall + DAY_MS), zone);
  const first = unixMs(wall - before);
  if (before === after || offsetMs(first, zone) === before) return first;
  const second = unixMs(wall - after);
  return offsetMs(second, zone) === after ? second : first;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's clocks are ahead of UTC. */
function offsetMs(at: UnixMs, zone: string): number {
  const whole = Math.floor(at / 1000) * 1000;
  const part = new Map(
    formatOf(zone)
      .formatToParts(whole)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const get = (name: Intl.DateTimeFormatPartTypes): number => part.get(name) ?? 0;
  return Date.UTC(get("year"), get("month") - 1, get("day"), get("hour"), get("minute"), get("second")) - whole;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const numeric = "numeric" as const;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    hourCycle: "h23",
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  });
  formats.set(zone, format);
  return format;
}

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/;
const ABSOLUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * The instant a text names: a day ("2026-11-01", its start in `zone`), a wall clock in `zone` ("2026-11-01 09:00"), or an
 * instant with its offset ("2026-11-01T09:00:00+08:00"). null = none of these, or a day that is in no calendar.
 */
export function readInstant(text: string, zone: string): UnixMs | null {
  const plain = text.trim();
  if (ABSOLUTE.test(plain)) {
    const at = Date.parse(plain);
    return Number.isNaN(at) || !isDay(plain.slice(0, 10)) ? null : unixMs(at);
  }
  const parts = LOCAL.exec(plain);
  if (parts === null || !isDay(plain.slice(0, 10))) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return instantOf(Date.UTC(year, month - 1, day, hour, minute, second, Number((parts[7] ?? "").padEnd(3, "0"))), zone);
}

/** JavaScript turns 30 February into 2 March; a calendar does not. */
const isDay = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) && text >= "1970-01-02";
};

/** An instant as `readInstant` reads it back: the day where it begins one in `zone`, else with its offset from UTC. */
export function writeInstant(at: UnixMs, zone: string): string {
  const wall = new Date(wallOf(at, zone)).toISOString();
  return wall.endsWith("T00:00:00.000Z") && readInstant(wall.slice(0, 10), zone) === at
    ? wall.slice(0, 10)
    : new Date(at).toISOString();
}
