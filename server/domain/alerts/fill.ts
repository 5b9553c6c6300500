import type { TwoTongues } from "../../../db/model/rule.ts";

type Values = Readonly<Record<string, string | number>>;

/** Characters of one value in a sentence: whoever names a pod does not write the message. */
const MOST_CHARACTERS = 200;

/** A sentence with its {names} filled in both languages. What nobody said stays as a dash: a hole is not a zero. */
export const fill = (sentence: TwoTongues, values: Values): TwoTongues => ({
  zh: fillOne(sentence.zh, values),
  en: fillOne(sentence.en, values),
});

/** Once over the sentence: braces within a value are text. */
const fillOne = (text: string, values: Values): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(Object.hasOwn(values, name) ? values[name] : undefined));

/** Figures as people read them: no tail of digits. */
function shown(value: string | number | undefined): string {
  if (typeof value === "string") return oneLine(value) || "–";
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** Text of others on one line, without characters that turn the direction of what follows, and not endless. */
export function oneLine(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replaceAll(/[\p{Cf}\p{Cs}]/gu, "");
  const characters = Array.from(plain.trim()); // by code point: no half of a pair is left over
  return characters.length <= MOST_CHARACTERS ? plain.trim() : `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}
