import type { Finding, Incident } from "../../../db/model/incident.ts";
import type { Rule, RuleInForce } from "../../../db/model/rule.ts";
import type { Round, RuleSaw } from "../health/round.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { liesIn, placeOf } from "./silence-times.ts";

/**
 * What a rule sees, and sees besides in the places of guard windows, where less is enough for it. Of one thing it says one
 * thing: as the rule itself found it, else as the stricter one did.
 */
export function seeGuarded(
  evaluate: (rule: Rule, round: Round) => RuleSaw,
  { rule, guarded = [] }: RuleInForce,
  round: Round,
): RuleSaw {
  const usual = evaluate(rule, round);
  const sharper = guarded.filter(({ condition }) => condition !== rule.condition);
  if (sharper.length === 0 || usual.fault !== "" || usual.folded !== undefined) return usual;
  const findings = new Map(usual.findings.map((one) => [fingerprintOf(rule.id, one.labels), one]));
  for (const one of sharper)
    for (const finding of evaluate(one, round).findings) {
      const fingerprint = fingerprintOf(rule.id, finding.labels);
      if (!findings.has(fingerprint)) findings.set(fingerprint, finding);
    }
  return { ...usual, findings: [...findings.values()] };
}

/** The rule as it is for something found: where a guard window is on it waits as long as the strictest one says. */
export function waitingFor(inForce: RuleInForce, about: Finding | Incident): RuleInForce {
  const { guarded = [], rule } = inForce;
  if (guarded.length === 0) return inForce;
  const place = placeOf(about);
  const waits = guarded.filter(({ where }) => liesIn(where, place)).map(({ forMs }) => forMs);
  const forMs = Math.min(rule.forMs, ...waits);
  return forMs === rule.forMs ? inForce : { ...inForce, rule: { ...rule, forMs } };
}
