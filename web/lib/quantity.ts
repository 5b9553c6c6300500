import type { MicroText } from "../../db/model/money.ts";
import { LOCALE, type Lang, NOT_SAID_TEXT } from "./format.ts";

const whole = (lang: Lang) => new Intl.NumberFormat(LOCALE[lang], { maximumFractionDigits: 2 });
const WHOLE = { zh: whole("zh"), en: whole("en") };
const compact = (lang: Lang) =>
  new Intl.NumberFormat(LOCALE[lang], { notation: "compact", maximumSignificantDigits: 3 });
const COMPACT = { zh: compact("zh"), en: compact("en") };

/** Produced units, kept as 1e-6 of one, in full: "1,234,567". A dash where they are not counted. */
export const quantity = (micro: MicroText | null, lang: Lang): string =>
  micro === null ? NOT_SAID_TEXT : WHOLE[lang].format(literal(micro));

/** The same for large figures: "1.23M", "123万". */
export const quantityCompact = (micro: MicroText | null, lang: Lang): string =>
  micro === null ? NOT_SAID_TEXT : COMPACT[lang].format(literal(micro));

/** To the last of its six decimals, with at least so many: what a file says, read back to who wrote it. */
export const inFull = (micro: MicroText, lang: Lang, least: 0 | 2): string =>
  new Intl.NumberFormat(LOCALE[lang], { minimumFractionDigits: least, maximumFractionDigits: 6 }).format(
    literal(micro),
  );

/** As a number, for drawing and sorting only. */
export const drawnQuantity = (micro: MicroText): number => Number(literal(micro));

function literal(micro: MicroText): Intl.StringNumericLiteral {
  const [sign, digits] = micro.startsWith("-") ? ["-", micro.slice(1)] : ["", micro];
  const padded = digits.padStart(7, "0");
  return `${sign}${padded.slice(0, -6)}.${padded.slice(-6)}` as Intl.StringNumericLiteral;
}
