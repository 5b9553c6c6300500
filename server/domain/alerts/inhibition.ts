import type { Incident } from "../../../db/model/incident.ts";
import type { Rule, RuleInForce, Scope } from "../../../db/model/rule.ts";
import { isMassLoss } from "./breaker.ts";

/** What is larger takes in what is smaller, never the other way round: so no two can hide each other. */
const SIZE: Readonly<Partial<Record<Scope, number>>> = { card: 1, node: 2, cluster: 3, region: 4 };

/**
 * Which firing incident speaks for another one: a node that is gone or without power for its cards, a cluster or a region
 * for its nodes and cards. Never for something severer than itself, and a node only for cards it takes out: an error on
 * card 5 is told though card 3 dropped.
 */
export function inhibitors(
  open: readonly Incident[],
  rules: ReadonlyMap<string, RuleInForce>,
): (one: Incident) => Incident | null {
  const larger = new Map<string, Incident[]>(); // by scope and place, the one to name first
  for (const one of open) {
    if (one.phase !== "firing" || one.isHistoric || isMassLoss(one, rules)) continue;
    const place = placeKey(one.scope, one);
    if (place !== null && one.scope !== "card" && speaksForOthers(rules.get(one.ruleId)?.rule))
      larger.set(place, [...(larger.get(place) ?? []), one]);
  }
  if (larger.size === 0) return () => null;
  for (const some of larger.values()) some.sort(byWeight);
  const cards = new Map<string, ReadonlySet<number>>();
  for (const { scope, fingerprint, cardIds } of [...larger.values()].flat())
    if (scope === "node") cards.set(fingerprint, new Set(cardIds));
  return (one) => {
    if (SIZE[one.scope] === undefined) return null;
    for (const scope of ["node", "cluster", "region"] as const) {
      const found = larger.get(placeKey(scope, one) ?? "")?.find((source) => takesIn(source, one, cards));
      if (found !== undefined) return found;
    }
    return null;
  };
}

function takesIn(source: Incident, one: Incident, cards: ReadonlyMap<string, ReadonlySet<number>>): boolean {
  if (source === one || source.severity > one.severity) return false;
  const [size, other] = [SIZE[source.scope] ?? 0, SIZE[one.scope] ?? 0];
  if (size > 2) return size > other;
  const taken = cards.get(source.fingerprint) ?? new Set();
  const takesAll = one.cardIds.length > 0 && one.cardIds.every((id) => taken.has(id));
  // Of two ways to say that cards of one node are gone, the one that says more.
  return takesAll && (other === 1 || taken.size > one.cardIds.length);
}

/** Rules about what is there at all, and about the power or the health of a whole node. */
const speaksForOthers = (rule: Rule | undefined): boolean =>
  rule !== undefined && (rule.family === "presence" || rule.action === "check_power" || rule.action === "check_node");

function placeKey(scope: Scope, { region, cluster, nodeKey }: Incident): string | null {
  if (scope === "node") return nodeKey === "" ? null : JSON.stringify(["node", nodeKey]);
  if (scope === "cluster") return cluster === "" ? null : JSON.stringify(["cluster", region, cluster]);
  return scope === "region" && region !== "" ? JSON.stringify(["region", region]) : null;
}

/** The severest that takes out most is named. */
const byWeight = (a: Incident, b: Incident): number =>
  (a.severity < b.severity ? -1 : a.severity > b.severity ? 1 : 0) ||
  b.cardIds.length - a.cardIds.length ||
  (a.fingerprint < b.fingerprint ? -1 : 1);
