/**
 * The one place a figure of a report becomes text. Units are part of the text; what is not known is a dash and never a
 * zero; amounts are rounded once, half-even, from exact micro-units.
 */
import type { Language } from "../db/model/channel.ts";
import { type Currency, type Micro, type MicroText, microOf } from "../db/model/money.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../db/model/time.ts";
import type { Amount } from "./report-value.ts";

export const DASH = "–";

export type Figures = {
  readonly noAmount: string; // what stands for money, and what follows from it, that is null: not known, or hidden
  readonly money: (micro: MicroText | null) => string; // ¥1,234.50
  readonly amount: (micro: MicroText | null) => string; // the same without its currency, for columns that say it
  readonly unitAmount: (micro: MicroText | null) => string; // four significant digits where it is less than one
  readonly unitMoney: (micro: MicroText | null) => string; // the same with its currency
  readonly count: (n: number | null) => string;
  readonly decimal: (n: number | null, digits: number) => string;
  readonly percent: (ratio: number | null) => string; // one decimal
  readonly coverage: (ratio: number | null) => string; // two decimals, cut: never rounded up to 100 %
  readonly cardHours: (ms: number | null) => string;
  readonly span: (ms: number | null) => string; // 2 d 3 h, 5 min, 12 s
  readonly instant: (at: number | null) => string; // 2026-11-16 09:07
  readonly day: (at: number) => string; // 2026-11-16
  readonly of: (amount: Amount) => string;
  /** ▲ 3.1 %, of ratios ▲ 1.4 pp; "" = nothing to compare with; "=" = no difference that can be seen. */
  readonly delta: (now: Amount, before: Amount) => string;
};

const LOCALES: Readonly<Record<Language, string>> = { "zh-CN": "zh-CN", en: "en-GB" };
const SPAN: Readonly<Record<Language, readonly [string, string, string, string]>> = {
  "zh-CN": ["天", "小时", "分", "秒"],
  en: ["d", "h", "min", "s"],
};
const POINTS: Readonly<Record<Language, string>> = { "zh-CN": "个百分点", en: "pp" };

/** Writers of figures for one reader. `zone` is the period's; `currency` the report's. */
export function makeFigures(language: Language, currency: Currency, zone: string): Figures {
  const locale = LOCALES[language];
  const decimals = [0, 1, 2, 3].map(
    (digits) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const rounding = { roundingMode: "halfEven", signDisplay: "negative" } as const; // M-09; never −0
  const inCurrency = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    ...rounding,
  });
  const digits = inCurrency.resolvedOptions().maximumFractionDigits ?? 2;
  const smallMoney = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumSignificantDigits: 2,
    maximumSignificantDigits: 4,
    ...rounding,
  });
  const plain = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    ...rounding,
  });
  const small = new Intl.NumberFormat(locale, {
    minimumSignificantDigits: 2,
    maximumSignificantDigits: 4,
    ...rounding,
  });
  const dates = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const decimal = (n: number | null, places: number): string =>
    n === null ? DASH : (decimals[places] ?? decimals[0]!).format(n === 0 ? 0 : n); // −0 is 0
  const percent = (ratio: number | null): string => (ratio === null ? DASH : `${decimal(ratio * 100, 1)} %`);
  const money = (micro: MicroText | null): string => (micro === null ? DASH : inCurrency.format(literal(micro)));
  const span = (ms: number | null): string => (ms === null ? DASH : spanText(ms, SPAN[language]));
  const cardHours = (ms: number | null): string => (ms === null ? DASH : decimal(ms / HOUR_MS, 1));
  const of = (amount: Amount): string => {
    switch (amount.unit) {
      case "money":
        return money(amount.value);
      case "ratio":
        return percent(amount.value);
      case "count":
        return decimal(amount.value, 0);
      case "cards":
        return decimal(amount.value, isWhole(amount.value) ? 0 : 1);
      case "rate":
        return decimal(amount.value, 2);
      case "ms":
        return span(amount.value);
      case "card_ms":
        return cardHours(amount.value);
    }
  };
  return {
    noAmount: DASH,
    money,
    amount: (micro) => (micro === null ? DASH : plain.format(literal(micro))),
    unitAmount: (micro) =>
      micro === null ? DASH : (absolute(microOf(micro)) < 1_000_000n ? small : plain).format(literal(micro)),
    unitMoney: (micro) =>
      micro === null || absolute(microOf(micro)) >= 1_000_000n ? money(micro) : smallMoney.format(literal(micro)),
    count: (n) => decimal(n, 0),
    decimal,
    percent,
    coverage: (ratio) => (ratio === null ? DASH : `${decimal(Math.floor(ratio * 10_000 + 1e-9) / 100, 2)} %`),
    cardHours,
    span,
    instant: (at) => (at === null ? DASH : dates.format(at)),
    day: (at) => dates.format(at).slice(0, 10),
    of,
    delta: (now, before) => deltaText(now, before, (n) => decimal(n, 1), POINTS[language]),
  };
}

