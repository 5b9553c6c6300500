import { MINUTE_MS } from "../../db/model/time.ts";

/**
 * An instant as the price book's forms read it back: the day where it begins one in `zone`, else with its minute, in the
 * order year, month, day that no country reads differently.
 */
export function priceDate(at: number, zone: string): string {
  const parts = partsOf(at, zone);
  const day = `${parts.year}-${parts.month}-${parts.day}`;
  const time = `${parts.hour}:${parts.minute}`;
  return time === "00:00" ? day : `${day} ${time}`;
}

/** The same, losing nothing: what a form sends back must be the very instant it was filled with. */
export const exactDate = (at: number, zone: string): string =>
  at % MINUTE_MS === 0 ? priceDate(at, zone) : new Date(at).toISOString();

type Parts = Readonly<Record<"year" | "month" | "day" | "hour" | "minute", string>>;

function partsOf(at: number, zone: string): Parts {
  const said = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const get = (name: Intl.DateTimeFormatPartTypes): string => said.get(name) ?? "";
  return { year: get("year"), month: get("month"), day: get("day"), hour: get("hour"), minute: get("minute") };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const two = "2-digit" as const;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    hourCycle: "h23",
    year: "numeric",
    month: two,
    day: two,
    hour: two,
    minute: two,
  });
  formats.set(timeZone, format);
  return format;
}
