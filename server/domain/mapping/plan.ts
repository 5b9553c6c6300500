import type { HolderMatch, MappingRule } from "../../../db/model/feature.ts";
import { placesBetween } from "./places.ts";

/** A rule as it is to be believed, without its place. */
export type WantedRule = Pick<MappingRule, "name" | "featureId" | "match" | "from" | "to">;

/** Beliefs that end and begin so that the rules in force are the wanted ones, in their order. */
export type RulePlan = {
  readonly ended: readonly MappingRule[];
  readonly added: readonly (WantedRule & Pick<MappingRule, "position">)[];
  /** The rules after it, in order; id 0 = not written yet. */
  readonly after: readonly (WantedRule & Pick<MappingRule, "id" | "position">)[];
};

/**
 * What changes between the rules believed and the rules wanted. A rule that stays as it is keeps its row, its place and
 * the name of who said it, so that a rule put before it is no change of it.
 */
export function planRules(believed: readonly MappingRule[], wanted: readonly WantedRule[]): RulePlan {
  const byText = new Map<string, MappingRule[]>();
  for (const rule of believed) byText.set(textOf(rule), [...(byText.get(textOf(rule)) ?? []), rule]);
  const same = wanted.map((rule) => byText.get(textOf(rule))?.shift() ?? null);
  const places = placesBetween(same.map((rule) => rule?.position ?? null));
  const after = wanted.map((rule, i) => {
    const position = places[i] as number;
    const kept = same[i];
    const { name, featureId, match, from, to } = rule;
    return { name, featureId, match, from, to, position, id: kept?.position === position ? kept.id : 0 };
  });
  const kept = new Set(after.map(({ id }) => id));
  return {
    ended: believed.filter(({ id }) => !kept.has(id)),
    added: after.filter(({ id }) => id === 0),
    after,
  };
}

const textOf = ({ name, featureId, match, from, to }: WantedRule): string =>
  JSON.stringify([name, featureId, matchText(match), from, to]);

/** A match as a text that equal ones share, whatever order they were written in. */
export const matchText = ({ labels, ...texts }: HolderMatch): string =>
  JSON.stringify([
    ...Object.entries(texts)
      .filter(([, pattern]) => pattern !== undefined)
      .toSorted(byName),
    ...Object.entries(labels ?? {})
      .map(([label, pattern]) => [`labels.${label}`, pattern] as const)
      .toSorted(byName),
  ]);

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
