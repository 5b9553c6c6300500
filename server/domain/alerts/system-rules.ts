import type { Finding, Labels } from "../../../db/model/incident.ts";
import type { Rule, RuleInForce } from "../../../db/model/rule.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Folded, RuleSaw } from "../health/round.ts";

const common = {
  family: "custom",
  scope: "rule",
  condition: { kind: "any", of: [] },
  severity: "P2",
  action: "fix_rule",
  where: {},
} as const;

/**
 * A rule that could not be evaluated in three rounds running: what it watches for would not be seen (ALR-05). Rounds are
 * 15 s apart, so the third is 30 s after the first.
 */
export const RULE_FAULT: Rule = {
  ...common,
  id: "rule-fault",
  forMs: 30_000,
  keepFiringMs: 0,
  summary: {
    zh: "规则 {rule} 无法评估：{fault}",
    en: "Rule {rule} cannot be evaluated: {fault}",
  },
  runbook: "rule-fault",
  source: "pitfalls ALR-05: after three failures",
};

/** A rule with more open incidents than this says one thing instead of all of them (ALR-12). */
export const MOST_OPEN = 5_000;
/** And says all of them again from here on. Ours: a rule that stands at the border must not change its mind every round. */
export const OPEN_AGAIN_FROM = 4_000;

export const RULE_WIDE: Rule = {
  ...common,
  id: "rule-too-wide",
  forMs: 0,
  keepFiringMs: 5 * MINUTE_MS,
  summary: {
    zh: "规则 {rule} 太宽：一次命中 {count} 处，已合并为一条",
    en: "Rule {rule} is too wide: {count} findings at once, folded into one",
  },
  runbook: "rule-too-wide",
  source: "pitfalls ALR-12: 5,000 open incidents a rule",
};

export const SYSTEM_RULES: readonly RuleInForce[] = [RULE_FAULT, RULE_WIDE].map((rule) => ({
  rule,
  version: 0,
  origin: "built_in",
  enabled: true,
}));

/** What a round showed of the rules themselves. */
export type RulesSeen = {
  readonly inForce: ReadonlySet<string>; // enabled
  readonly judged: ReadonlySet<string>; // in this round
  readonly faulty: ReadonlyMap<string, string>; // why they could not be evaluated
  readonly wide: ReadonlyMap<string, Folded>; // what they would say
};

/** What the rules about rules see. A rule that is not in force has nothing to be mended; one that was not judged is absent. */
export function systemSaws({ inForce, judged, faulty, wide }: RulesSeen): readonly RuleSaw[] {
  const seen = ({ rule = "" }: Labels) => (!inForce.has(rule) ? "left" : judged.has(rule) ? "clear" : "absent");
  const faults = [...faulty].map(([rule, fault]) => aboutRule(RULE_FAULT, rule, { fault: fault.slice(0, 300) }));
  const folded = [...wide].map(([rule, { count, region, cluster }]) => ({
    ...aboutRule(RULE_WIDE, rule, { count }),
    region,
    cluster,
  }));
  return [
    { ruleId: RULE_FAULT.id, findings: faults, seen, fault: "" },
    // A fault says nothing of how wide a rule is.
    {
      ruleId: RULE_WIDE.id,
      findings: folded,
      seen: (labels) => (faulty.has(labels["rule"] ?? "") ? "absent" : seen(labels)),
      fault: "",
    },
  ];
}

const aboutRule = (about: Rule, rule: string, values: Finding["values"]): Finding => ({
  ruleId: about.id,
  scope: "rule",
  labels: { rule },
  severity: about.severity,
  since: Number.MAX_SAFE_INTEGER as UnixMs, // now: an incident takes the earlier of the two
  cardIds: [],
  nodeKey: "",
  cluster: "",
  region: "",
  poolId: 0,
  values: { rule, ...values },
  evidence: [],
  verdict: null,
});
