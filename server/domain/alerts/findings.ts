import type { Finding } from "../../../db/model/incident.ts";
import type { Condition, Rule } from "../../../db/model/rule.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** An event first heard of so long after it happened is history: on record, told to nobody (ALR-10). */
export const HISTORIC_MS = 10 * MINUTE_MS;

/** What a rule found, each thing once, by fingerprint. Of two findings of one thing the worse stands, whoever came first. */
export function findingsByFingerprint(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const fingerprint = fingerprintOf(finding.ruleId, finding.labels);
    const other = found.get(fingerprint);
    if (other === undefined || isWorse(finding, other)) found.set(fingerprint, finding);
  }
  return found;
}

/** The severer, then the earlier, then whatever sorts first: the order of arrival must not show. */
function isWorse(a: Finding, b: Finding): boolean {
  if (a.severity !== b.severity) return a.severity < b.severity;
  if (a.since !== b.since) return a.since < b.since;
  return JSON.stringify([a.cardIds, a.values, a.evidence]) < JSON.stringify([b.cardIds, b.values, b.evidence]);
}

/**
 * Whether all that is told happened so long ago that it is no news. Only what happened at an instant can be late: what is
 * still so is news, whenever it began. The newest of it counts: five errors in a day are told with the fifth.
 */
export function isLate(finding: Finding, { condition }: Rule, now: UnixMs): boolean {
  if (!isOfEvents(condition)) return false;
  const newest = finding.evidence.reduce((latest, { at }) => Math.max(latest, at), finding.since as number);
  return now - newest > HISTORIC_MS;
}

function isOfEvents(condition: Condition): boolean {
  switch (condition.kind) {
    case "event":
    case "npu_fault":
      return true;
    case "cards_of_node":
      return isOfEvents(condition.of);
    case "all":
    case "any":
      return condition.of.length > 0 && condition.of.every(isOfEvents);
    default:
      return false;
  }
}
