import type { Rule, RuleInForce } from "../../../db/model/rule.ts";

const common = {
  family: "custom",
  scope: "rule",
  condition: { kind: "any", of: [] },
  keepFiringMs: 0,
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
  severity: "P2",
  summary: {
    zh: "规则 {rule} 无法评估：{fault}",
    en: "Rule {rule} cannot be evaluated: {fault}",
  },
  runbook: "rule-fault",
  source: "pitfalls ALR-05: after three failures",
};

/** A rule that finds more than this at once says nothing any more (ALR-12). */
export const MOST_FINDINGS = 5_000;

export const RULE_WIDE: Rule = {
  ...common,
  id: "rule-too-wide",
  forMs: 0,
  severity: "P2",
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
