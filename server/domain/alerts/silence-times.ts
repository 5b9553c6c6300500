import type { Recurrence, Silence } from "../../../db/model/channel.ts";
import type { Incident } from "../../../db/model/incident.ts";
import type { Where } from "../../../db/model/rule.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** A recurring silence holds again within a week and a day of any clock change; looked for minute by minute that far. */
const AHEAD_MS = 8 * DAY_MINUTES * MINUTE_MS;

/** Whether a silence holds at an instant: within its half-open span, not ended by hand, and in its times of the week. */
export function holdsAt(silence: Silence, at: UnixMs): boolean {
  if (silence.endedAt !== null && silence.endedAt <= at) return false;
  if (at < silence.from || (silence.to !== null && at >= silence.to)) return false;
  return silence.recurs === null || (isZone(silence.recurs.zone) && isInTimes(silence.recurs, at));
}

/** When a silence begins to hold next; null = it holds now, or never again. */
export function nextHold(silence: Silence, now: UnixMs): UnixMs | null {
  if (holdsAt(silence, now)) return null;
  const from = Math.max(now, silence.from);
  const until = Math.min(silence.to ?? Infinity, from + AHEAD_MS);
  if (silence.recurs === null) return from < until ? unixMs(from) : null;
  for (let at = Math.ceil(from / MINUTE_MS) * MINUTE_MS; at < until; at += MINUTE_MS)
    if (holdsAt(silence, unixMs(at))) return unixMs(at);
  return null;
}

/**
 * Whether an instant lies in the times of a week, by the clock on the wall of its zone: an hour that a change of clocks
 * leaves out is not silent, one that comes twice is silent twice. A time over midnight belongs to the day it begins on.
 */
export function isInTimes({ weekdays, fromMinute, toMinute, zone }: Recurrence, at: UnixMs): boolean {
  const { weekday, minute } = wallOf(at, zone);
  const isOfDay = (day: number) => weekdays.length === 0 || weekdays.includes(day);
  if (fromMinute < toMinute) return isOfDay(weekday) && minute >= fromMinute && minute < toMinute;
  return (isOfDay(weekday) && minute >= fromMinute) || (isOfDay((weekday + 6) % 7) && minute < toMinute);
}

/** What a silence is about, as far as it can be read off an incident. */
export type SilencedSubject = {
  readonly incident: Pick<Incident, "fingerprint" | "ruleId" | "nodeKey" | "labels">;
  /** Places the incident lies in, by part of Where; a part nobody knows is absent and matches no list. */
  readonly place: Readonly<Partial<Record<keyof Where, string>>>;
};

/** Whether a silence is about an incident: everything it names must match. */
export function isAbout(silence: Silence, { incident, place }: SilencedSubject): boolean {
  if (silence.fingerprint !== "") return silence.fingerprint === incident.fingerprint;
  if (silence.ruleIds.length > 0 && !silence.ruleIds.includes(incident.ruleId)) return false;
  const node = incident.nodeKey.slice(incident.nodeKey.lastIndexOf("/") + 1);
  if (silence.nodes.length > 0 && !silence.nodes.includes(node)) return false;
  if (silence.cards.length > 0 && !silence.cards.includes(incident.labels["card"] ?? "")) return false;
  return liesIn(silence.where, place);
}

/** Whether a place is among those named. {} = everywhere, and so is a part that names nothing. */
export const liesIn = (where: Where, place: SilencedSubject["place"]): boolean =>
  Object.entries(where).every(
    ([part, values]) =>
      values === undefined || values.length === 0 || values.includes(place[part as keyof Where] ?? "\0"),
  );

/** Places an incident names itself: by its labels, its values and its node. */
export function placeOf({
  labels,
  values,
  nodeKey,
  cluster,
  region,
}: Pick<Incident, "labels" | "values" | "nodeKey" | "cluster" | "region">): SilencedSubject["place"] {
  const [vendor, , zone] = nodeKey.split("/");
  const said = (name: string) => labels[name] ?? (typeof values[name] === "string" ? values[name] : undefined);
  const place = {
    vendor: said("vendor") ?? vendor,
    region: region || said("region"),
    zone: said("zone") ?? zone,
    cluster: cluster || said("cluster"),
    model: said("model"),
    billing: said("billing"),
    feature: said("feature"),
    team: said("team"),
  };
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined && value !== ""));
}

/** A zone this machine does not know silences nothing: rather one message too many than none at all. */
function isZone(zone: string): boolean {
  try {
    return wallOf(unixMs(0), zone).minute >= 0;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function wallOf(at: UnixMs, zone: string): { readonly weekday: number; readonly minute: number } {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    weekday: WEEKDAYS.indexOf(parts.get("weekday") ?? "Sun"),
    minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")),
  };
}
