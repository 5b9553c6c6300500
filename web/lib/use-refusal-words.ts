import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Refusal, refusalOf } from "./rule-refusal.ts";

/** What the server says of a part of a rule, by how it says it. First match wins. */
const SAYS = [
  [/^expected a whole number from 1 to (?<most>\d+)/, "whole"],
  [/^expected a number/, "number"],
  [/^expected (?<from>\S+ \w+) to (?<to>\S+ \w+), in milliseconds/, "span"],
  [/is none of (?<known>.+)$/s, "known"],
  [/^expected some of (?<known>.+)$/s, "some"],
  [/^nothing fills (?<name>\{\w+\}); there are (?<known>.+)$/s, "fills"],
  [/^expected a share between 0 and 1/, "share"],
  [/is no counter/, "counter"],
  [/(?:^\d+ codes; |is no code; )/, "codes"],
  [/^expected a mask of bits/, "tick"],
  [/^expected an expression/, "expr"],
  [/characters; at most (?<most>\d+)/, "long"],
  [/^expected a sentence/, "sentence"],
  [/cannot be part of another/, "part"],
  [/^nested more than (?<most>\d+) deep/, "deep"],
  [/^(?:lower-case letters|"[^"]*": expected lower-case)/, "id"],
  [/^a rule of your own has one/, "own"],
  [/^nobody says at which memory temperature/, "memoryLimit"],
  [/names; at most (?<most>\d+)/, "names"],
  [/^Too (?:big|small)/, "range"],
  [/^Invalid input/, "blank"],
] as const satisfies readonly (readonly [RegExp, string])[];
export type RefusalWord = (typeof SAYS)[number][1];
/** What of it a sentence may repeat. */
const HOLES = { most: "", from: "", to: "", known: "", name: "" };
export const REFUSAL_WORDS: readonly RefusalWord[] = SAYS.map(([, word]) => word);

/** Which sentence says it, and what fills it; null = one nobody foresaw, to be shown as it is. */
export function refusalWord(why: string): { readonly word: RefusalWord; readonly fill: typeof HOLES } | null {
  for (const [pattern, word] of SAYS) {
    const match = pattern.exec(why);
    if (match !== null) return { word, fill: { ...HOLES, ...match.groups } };
  }
  return null;
}

/** A refusal of the server in the reader's words, at its place. */
export function useRefusalWords(): (message: string) => Refusal {
  const { t } = useTranslation();
  return useCallback(
    (message) => {
      const refusal = refusalOf(message);
      const known = refusalWord(refusal.why);
      return known === null ? refusal : { ...refusal, why: t(`rules.refused.${known.word}`, known.fill) };
    },
    [t],
  );
}
