import { cardModel } from "../../../db/model/card-models.ts";
import type { Rule, RuleInForce, Scope, Where } from "../../../db/model/rule.ts";
import { SLOT_MS } from "../../../db/model/time.ts";

/** A version of a rule a person changed or wrote, and when it was in force; `to` null = it still is. */
export type RuleVersion = Pick<RuleInForce, "rule" | "version" | "enabled"> & {
  readonly origin: "tuned" | "user";
  readonly from: number;
  readonly to: number | null;
};

/** A stretch in which a rule was switched off; `to` Infinity = it still is. */
export type RulePause = { readonly rule: Rule; readonly from: number; readonly to: number };

/** What a pool is known by. */
export type PausedPlace = Record<"vendor" | "region" | "zone" | "cluster" | "model" | "billing", string>;

/** Rules that look at what cards say. Those of sources, of rules and of others' alerts do not. */
const OF_CARDS: ReadonlySet<Scope> = new Set<Scope>(["card", "node", "gang", "pool", "cluster", "region", "feature"]);

/**
 * When rules that had been at work were switched off. A rule of one's own that never was on yet is none of these, nor is one
 * narrowed to a scope: it is not meant for the rest. Silences stop messages, not judgement.
 * @param versions of every rule, in order of their version
 * @param builtIn ids of rules that are on unless somebody switches them off
 */
export function rulePauses(versions: readonly RuleVersion[], builtIn: ReadonlySet<string>): RulePause[] {
  const worked = new Set(builtIn);
  return versions.flatMap(({ rule, enabled, origin, from, to }) => {
    if (enabled) worked.add(rule.id);
    if (origin === "tuned" && !builtIn.has(rule.id)) return []; // built in no more
    const isPause = !enabled && (to === null || to > from) && worked.has(rule.id);
    return isPause && OF_CARDS.has(rule.scope) && rule.family !== "money" ? [{ rule, from, to: to ?? Infinity }] : [];
  });
}

/** A stretch of slots in which the same rules were switched off, in order of their ids. */
export type PausedSlots = { readonly from: number; readonly to: number; readonly rules: readonly string[] };

/**
 * The slots of a place in which rules for it were switched off, for any part of the slot: stretches in order that never
 * overlap. Work is not a place: a rule for some features or teams counts wherever they may be.
 */
export function pausedAt(pauses: readonly RulePause[], place: PausedPlace): PausedSlots[] {
  const here = pauses
    .filter(({ rule }) => isFor(rule, place))
    .map(({ rule: { id }, from, to }) => ({
      id,
      from: Math.floor(from / SLOT_MS) * SLOT_MS,
      to: Math.ceil(to / SLOT_MS) * SLOT_MS,
    }));
  const cuts = [...new Set(here.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b);
  return cuts.slice(0, -1).flatMap((from, i) => {
    const to = cuts[i + 1] ?? Infinity;
    const off = here.filter((one) => one.from <= from && one.to >= to).map(({ id }) => id);
    return off.length === 0 ? [] : [{ from, to, rules: [...new Set(off)].toSorted() }];
  });
}

/** Whether a rule looks at the cards of a place. Cards of a model nobody knows are taken to say everything. */
function isFor({ where, family }: Rule, place: PausedPlace): boolean {
  const maker = cardModel(place.model)?.vendor;
  if (maker !== undefined && ((family === "npu" && maker !== "huawei") || (family === "xid" && maker !== "nvidia")))
    return false;
  return (Object.keys(place) as (keyof PausedPlace)[]).every((part) => lets(where, part, place[part]));
}

const lets = (where: Where, part: keyof PausedPlace, name: string): boolean => where[part]?.includes(name) ?? true;
