import { useMemo } from "react";
import { microOf, type Currency, type Micro, type MicroText } from "../../db/model/money.ts";
import { shownStep } from "../../db/model/round-shown.ts";
import { HIDDEN_TEXT, LOCALE, type Lang, NOT_SAID_TEXT } from "./format.ts";
import { useLang } from "./use-format.ts";
import { useSeesMoney } from "./use-me.ts";

/** Amounts of one currency in a column whose heading names the currency once. */
export type Amounts = {
  readonly symbol: string; // "¥"
  readonly step: Micro; // the smallest amount shown
  readonly plain: (micro: MicroText | Micro | null) => string; // 1,234.50; a dash where it is not known, ••• where it is hidden
  readonly signed: (micro: MicroText | Micro | null) => string; // +1,234.50, −12.00
  readonly exact: (micro: MicroText | Micro | null) => string; // all six decimals, for a tooltip
  readonly perUnit: (micro: MicroText | null) => string; // four decimals; six for less than a cent
};

const CENT = 10_000n;

function makeAmounts(currency: Currency, lang: Lang, noAmount: string): Amounts {
  const locale = LOCALE[lang];
  const money = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  const digits = money.resolvedOptions().maximumFractionDigits ?? 2;
  const symbol = money.formatToParts(0).find((part) => part.type === "currency")?.value ?? currency;
  const decimal = (least: number, signDisplay: "negative" | "exceptZero") => {
    const format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: least,
      maximumFractionDigits: least,
      roundingMode: "halfEven",
      signDisplay,
    });
    return (micro: MicroText | Micro | null) => (micro === null ? noAmount : format.format(literal(micro)));
  };
  const four = decimal(4, "negative");
  const six = decimal(6, "negative");
  const exactly = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: digits,
    maximumFractionDigits: 6,
    signDisplay: "negative",
  });
  return {
    symbol,
    step: shownStep(digits),
    plain: decimal(digits, "negative"),
    signed: decimal(digits, "exceptZero"),
    exact: (micro) => (micro === null ? noAmount : exactly.format(literal(micro))),
    perUnit: (micro) => (micro === null || microOf(micro) >= CENT ? four(micro) : six(micro)),
  };
}

export function useAmounts(currency: Currency): Amounts {
  const lang = useLang();
  const noAmount = useSeesMoney() ? NOT_SAID_TEXT : HIDDEN_TEXT;
  return useMemo(() => makeAmounts(currency, lang, noAmount), [currency, lang, noAmount]);
}

/** Micro-units as the decimal text Intl takes exactly: no float ever holds money. */
function literal(micro: MicroText | Micro): Intl.StringNumericLiteral {
  const text = micro.toString();
  const [sign, digits] = text.startsWith("-") ? ["-", text.slice(1)] : ["", text];
  const padded = digits.padStart(7, "0");
  return `${sign}${padded.slice(0, -6)}.${padded.slice(-6)}` as Intl.StringNumericLiteral;
}
