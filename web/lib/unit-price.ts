import type { Currency, MicroText } from "../../db/model/money.ts";
import { LOCALE, type Lang, NOT_SAID_TEXT } from "./format.ts";

const DIGITS = 4; // a card-hour of a small card costs cents: two decimals would hide a tenth of it

/**
 * A price per card-hour with its currency, e.g. "¥11.8046". `format.money` is for sums. Rounded once, half to even, from the whole micro-units;
 * null = not known, a dash, or what `noAmount` says.
 */
export function unitPrice(amount: MicroText | null, currency: Currency, lang: Lang, noAmount = NOT_SAID_TEXT): string {
  if (amount === null) return noAmount;
  const format = new Intl.NumberFormat(LOCALE[lang], {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: DIGITS,
    maximumFractionDigits: DIGITS,
    roundingMode: "halfEven",
  });
  return format.format(decimalText(amount) as Intl.StringNumericLiteral);
}

/** "1234567" → "1.234567": exact, as no number is made of it. */
function decimalText(amount: MicroText): string {
  const isNegative = amount.startsWith("-");
  const digits = amount.slice(isNegative ? 1 : 0).padStart(7, "0");
  return `${isNegative ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
