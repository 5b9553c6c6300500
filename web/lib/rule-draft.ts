import type { RuleDraft } from "../../db/model/alert-views.ts";
import type { Condition, Rule, Scope } from "../../db/model/rule.ts";
import { HOUR_MS, MINUTE_MS } from "../../db/model/time.ts";

/** What users' rules are called by: the server takes no other id for them. */
export const OWN_PREFIX = "u-";

/** Conditions that can stand inside another one: each is about a card. */
export const PART_KINDS = [
  "level",
  "limit",
  "increase",
  "bits",
  "event",
  "npu_fault",
  "below_peers",
  "work",
  "all",
  "any",
] as const satisfies readonly Condition["kind"][];
/** Every kind a rule can be made of. */
export const CONDITION_KINDS = [
  ...PART_KINDS,
  "cards_of_node",
  "presence",
  "mass_loss",
  "gang",
  "source",
  "money",
  "promql",
] as const satisfies readonly Condition["kind"][];
export type ConditionKind = (typeof CONDITION_KINDS)[number];

const HOT: Condition = { kind: "level", signal: "temperatureCelsius", compare: ">", threshold: 85 };

/** What a condition of a kind begins with: figures people start from. */
export function firstCondition(kind: ConditionKind): Condition {
  switch (kind) {
    case "level":
      return HOT;
    case "limit":
      return { kind, signal: "temperatureCelsius", limit: "max_operating", aboveCelsius: 0 };
    case "increase":
      return { kind, signal: "eccCorrectedTotal", windowMs: HOUR_MS, compare: ">", threshold: 100 };
    case "bits":
      return { kind, signal: "clockReasons", anyOf: 0x40 };
    case "event":
      return { kind, event: "xid", xids: "critical", count: 1, windowMs: HOUR_MS, quietMs: HOUR_MS };
    case "npu_fault":
      return { kind, levels: ["SeparateNPU"], quietMs: 10 * MINUTE_MS };
    case "below_peers":
      return { kind, signal: "powerWatts", ratio: 0.7, atLeastPeers: 3 };
    case "work":
      return { kind, is: ["training"] };
    case "all":
    case "any":
      return { kind, of: [HOT] };
    case "cards_of_node":
      return { kind, atLeast: 2, of: HOT };
    case "presence":
      return { kind, verdict: "card_drop" };
    case "mass_loss":
      return { kind, ratio: 0.5, atLeast: 3, windowMs: 5 * MINUTE_MS };
    case "gang":
      return { kind, verdict: "hung" };
    case "source":
      return { kind, fault: "down", afterMs: 5 * MINUTE_MS };
    case "money":
      return { kind, measure: "waste_per_day", compare: ">", threshold: 1_000 };
    case "promql":
      return { kind, source: "", expr: "up == 0" };
  }
}

/** What a person's rule can be about; the others are of the engine's own. */
export const RULE_SCOPES = [
  "card",
  "node",
  "gang",
  "pool",
  "cluster",
  "region",
  "feature",
  "source",
] as const satisfies readonly Scope[];
type RuleScope = (typeof RULE_SCOPES)[number];

/** Scopes a rule with this condition may have, the usual one first; the server holds to the same. */
export function scopesOf(condition: Condition): readonly RuleScope[] {
  switch (condition.kind) {
    case "cards_of_node":
      return ["node"];
    case "presence":
      return condition.verdict === "card_moved" ? ["card"] : ["node"];
    case "mass_loss":
      return ["cluster"];
    case "gang":
      return ["gang"];
    case "source":
      return ["source"];
    case "money":
      return ["pool", "feature"];
    case "promql":
      return RULE_SCOPES;
    case "any":
      return condition.of.length > 0 && condition.of.every(({ kind }) => kind === "gang") ? ["gang"] : ["card"];
    default:
      return ["card"];
  }
}

/** What a new rule says while it is about temperature; of anything else people write their own. */
const HOT_SAYS = {
  zh: "{node} 的 {model} {value} °C，高于 {threshold} °C",
  en: "A card of {node} ({model}) is at {value} °C, above {threshold} °C",
};

/** The rule with another condition; a scope it no longer may have gives way to the usual one. */
export function withCondition(rule: Rule, condition: Condition): Rule {
  const scopes = scopesOf(condition);
  const isOther = rule.summary === HOT_SAYS && condition.kind !== "level";
  const summary = isOther ? { zh: "", en: "" } : rule.summary;
  return {
    ...rule,
    condition,
    summary,
    scope: scopes.find((scope) => scope === rule.scope) ?? scopes[0] ?? rule.scope,
  };
}

/** A rule nobody has written yet. */
export const newRule = (): Rule => ({
  id: "",
  family: "custom",
  scope: "card",
  condition: HOT,
  forMs: 2 * MINUTE_MS,
  keepFiringMs: 5 * MINUTE_MS,
  severity: "P2",
  summary: HOT_SAYS,
  action: "investigate",
  runbook: "",
  source: "ours",
  where: {},
});

const MOST_ID = 63;

/** A copy under an id of the user's own that nobody has. */
export function cloneOf(rule: Rule, taken: ReadonlySet<string>): Rule {
  const base = (rule.id.startsWith(OWN_PREFIX) ? rule.id : OWN_PREFIX + rule.id).slice(0, MOST_ID - 4);
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  return { ...rule, id };
}

/** As the server takes it: lists of its own, and a condition it judges itself. */
export const sendable = ({ rule: { where, condition, ...rule }, ...draft }: RuleDraft) => ({
  ...draft,
  rule: {
    ...rule,
    summary: { ...rule.summary },
    condition: { ...condition } as { kind: string },
    where: Object.fromEntries(Object.entries(where).map(([part, values]) => [part, [...(values ?? [])]])),
  },
});

/** Days the lab can replay. */
export const LAB_DAYS = [1, 7, 14] as const;
