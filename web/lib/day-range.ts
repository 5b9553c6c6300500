import type { DayRange } from "../../db/model/ledger-views.ts";
import { DAY_MS } from "../../db/model/time.ts";
import { priceDate } from "./price-date.ts";

export const RANGE_DAYS = [7, 30, 90] as const;
export type RangeDays = (typeof RANGE_DAYS)[number];

/** Which days a page is asked for: so many up to today, or from a first to a last day, both shown. */
export type RangeAsk =
  | { readonly days: RangeDays }
  | { readonly days: null; readonly from: string; readonly to: string };

export const DEFAULT_RANGE: RangeAsk = { days: 30 };

/** The ledger keeps 25 months; more than 400 days at once would be no page. */
export const MOST_DAYS = 400;

/** Total, like every codec of an address: `days=7`, or `from=2026-11-01&to=2026-11-30` with the last day meant. */
export function decodeRange(params: URLSearchParams): RangeAsk {
  const from = params.get("from") ?? "";
  const to = params.get("to") ?? "";
  if (isDay(from) && isDay(to)) return between(from, to);
  const days = RANGE_DAYS.find((known) => String(known) === params.get("days"));
  return days === undefined ? DEFAULT_RANGE : { days };
}

export function encodeRange(params: URLSearchParams, ask: RangeAsk): void {
  if (ask.days === null) {
    params.set("from", ask.from);
    params.set("to", ask.to);
  } else if (ask.days !== 30) params.set("days", String(ask.days));
}

/** Two days in any order, at most MOST_DAYS of them: the last ones. */
export function between(a: string, b: string): RangeAsk {
  const [from, to] = a <= b ? [a, b] : [b, a];
  const first = addDays(to, 1 - MOST_DAYS);
  return { days: null, from: from < first ? first : from, to };
}

/** The half-open days to ask the server for. @param today the day it is in the installation's zone */
export function rangeOf(ask: RangeAsk, today: string): DayRange {
  if (ask.days === null) return { from: ask.from, to: addDays(ask.to, 1) };
  return { from: addDays(today, 1 - ask.days), to: addDays(today, 1) };
}

/** The last day in it. */
export const lastDay = (range: DayRange): string => addDays(range.to, -1);

export const dayCount = (range: DayRange): number => (utcOf(range.to) - utcOf(range.from)) / DAY_MS;

export const dayAt = (at: number, zone: string): string => priceDate(at, zone).slice(0, 10);

/** Calendar days have no zone: they are counted in UTC, where each has 24 hours. */
export const addDays = (day: string, days: number): string =>
  new Date(utcOf(day) + days * DAY_MS).toISOString().slice(0, 10);

const utcOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** A day that exists, of this century. */
export function isDay(text: string): boolean {
  if (!/^20\d\d-\d\d-\d\d$/.test(text)) return false;
  const at = utcOf(text);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}
