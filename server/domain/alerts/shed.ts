import type { Finding } from "../../../db/model/incident.ts";
import type { Folded, RuleSaw } from "../health/round.ts";

/**
 * Findings of all rules together that are kept in a round. Of the widest rules beyond it only the number is: a storm over
 * many rules then weighs no more than one over two (WHK-10). Twice what a single rule may find; ours.
 */
export const MOST_TOGETHER = 10_000;
/** And rules that were folded speak for themselves again from here on. */
export const TOGETHER_AGAIN_FROM = 8_000;

/**
 * Lets go of the findings of the widest rules until the rest fits. It makes no difference whether this is asked after each
 * rule or once at the end: what is let go of among some is let go of among all.
 */
export function shed(saws: readonly RuleSaw[]): readonly RuleSaw[] {
  let kept = saws.reduce((sum, { findings }) => sum + findings.length, 0);
  if (kept <= MOST_TOGETHER) return saws;
  const folded = new Set<RuleSaw>();
  for (const saw of [...saws].sort(byWidth)) {
    if (kept <= MOST_TOGETHER) break;
    folded.add(saw);
    kept -= saw.findings.length;
  }
  return saws.map((saw) => (folded.has(saw) ? { ...saw, findings: [], folded: foldedOf(saw.findings) } : saw));
}

/** How much was found in a round, kept or not. */
export const foundIn = (saws: Iterable<RuleSaw>): number => {
  let sum = 0;
  for (const { findings, folded } of saws) sum += folded?.count ?? findings.length;
  return sum;
};

/** What is said of findings that are too many to be told. */
export const foldedOf = (findings: readonly Finding[]): Folded => ({
  count: findings.length,
  region: commonOf(findings, "region"),
  cluster: commonOf(findings, "cluster"),
});

const byWidth = (a: RuleSaw, b: RuleSaw): number =>
  b.findings.length - a.findings.length || (a.ruleId < b.ruleId ? -1 : 1);

/** What all findings share, so that a lost region is told as one; "" = they share nothing. */
function commonOf(findings: readonly Finding[], part: "region" | "cluster"): string {
  const value = findings[0]?.[part] ?? "";
  return findings.every((finding) => finding[part] === value) ? value : "";
}
