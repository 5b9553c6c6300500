import type { Silence } from "../../../db/model/channel.ts";
import type { Incident, IncidentEvent, SuppressedBy } from "../../../db/model/incident.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { holdsAt, isAbout, placeOf } from "./silence-times.ts";

export type Suppressed = { readonly next: Incident; readonly event: IncidentEvent | null };

type Reason = { readonly by: SuppressedBy; readonly suppressor: string };

/**
 * Why an open incident is told to nobody just now: a loss too large to be believed (breaker), something larger that takes
 * it in (inhibition), maintenance, a silence; in this order, the first that holds. A filter and nothing else: without it
 * the same incidents stand there. Answers those for whom it changed.
 */
export function suppressions(
  open: readonly Incident[],
  rules: ReadonlyMap<string, RuleInForce>,
  silences: readonly Silence[],
  now: UnixMs,
): ReadonlyMap<string, Suppressed> {
  const holding = silences.filter((silence) => holdsAt(silence, now));
  const larger = sourcesOf(open, rules);
  const changed = new Map<string, Suppressed>();
  for (const one of open) {
    const reason = breakerOf(one, larger) ?? inhibitorOf(one, larger) ?? silenceOf(one, holding);
    const [by, suppressor] = reason === null ? [null, ""] : [reason.by, reason.suppressor];
    if (by === one.suppressedBy && suppressor === one.suppressor) continue;
    const kind = by === null ? "revealed" : "suppressed";
    const isFirst = one.suppressedBy === null || by === null;
    const event = isFirst ? ({ at: now, kind, because: by ?? "", who: "", detail: suppressor } as const) : null;
    changed.set(one.fingerprint, { next: { ...one, suppressedBy: by, suppressor }, event });
  }
  return changed;
}

/** Incidents that stand for others. */
type Larger = {
  readonly losses: ReadonlyMap<string, Incident>; // unconfirmed mass losses, by cluster
  readonly nodes: ReadonlyMap<string, Incident>; // a whole node is out, by node
  readonly regions: ReadonlyMap<string, Incident>;
  readonly presence: ReadonlySet<string>; // ids of rules about what is there at all
};

function sourcesOf(open: readonly Incident[], rules: ReadonlyMap<string, RuleInForce>): Larger {
  const losses = new Map<string, Incident>();
  const nodes = new Map<string, Incident>();
  const regions = new Map<string, Incident>();
  const presence = new Set<string>();
  for (const [id, { rule }] of rules) if (rule.family === "presence") presence.add(id);
  for (const one of [...open].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))) {
    if (one.phase !== "firing" || one.isHistoric) continue;
    const isLoss = rules.get(one.ruleId)?.rule.condition.kind === "mass_loss";
    if (isLoss && !one.isConfirmed) losses.set(one.cluster, one);
    else if (one.scope === "region" && presence.has(one.ruleId)) regions.set(one.region, one);
    else if (one.scope === "node" && presence.has(one.ruleId) && takesOutNode(one, rules)) nodes.set(one.nodeKey, one);
  }
  return { losses, nodes, regions, presence };
}

/** The node as a whole, and not some of its cards. */
function takesOutNode({ ruleId }: Incident, rules: ReadonlyMap<string, RuleInForce>): boolean {
  const condition = rules.get(ruleId)?.rule.condition;
  return condition?.kind === "presence" && ["exporter_down", "all_cards_lost", "node_down"].includes(condition.verdict);
}

/** More than half of a cluster at once is rather our own blindness: what is about presence there waits for a second word. */
function breakerOf(one: Incident, { losses, presence }: Larger): Reason | null {
  const loss = losses.get(one.cluster);
  if (loss === undefined || loss === one || one.cluster === "") return null;
  const isHeld = presence.has(one.ruleId) && (one.scope === "card" || one.scope === "node");
  return isHeld ? { by: "breaker", suppressor: loss.fingerprint } : null;
}

function inhibitorOf(one: Incident, { nodes, regions }: Larger): Reason | null {
  const region = regions.get(one.region);
  if (region !== undefined && region !== one && (one.scope === "node" || one.scope === "card"))
    return { by: "inhibition", suppressor: region.fingerprint };
  const node = nodes.get(one.nodeKey);
  const isPartOf =
    node !== undefined && node !== one && one.nodeKey !== "" && (one.scope === "card" || isLesser(one, node));
  return isPartOf ? { by: "inhibition", suppressor: node.fingerprint } : null;
}

/** Of two incidents about one node the other way of saying it is the lesser: some of its cards. */
const isLesser = (one: Incident, node: Incident): boolean =>
  one.scope === "node" && one.ruleId !== node.ruleId && one.cardIds.length < node.cardIds.length;

function silenceOf(one: Incident, silences: readonly Silence[]): Reason | null {
  if (silences.length === 0) return null;
  const subject = { incident: one, place: placeOf(one) };
  const found = silences.filter((silence) => isAbout(silence, subject));
  const best = found.find(({ kind }) => kind === "maintenance") ?? found[0];
  return best === undefined ? null : { by: best.kind, suppressor: String(best.id) };
}