/** Hidden, which is not unknown. */
const HIDDEN = "•••";

/** The same figures for who may not see money: amounts stand as hidden, and nothing is said of how they moved. */
export const withoutAmounts = (figures: Figures): Figures => ({
  ...figures,
  noAmount: HIDDEN,
  money: () => HIDDEN,
  amount: () => HIDDEN,
  unitAmount: () => HIDDEN,
  unitMoney: () => HIDDEN,
  of: (amount) => (amount.unit === "money" ? HIDDEN : figures.of(amount)),
  delta: (now, before) => (now.unit === "money" ? "" : figures.delta(now, before)),
});

/** To the tenth that is shown. */
const isWhole = (n: number | null): boolean => n !== null && Number.isInteger(Math.round(n * 10) / 10);

const absolute = (amount: Micro): Micro => (amount < 0n ? -amount : amount);

/** Micro-units as the decimal text Intl takes exactly: no float ever holds money. */
function literal(micro: MicroText): Intl.StringNumericLiteral {
  const [sign, digits] = micro.startsWith("-") ? ["-", micro.slice(1)] : ["", micro];
  const padded = digits.padStart(7, "0");
  return `${sign}${padded.slice(0, -6)}.${padded.slice(-6)}` as Intl.StringNumericLiteral;
}

/** The two largest units that say it. */
function spanText(ms: number, [d, h, min, s]: readonly [string, string, string, string]): string {
  const [large, small, of] =
    ms >= DAY_MS
      ? [`${Math.floor(ms / DAY_MS)} ${d}`, Math.floor((ms % DAY_MS) / HOUR_MS), h]
      : ms >= HOUR_MS
        ? [`${Math.floor(ms / HOUR_MS)} ${h}`, Math.floor((ms % HOUR_MS) / MINUTE_MS), min]
        : ms >= MINUTE_MS
          ? [`${Math.floor(ms / MINUTE_MS)} ${min}`, Math.floor((ms % MINUTE_MS) / SECOND_MS), s]
          : [`${Math.floor(ms / SECOND_MS)} ${s}`, 0, s];
  return small === 0 ? large : `${large} ${small} ${of}`;
}

function deltaText(now: Amount, before: Amount, one: (n: number) => string, points: string): string {
  const [a, b] = [numberOf(now), numberOf(before)];
  if (a === null || b === null) return "";
  if (now.unit === "ratio") return signed(100 * (a - b), one, points);
  if (now.unit === "count") return a === b ? "=" : `${a > b ? "▲" : "▼"} ${String(Math.abs(a - b))}`;
  if (b === 0) return a === 0 ? "=" : "";
  return signed((100 * (a - b)) / Math.abs(b), one, "%");
}

function signed(change: number, one: (n: number) => string, unit: string): string {
  if (Math.abs(change) < 0.05) return "=";
  return `${change > 0 ? "▲" : "▼"} ${one(Math.abs(change))} ${unit}`;
}

/** For comparing: the part of a cent a double loses is not seen in a change of tenths of a percent. */
export const numberOf = ({ value }: Amount): number | null => (value === null ? null : Number(value));
