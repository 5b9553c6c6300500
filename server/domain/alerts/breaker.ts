import type { Incident } from "../../../db/model/incident.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";

/**
 * Which mass loss holds an incident back. More than half of a cluster at once is rather our own blindness than a fault of
 * the cards (ALR-07): what says of its cards and nodes that they are gone waits until a second source or a person confirms
 * the loss, and stands there with its true times then. What else is known of them does not wait.
 */
export function breakers(
  open: readonly Incident[],
  rules: ReadonlyMap<string, RuleInForce>,
): (one: Incident) => Incident | null {
  const losses = new Map<string, Incident>(); // unconfirmed, by cluster
  for (const one of open) {
    if (!isMassLoss(one, rules) || one.isConfirmed || one.isHistoric) continue;
    const other = losses.get(clusterOf(one));
    if (other === undefined || one.fingerprint < other.fingerprint) losses.set(clusterOf(one), one);
  }
  if (losses.size === 0) return () => null;
  return (one) => {
    if ((one.scope !== "card" && one.scope !== "node") || one.isConfirmed) return null;
    return rules.get(one.ruleId)?.rule.family === "presence" ? (losses.get(clusterOf(one)) ?? null) : null;
  };
}

/** A loss holds from its first sight, before it has lasted long enough to be told. */
export const isMassLoss = ({ ruleId }: Incident, rules: ReadonlyMap<string, RuleInForce>): boolean =>
  rules.get(ruleId)?.rule.condition.kind === "mass_loss";

/** Two regions may both have a cluster "train". */
const clusterOf = ({ region, cluster }: Incident): string => JSON.stringify([region, cluster]);
