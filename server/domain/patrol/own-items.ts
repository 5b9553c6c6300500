import type { ItemCondition, ItemMeasure } from "../../../db/model/patrol-views.ts";
import type { TwoTongues } from "../../../db/model/rule.ts";
import type { Check, Seen } from "./check.ts";
import { BUILT_IN_CHECKS } from "./check-items.ts";
import type { PatrolFacts } from "./patrol-facts.ts";

/** An item a person wrote. Its words are theirs, in the one language they wrote. */
export type OwnItem = {
  readonly title: string;
  readonly advice: string; // "" = none
  readonly condition: ItemCondition;
};

/** What people's items can be about: the measures of the built-in ones, over the same facts. */
export const MEASURES: readonly ItemMeasure[] = BUILT_IN_CHECKS.map(({ item }) => ({
  id: item.id,
  group: item.group,
  name: item.title,
  unit: item.unit,
}));

const CHECK_OF: ReadonlyMap<string, Check> = new Map(BUILT_IN_CHECKS.map((check) => [check.item.id, check]));

const COMPARE: Readonly<Record<ItemCondition["compare"], (value: number, limit: number) => boolean>> = {
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
};

/** Why an item cannot be, with the way out; null = it can. */
export function itemFault({ title, condition }: OwnItem): string | null {
  const { measure, compare, warn, bad } = condition;
  if (title.trim() === "") return "title: give the item a name";
  if (!CHECK_OF.has(measure)) return `condition.measure: there is no measure "${measure}"; choose one of the list`;
  if (warn === null && bad === null) return "condition: say at least one limit, warn or bad";
  if (warn !== null && bad !== null && warn !== bad && !COMPARE[compare](bad, warn))
    return `condition: with "${compare}" the limit for bad must be ${compare.startsWith(">") ? "above" : "below"} the one for warn`;
  return null;
}

/** The item as a check. Where its measure is not known it is unknown, for the reason the built-in item gives. */
export function ownCheck(id: string, { title, advice, condition }: OwnItem): Check {
  const base = CHECK_OF.get(condition.measure);
  const unit = base?.item.unit ?? "";
  const name = valueName(unit);
  return {
    item: {
      id,
      group: base?.item.group ?? "dapan",
      title: both(title),
      unit,
      sentences: {
        ...base?.item.sentences,
        own: { zh: `当前 {${name}}`, en: `It is {${name}}` },
        gone: { zh: "这项指标已不存在", en: "There is no such measure any more" },
        silent: { zh: "这项指标没有数值", en: "The measure has no value" },
      },
      advice: both(advice),
      source: "written here",
    },
    see: (facts, before) => (base === undefined ? GONE : see(base, condition, name, facts, before)),
  };
}

const both = (text: string): TwoTongues => ({ zh: text, en: text });
const GONE: Seen = { verdict: "unknown", because: "gone", values: {}, measure: null, named: [] };

/** Keys of values end in what they are: reports/write-sections/checks.ts. */
const valueName = (unit: string): string =>
  unit === "ratio" ? "valueRatio" : unit === "micro" ? "valueMicro" : unit === "ms" ? "valueMs" : "value";

function see(
  base: Check,
  { compare, warn, bad }: ItemCondition,
  name: string,
  facts: PatrolFacts,
  before: PatrolFacts | null,
): Seen {
  const seen = base.see(facts, before);
  const { measure } = seen;
  if (measure === null) return seen.verdict === "unknown" ? seen : { ...GONE, because: "silent" };
  const holds = (limit: number | null): boolean => limit !== null && COMPARE[compare](measure, limit);
  const verdict = holds(bad) ? "bad" : holds(warn) ? "warn" : "ok";
  const value = name === "valueMicro" ? String(Math.round(measure)) : measure;
  return { verdict, because: "own", values: { [name]: value }, measure, named: verdict === "ok" ? [] : seen.named };
}
