import type { GuardEdit, GuardPoint, GuardReport, GuardRow, GuardStricter } from "../../../db/model/patrol-views.ts";
import { CHECK_VERDICTS, type CheckVerdict } from "../../../db/model/patrol.ts";
import { RULE_FAMILIES, type RuleInForce } from "../../../db/model/rule.ts";
import { DAY_MS } from "../../../db/model/time.ts";

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

/**
 * The rules while windows are on: they wait a part of their time before they fire. They do so for the whole fleet, whatever
 * the scope of the window: a rule has one waiting time. Of several windows the strictest counts; resolving waits as ever.
 */
export function stricterRules(
  rules: readonly RuleInForce[],
  windows: readonly { readonly from: number; readonly to: number; readonly stricter: GuardStricter }[],
  now: number,
): readonly RuleInForce[] {
  const on = windows.filter((window) => phaseOf(window, now) === "on" && window.stricter.waitScale < 1);
  if (on.length === 0) return rules;
  return rules.map((one) => {
    const { family, forMs } = one.rule;
    const scales = on
      .filter(({ stricter: { families } }) => families.length === 0 || families.includes(family))
      .map(({ stricter }) => stricter.waitScale);
    const scale = Math.min(1, ...scales);
    return scale === 1 || forMs === 0 ? one : { ...one, rule: { ...one.rule, forMs: Math.round(forMs * scale) } };
  });
}

/** Points as a report: as bad as the worst of them. */
export const reportOf = (at: number, points: readonly GuardPoint[]): GuardReport => ({
  at,
  verdict: worstOf(points.map(({ verdict }) => verdict)),
  points,
});

const worstOf = (verdicts: readonly CheckVerdict[]): CheckVerdict =>
  CHECK_VERDICTS.find((verdict) => verdicts.includes(verdict)) ?? "unknown";
