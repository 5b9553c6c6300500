import { describe, expect, test } from "vitest";
import type { Evidence, Finding, Labels } from "../../../../db/model/incident.ts";
import type { Severity } from "../../../../db/model/rule.ts";
import { fill } from "../../../../server/domain/alerts/fill.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";
import { evaluate } from "../../../../server/domain/health/evaluate.ts";
import { aRound, type RoundWish } from "./a-round.ts";

/** One rule at work: what it finds, what it says of it, and when it takes the same subject for well or for unsaid. */
export type RuleCase = {
  readonly rule: string;
  readonly breach: RoundWish;
  readonly severity: Severity;
  readonly says: string; // the sentence as a message has it
  readonly labels: Labels;
  readonly cards?: number; // it takes out, or speaks of; 1 where left out
  /** Of the first piece of evidence: the figure and what it is held against. */
  readonly evidence: Partial<Evidence>;
  readonly clear: RoundWish;
  readonly absent: RoundWish;
};

export function ruleOf(id: string) {
  const rule = BUILT_IN_RULES.find((one) => one.id === id);
  if (rule === undefined) throw new RangeError(`no built-in rule ${id}`);
  return rule;
}

/** Findings of a built-in rule in a round. */
export const find = (id: string, wish: RoundWish): readonly Finding[] => evaluate(ruleOf(id), aRound(wish)).findings;

/** What a built-in rule says of a subject it does not find. */
export const sight = (id: string, wish: RoundWish, labels: Labels) => evaluate(ruleOf(id), aRound(wish)).seen(labels);

export function checkCases(family: string, cases: readonly RuleCase[]): void {
  describe.each(cases)(`${family}: $rule`, (one) => {
    test("finds it, with the figures behind it", () => {
      const found = find(one.rule, one.breach);
      expect(found).toHaveLength(1);
      const [finding] = found as readonly [Finding];
      const { summary } = ruleOf(one.rule);
      expect(fill(summary, finding.values).en).toBe(one.says);
      expect(fill(summary, finding.values).zh).not.toContain("–");
      expect(finding).toMatchObject({ ruleId: one.rule, severity: one.severity, labels: one.labels });
      expect(finding.scope).toBe(ruleOf(one.rule).scope);
      expect(finding.cardIds).toHaveLength(one.cards ?? 1);
      expect(finding.evidence[0]).toMatchObject(one.evidence);
    });
    test("is over when the opposite is evident", () => {
      expect(find(one.rule, one.clear)).toEqual([]);
      expect(sight(one.rule, one.clear, one.labels)).toBe("clear");
    });
    test("says nothing of what was not said", () => {
      expect(find(one.rule, one.absent)).toEqual([]);
      expect(sight(one.rule, one.absent, one.labels)).toBe("absent");
    });
  });
  test(`${family}: every rule of the family is in the table`, () => {
    const known = BUILT_IN_RULES.filter((rule) => rule.family === family).map(({ id }) => id);
    expect(known.filter((id) => !cases.some(({ rule }) => rule === id))).toEqual([]);
  });
}
