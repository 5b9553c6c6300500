import { LOCALE, type Lang } from "./format.ts";

const made = (lang: Lang) =>
  new Intl.NumberFormat(LOCALE[lang], {
    style: "percent",
    signDisplay: "exceptZero",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
const FORMATS = { zh: made("zh"), en: made("en") };

/** A ratio with its sign: "+12.3%". */
export const signedPercent = (ratio: number, lang: Lang): string => FORMATS[lang].format(ratio);
