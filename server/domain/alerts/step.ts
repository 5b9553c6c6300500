import type { Because, Finding, Incident, IncidentEvent, IncidentEventKind } from "../../../db/model/incident.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";

/** What a round says of one incident. `left`: its subject is ours no more. */
export type Seen =
  | { readonly kind: "breach"; readonly finding: Finding }
  | { readonly kind: "clear" | "absent" | "left" };

export type StepResult = { readonly next: Incident; readonly events: readonly IncidentEvent[] };

/** Evident health a flapping incident must show before it is believed. Ours. */
export const FLAPPING_HEALTH_MS = 15 * 60_000;

/**
 * One round of one open incident; every change says why. `absent` changes nothing: silence neither counts towards a rule's
 * `for`, nor resets it, nor resolves anything.
 *
 * @param elapsedMs time since the round before by the monotonic clock; a jump of the wall clock changes nothing
 */
export function step(one: Incident, seen: Seen, inForce: RuleInForce, now: UnixMs, elapsedMs: number): StepResult {
  if (seen.kind === "absent") return unchanged(one);
  if (one.phase === "pending") return stepPending(one, seen, inForce, now, elapsedMs);
  return stepFiring(one, seen, inForce, now, elapsedMs);
}

/** A finding nobody knew of. One that was over before anybody looked is on record and told to nobody. */
export function begin(
  finding: Finding,
  fingerprint: string,
  inForce: RuleInForce,
  now: UnixMs,
  isHistoric: boolean,
): StepResult {
  const { rule, version } = inForce;
  const isAtOnce = rule.forMs === 0;
  const next: Incident = {
    id: 0,
    fingerprint,
    ruleId: rule.id,
    ruleVersion: version,
    scope: finding.scope,
    labels: finding.labels,
    severity: finding.severity,
    phase: isAtOnce ? "firing" : "pending",
    since: finding.since < now ? finding.since : now,
    pendingAt: now,
    observedMs: 0,
    seenAt: now,
    firedAt: isAtOnce ? now : null,
    clearSince: null,
    resolvedAt: null,
    because: isAtOnce ? (isHistoric ? "historic" : "at_once") : "condition_began",
    isHistoric,
    flaps: 0,
    isFlapping: false,
    suppressedBy: null,
    suppressor: "",
    isConfirmed: finding.values["confirmed"] === 1,
    ...factsOf(finding),
    ackedBy: "",
    ackedAt: null,
    assignee: "",
    escalation: 0,
  };
  return { next, events: [event(now, isAtOnce ? "fired" : "pending", next.because)] };
}

/** Ends an incident for a reason that is not in its readings. */
export const close = (one: Incident, because: Because, now: UnixMs): StepResult => ({
  next: { ...one, phase: "resolved", resolvedAt: laterOf(now, one.firedAt ?? one.pendingAt), because },
  events: [event(now, "resolved", because)],
});

function stepPending(one: Incident, seen: Seen, inForce: RuleInForce, now: UnixMs, elapsedMs: number): StepResult {
  if (seen.kind !== "breach") return close(one, seen.kind === "left" ? "card_left" : "never_fired", now);
  const observedMs = one.observedMs + elapsedMs;
  const held = { ...one, ...factsOf(seen.finding), seenAt: now, observedMs, ruleVersion: inForce.version };
  if (observedMs < inForce.rule.forMs) return unchanged(held);
  return {
    next: {
      ...held,
      severity: seen.finding.severity,
      phase: "firing",
      firedAt: laterOf(now, one.pendingAt),
      because: "held_for",
      observedMs: 0, // from here on: evident health
    },
    events: [event(now, "fired", "held_for")],
  };
}

function stepFiring(one: Incident, seen: Seen, inForce: RuleInForce, now: UnixMs, elapsedMs: number): StepResult {
  if (seen.kind === "left") return close(one, "card_left", now);
  if (seen.kind === "breach") return goOn(one, seen.finding, inForce, now);
  const observedMs = one.clearSince === null ? 0 : one.observedMs + elapsedMs;
  const healthMs = one.isFlapping ? Math.max(inForce.rule.keepFiringMs, FLAPPING_HEALTH_MS) : inForce.rule.keepFiringMs;
  if (observedMs >= healthMs) return close({ ...one, seenAt: now }, "condition_ended", now);
  return unchanged({ ...one, seenAt: now, clearSince: one.clearSince ?? now, observedMs });
}

function goOn(one: Incident, finding: Finding, { version }: RuleInForce, now: UnixMs): StepResult {
  const facts = factsOf(finding);
  const events: IncidentEvent[] = [];
  if (finding.severity !== one.severity)
    events.push({ ...event(now, "severity", ""), detail: `${one.severity} → ${finding.severity}` });
  if (String(facts.cardIds) !== String(one.cardIds))
    events.push({ ...event(now, "cards", ""), detail: `${one.cardIds.length} → ${facts.cardIds.length}` });
  const isConfirmed = one.isConfirmed || finding.values["confirmed"] === 1;
  if (isConfirmed && !one.isConfirmed) events.push(event(now, "confirmed", ""));
  return {
    next: {
      ...one,
      ...facts,
      isConfirmed,
      severity: finding.severity,
      ruleVersion: version,
      seenAt: now,
      clearSince: null,
      observedMs: 0,
    },
    events,
  };
}

const factsOf = (finding: Finding) => ({
  cardIds: finding.cardIds,
  nodeKey: finding.nodeKey,
  cluster: finding.cluster,
  region: finding.region,
  poolId: finding.poolId,
  values: finding.values,
  evidence: finding.evidence,
  verdict: finding.verdict,
});

export const event = (at: UnixMs, kind: IncidentEventKind, because: string, detail = ""): IncidentEvent => ({
  at,
  kind,
  because,
  who: "",
  detail,
});

const unchanged = (next: Incident): StepResult => ({ next, events: [] });

/** A wall clock that was set back must not end an incident before it began. */
const laterOf = (a: UnixMs, b: UnixMs): UnixMs => (a > b ? a : b);
