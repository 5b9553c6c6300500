import type { GuardEdit, GuardPoint, GuardReport, GuardRow, GuardStricter } from "../../../db/model/patrol-views.ts";
import { CHECK_VERDICTS, type CheckVerdict } from "../../../db/model/patrol.ts";
import type { ReportScope } from "../../../db/model/report.ts";
import { type Rule, RULE_FAMILIES, type RuleInForce, type Where } from "../../../db/model/rule.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { isStricter, thresholdOf, tightened } from "./guard-thresholds.ts";

const LONGEST_MS = 92 * DAY_MS;
export const LEAST_WAIT_SCALE = 0.1;

/** Why a window cannot be, with the way out; null = it can. */
export function guardFault({ name, owner, from, to, duty, stricter }: Omit<GuardEdit, "id">): string | null {
  if (name.trim() === "") return "name: give the window a name";
  if (owner.trim() === "") return "owner: name who answers for it";
  if (to <= from) return "to: the window must end after it begins";
  if (to - from > LONGEST_MS) return "to: a window is at most 92 days; make two of it";
  const odd = duty.findIndex((one) => one.who.trim() === "" || one.to <= one.from);
  if (odd >= 0) return `duty ${odd + 1}: name who is on duty, from when to when`;
  const { waitScale, families } = stricter;
  if (!(waitScale >= LEAST_WAIT_SCALE && waitScale <= 1)) return "stricter.waitScale: from 0.1 to 1, 1 = as always";
  const strange = families.find((one) => !(RULE_FAMILIES as readonly string[]).includes(one));
  return strange === undefined ? null : `stricter.families: there is no family "${strange}"`;
}

export const phaseOf = ({ from, to }: Pick<GuardEdit, "from" | "to">, now: number): GuardRow["phase"] =>
  now < from ? "ahead" : now < to ? "on" : "over";

/** Stretches of a window in which nobody is on duty. */
export function dutyHoles({ from, to, duty }: Pick<GuardEdit, "from" | "to" | "duty">): { from: number; to: number }[] {
  const holes: { from: number; to: number }[] = [];
  let covered = from;
  for (const shift of duty.toSorted((a, b) => a.from - b.from)) {
    if (shift.from > covered) holes.push({ from: covered, to: Math.min(shift.from, to) });
    covered = Math.max(covered, shift.to);
    if (covered >= to) break;
  }
  if (covered < to) holes.push({ from: covered, to });
  return holes.filter((hole) => hole.to > hole.from);
}

type Strict = {
  readonly from: number;
  readonly to: number;
  readonly scope: ReportScope;
  readonly stricter: GuardStricter;
};

/**
 * The rules while windows are on: they wait a part of their time before they fire, and some compare with a stricter figure.
 * A window of the whole fleet changes the rule itself; one of a part of it says how the rule stands there (`guarded`). Of
 * several windows the strictest counts; none makes a rule milder, and resolving waits as ever.
 */
export function stricterRules(
  rules: readonly RuleInForce[],
  windows: readonly Strict[],
  now: number,
): readonly RuleInForce[] {
  const on = windows.filter((window) => phaseOf(window, now) === "on");
  if (on.length === 0) return rules;
  const [everywhere, inPart] = [on.filter(({ scope }) => isWhole(scope)), on.filter(({ scope }) => !isWhole(scope))];
  return rules.map((one): RuleInForce => {
    const rule = everywhere.reduce((so, { stricter }) => asStrictAs(so, one.rule, stricter), one.rule);
    const guarded = inPart.flatMap(({ scope, stricter }): Rule[] => {
      const where = within(rule.where, scope);
      const strict = asStrictAs(rule, one.rule, stricter);
      return where === null || strict === rule ? [] : [{ ...strict, where }];
    });
    return rule === one.rule && guarded.length === 0 ? one : { ...one, rule, ...(guarded.length > 0 && { guarded }) };
  });
}

/** A rule made as strict as a window wants it to be, never milder than it is. @param usual the rule without any window */
function asStrictAs(rule: Rule, usual: Rule, { waitScale, families, thresholds = [] }: GuardStricter): Rule {
  const isWaiting = families.length === 0 || families.includes(rule.family);
  const forMs = isWaiting ? Math.min(rule.forMs, Math.round(usual.forMs * waitScale)) : rule.forMs;
  const wanted = thresholds.find(({ ruleId }) => ruleId === rule.id);
  const condition = wanted === undefined ? rule.condition : tightened(rule.condition, wanted.value);
  return forMs === rule.forMs && condition === rule.condition ? rule : { ...rule, forMs, condition };
}

const PARTS = [
  ["vendors", "vendor"],
  ["regions", "region"],
  ["models", "model"],
  ["billings", "billing"],
  ["teams", "team"],
] as const;

const isWhole = (scope: ReportScope): boolean => PARTS.every(([part]) => scope[part].length === 0);

/** Where both a rule and a window are; null = nowhere. */
function within(where: Where, scope: ReportScope): Where | null {
  const named = PARTS.filter(([part]) => scope[part].length > 0).map(
    ([part, name]) => [name, scope[part].filter((one) => where[name]?.includes(one) ?? true)] as const,
  );
  return named.some(([, names]) => names.length === 0) ? null : { ...where, ...Object.fromEntries(named) };
}

/** Why figures of a window cannot be, with the way out; null = they can. Rules that are gone are no fault: nothing is judged by them. */
export function thresholdFault(
  { thresholds = [] }: GuardStricter,
  rules: readonly Pick<RuleInForce, "rule">[],
): string | null {
  for (const [i, { ruleId, value }] of thresholds.entries()) {
    const of = `stricter.thresholds: "${ruleId.slice(0, 80)}"`;
    if (thresholds.findIndex((one) => one.ruleId === ruleId) !== i) return `${of} is named twice; keep one of the two`;
    const rule = rules.find((one) => one.rule.id === ruleId)?.rule;
    if (rule === undefined) return `${of}: there is no such rule; take one from the list of rules`;
    const now = thresholdOf(rule.condition);
    if (now === null) return `${of} compares with no single figure; only its wait can be shorter`;
    if (!isStricter(rule.condition, value))
      return `${of}: ${value} is no stricter than ${now.value}; a window wants a ${now.stricter} figure`;
  }
  return null;
}

/** Points as a report: as bad as the worst of them. */
export const reportOf = (at: number, points: readonly GuardPoint[]): GuardReport => ({
  at,
  verdict: worstOf(points.map(({ verdict }) => verdict)),
  points,
});

const worstOf = (verdicts: readonly CheckVerdict[]): CheckVerdict =>
  CHECK_VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? "unknown";
