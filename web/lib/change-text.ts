import { LOCALE, type Lang, NOT_SAID_TEXT } from "./format.ts";

const signed = (lang: Lang, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  new Intl.NumberFormat(LOCALE[lang], { signDisplay: "exceptZero", ...options });

const SHARES = { en: share("en"), zh: share("zh") };
const COUNTS = { en: signed("en", { maximumFractionDigits: 0 }), zh: signed("zh", { maximumFractionDigits: 0 }) };

function share(lang: Lang): Intl.NumberFormat {
  return signed(lang, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** "▲ +3.2%", "▼ −0.4%", "± 0.0%" for no change, a dash where it is not known. */
export function changeText(ratio: number | null, lang: Lang): string {
  return ratio === null ? NOT_SAID_TEXT : `${arrow(ratio)}${SHARES[lang].format(ratio)}`;
}

/** "▲ +12": cards more or fewer. */
export function countChangeText(cards: number | null, lang: Lang): string {
  return cards === null ? NOT_SAID_TEXT : `${arrow(cards)}${COUNTS[lang].format(cards)}`;
}

const arrow = (change: number): string => (change > 0 ? "▲ " : change < 0 ? "▼ " : "± ");
