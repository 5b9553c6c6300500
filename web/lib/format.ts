/** The only place a number becomes text. Units are part of the text; absence is a dash, never a zero. */
import type { Currency, Micro, MicroText } from "../../db/model/money.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../db/model/time.ts";
import { browserClock } from "./clock.ts";

export type Lang = "zh" | "en";

export const LOCALE: Readonly<Record<Lang, string>> = { zh: "zh-CN", en: "en-GB" };

export const NOT_SAID_TEXT = "–";
/** An amount that is not for the eyes of who reads. */
export const HIDDEN_TEXT = "•••";

export type Format = {
  readonly noAmount: string; // what stands for an amount that is null: not known, or hidden from this reader
  readonly count: (n: number) => string;
  readonly percent: (ratio: number | null) => string; // one decimal
  readonly coverage: (ratio: number | null) => string; // two decimals, never rounded up to 100 %
  readonly bytes: (n: number | null) => string; // GiB, one decimal
  readonly bytesOf: (used: number | null, total: number | null) => string; // 48.9 / 80 GiB
  readonly decimal: (n: number | null, digits?: number) => string;
  readonly watts: (n: number | null) => string;
  readonly celsius: (n: number | null) => string;
  /** Whole minor units, rounded once: ¥1,234.50. Null is a dash: what has no price costs an unknown amount, never 0. */
  readonly money: (micro: MicroText | Micro | null, currency: Currency) => string;
  /** For large figures: ¥12.3万 in Chinese, ¥123k in English. */
  readonly moneyCompact: (micro: MicroText | Micro | null, currency: Currency) => string;
  readonly cardHours: (ms: number) => string; // figure without its unit
  readonly time: (at: number | null) => string; // 09:41:15
  readonly minute: (at: number | null) => string; // 09:41
  readonly day: (at: number) => string; // 22 Nov
  readonly date: (at: number | null) => string; // 4 Feb 2027: for days that may lie in another year
  readonly dateTime: (at: number | null) => string; // 22 Nov 09:41:15; with its year where that is another
  readonly offset: (at: number) => string; // +08:00
  readonly ago: (at: number | null, now: number) => string; // "12 s ago", a date past an hour
};

/**
 * Formats for one reader. `zone` is an IANA name; an unknown one falls back to UTC and says so in `offset`.
 * @param noAmount what stands for an amount that is null: not known, or hidden from this reader
 * @param now unix ms: which year is this one
 */
export function makeFormat(
  lang: Lang,
  zone: string,
  noAmount = NOT_SAID_TEXT,
  now: () => number = () => browserClock.now(),
): Format {
  const locale = LOCALE[lang];
  const timeZone = knownZone(zone);
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const decimals = [0, 1, 2].map(
    (d) => new Intl.NumberFormat(locale, { minimumFractionDigits: d, maximumFractionDigits: d }),
  );
  const ratio1 = new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const ratio2 = new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone } as const;
  const seconds = new Intl.DateTimeFormat(locale, { ...clock, second: "2-digit" });
  const minutes = new Intl.DateTimeFormat(locale, clock);
  const inYear = { ...clock, second: "2-digit", month: "short", day: "numeric" } as const;
  const dated = new Intl.DateTimeFormat(locale, inYear);
  const datedElsewhen = new Intl.DateTimeFormat(locale, { ...inYear, year: "numeric" });
  const dates = new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric", timeZone });
  const days = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", timeZone });
  const currencies = new Map<string, Intl.NumberFormat>();
  const inCurrency = (currency: Currency, notation: "standard" | "compact"): Intl.NumberFormat => {
    const key = `${currency} ${notation}`;
    const known = currencies.get(key);
    if (known) return known;
    const made = new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      notation,
      roundingMode: "halfEven", // M-09
      signDisplay: "negative", // never −0
      ...(notation === "compact" && { maximumSignificantDigits: 3, useGrouping: "always" }), // 4,470 too, in Chinese
    });
    currencies.set(key, made);
    return made;
  };
  const span = new Intl.RelativeTimeFormat(locale, { numeric: "always", style: "narrow" });
  const decimal = (n: number | null, digits = 0): string =>
    n === null ? NOT_SAID_TEXT : (decimals[digits] ?? whole).format(n);
  const dateTime = (at: number | null): string => {
    if (at === null) return NOT_SAID_TEXT;
    return (yearOf(at) === yearOf(now()) ? dated : datedElsewhen).format(at);
  };
  return {
    noAmount,
    count: (n) => whole.format(n),
    percent: (r) => (r === null ? NOT_SAID_TEXT : ratio1.format(r)),
    coverage: (r) => (r === null ? NOT_SAID_TEXT : ratio2.format(Math.floor(r * 10_000) / 10_000)),
    bytes: (n) => (n === null ? NOT_SAID_TEXT : `${decimal(n / 2 ** 30, 1)} GiB`),
    bytesOf: (used, total) => {
      if (used === null) return NOT_SAID_TEXT;
      const whole = total === null ? "" : ` / ${decimal(total / 2 ** 30)}`;
      return `${decimal(used / 2 ** 30, 1)}${whole} GiB`;
    },
    decimal,
    watts: (n) => (n === null ? NOT_SAID_TEXT : `${decimal(n)} W`),
    celsius: (n) => (n === null ? NOT_SAID_TEXT : `${decimal(n)} °C`),
    money: (micro, currency) => (micro === null ? noAmount : inCurrency(currency, "standard").format(units(micro))),
    moneyCompact: (micro, currency) =>
      micro === null ? noAmount : inCurrency(currency, "compact").format(units(micro)),
    cardHours: (ms) => decimal(ms / HOUR_MS, 1),
    time: (at) => (at === null ? NOT_SAID_TEXT : seconds.format(at)),
    minute: (at) => (at === null ? NOT_SAID_TEXT : minutes.format(at)),
    day: (at) => days.format(at),
    date: (at) => (at === null ? NOT_SAID_TEXT : dates.format(at)),
    dateTime,
    offset: (at) => offsetOf(timeZone, at),
    ago: (at, now) => {
      if (at === null) return NOT_SAID_TEXT;
      const ms = Math.max(0, now - at); // a card read "in 2 seconds" is a clock's slip, not news
      if (ms < MINUTE_MS) return span.format(-Math.round(ms / 1000), "second");
      if (ms < HOUR_MS) return span.format(-Math.floor(ms / MINUTE_MS), "minute");
      return ms < DAY_MS / 2 ? minutes.format(at) : dateTime(at);
    },
  };
}

/** In UTC, to a day at its edges: there a year too many is said, or one that is plain is not. */
const yearOf = (at: number): number => new Date(at).getUTCFullYear();

/** Micro-units as the decimal text Intl takes exactly: no float ever holds money. */
function units(micro: MicroText | Micro): Intl.StringNumericLiteral {
  const text = micro.toString();
  const [sign, digits] = text.startsWith("-") ? ["-", text.slice(1)] : ["", text];
  const padded = digits.padStart(7, "0");
  return `${sign}${padded.slice(0, -6)}.${padded.slice(-6)}` as Intl.StringNumericLiteral;
}

function offsetOf(timeZone: string, at: number): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }).formatToParts(at);
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  return name === "GMT" ? "+00:00" : name.replace("GMT", "");
}

function knownZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return "UTC"; // RangeError: the server's zone is newer than this browser
  }
}
