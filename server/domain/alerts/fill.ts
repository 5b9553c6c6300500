import type { TwoTongues } from "../../../db/model/rule.ts";

type Values = Readonly<Record<string, string | number>>;

/** A sentence with its {names} filled in both languages. What nobody said stays as a dash: a hole is not a zero. */
export const fill = (sentence: TwoTongues, values: Values): TwoTongues => ({
  zh: fillOne(sentence.zh, values),
  en: fillOne(sentence.en, values),
});

const fillOne = (text: string, values: Values): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(values[name]));

/** Figures as people read them: no tail of digits. */
function shown(value: string | number | undefined): string {
  if (value === undefined || value === "") return "–";
  if (typeof value === "string") return value;
  if (!Number.isFinite(value)) return "–";
  return Number.isInteger(value) ? String(value) : value.toPrecision(3).replace(/\.?0+$/, "");
}
