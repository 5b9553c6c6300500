import type { Because, Finding, Incident, IncidentEvent, IncidentEventKind } from "../../../db/model/incident.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { checked, isFlapping } from "./flapping.ts";

/** What a round says of one incident. `left`: its subject is ours no more. */
export type Seen =
  | { readonly kind: "breach"; readonly finding: Finding; readonly isLate: boolean }
  | { readonly kind: "clear" | "absent" | "left" };

export type StepResult = { readonly next: Incident; readonly events: readonly IncidentEvent[] };

const NONE: readonly IncidentEvent[] = [];

/** One round as far as its time goes. */
export type Pass = {
  readonly now: UnixMs; // by the clock on the wall: for what is written down
  /** Since the round before, by the monotonic clock: for what is measured. 0 = the same round once more. */
  readonly elapsedMs: number;
};

/**
 * One round of one open incident; every change says why. `absent` changes nothing: silence neither counts towards a rule's
 * `for`, nor resets it, nor resolves anything. A round speaks for the time since the one before it, so durations are sums of
 * `elapsedMs` and a jump of the wall clock changes none.
 */
export function step(one: Incident, seen: Seen, inForce: RuleInForce, pass: Pass): StepResult {
  if (seen.kind === "absent") return { next: one, events: NONE };
  if (seen.kind === "left") return close(one, "card_left", pass.now);
  return one.phase === "pending" ? stepPending(one, seen, inForce, pass) : stepFiring(one, seen, inForce, pass);
}

/**
 * A finding nobody knew of.
 * @param flaps history of its lives before; 0 = there was none of late
 * @param isLate it is over 10 minutes old when first heard of: on record, and told to nobody
 */
export function begin(
  finding: Finding,
  fingerprint: string,
  { rule, version }: RuleInForce,
  { now, elapsedMs }: Pass,
  past: { readonly flaps: number; readonly isLate: boolean },
): StepResult {
  const isAtOnce = rule.forMs === 0;
  const flaps = isCheck(finding, elapsedMs) ? checked(past.flaps, true) : past.flaps;
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
    because: isAtOnce ? (past.isLate ? "historic" : "at_once") : "condition_began",
    isHistoric: past.isLate,
    flaps,
    isFlapping: isFlapping(false, flaps),
    suppressedBy: null,
    suppressor: "",
    isConfirmed: saysConfirmed(finding),
    ...factsOf(finding),
    ackedBy: "",
    ackedAt: null,
    assignee: "",
    escalation: 0,
  };
  const events = [event(now, isAtOnce ? "fired" : "pending", next.because)];
  if (isAtOnce && next.isFlapping) events.push(event(now, "flapping", ""));
  return { next, events };
}

/** Ends an incident. Never before it began, whatever the clock on the wall was set to. */
export const close = (one: Incident, because: Because, now: UnixMs): StepResult => ({
  next: {
    ...one,
    phase: "resolved",
    resolvedAt: laterOf(now, laterOf(one.firedAt ?? one.pendingAt, one.ackedAt ?? one.pendingAt)),
    because,
  },
  events: [event(now, "resolved", because)],
});

function stepPending(one: Incident, seen: Seen, inForce: RuleInForce, { now, elapsedMs }: Pass): StepResult {
  if (seen.kind !== "breach") return close({ ...one, ...checkOf(one, true, elapsedMs) }, "never_fired", now);
  const held = {
    ...one,
    ...checkOf(one, false, elapsedMs),
    ...factsOf(seen.finding),
    severity: seen.finding.severity,
    isHistoric: one.isHistoric && seen.isLate,
    isConfirmed: one.isConfirmed || saysConfirmed(seen.finding),
    seenAt: now,
    observedMs: one.observedMs + elapsedMs,
    ruleVersion: inForce.version,
  };
  if (held.observedMs < inForce.rule.forMs) return { next: held, events: NONE };
  const because = held.isHistoric ? "historic" : "held_for";
  return {
    next: {
      ...held,
      phase: "firing",
      firedAt: laterOf(now, one.pendingAt),
      because,
      observedMs: 0, // from here on: of evident health
    },
    events: [event(now, "fired", because)],
  };
}

function stepFiring(one: Incident, seen: Seen, inForce: RuleInForce, { now, elapsedMs }: Pass): StepResult {
  const check = checkOf(one, (seen.kind === "breach") === (one.clearSince !== null), elapsedMs);
  const turned =
    check.isFlapping === one.isFlapping ? NONE : [event(now, check.isFlapping ? "flapping" : "steady", "")];
  if (seen.kind === "breach") return goOn(one, check, turned, seen, inForce, now);
  const observedMs = one.clearSince === null ? 0 : one.observedMs + elapsedMs;
  const well = { ...one, ...check, seenAt: now, clearSince: one.clearSince ?? now, observedMs };
  if (observedMs < inForce.rule.keepFiringMs || check.isFlapping) return { next: well, events: turned };
  const end = close(well, "condition_ended", now);
  return { next: end.next, events: [...turned, ...end.events] };
}

/** Still so. What was history becomes news when it happens again. */
function goOn(
  one: Incident,
  check: Check,
  turned: readonly IncidentEvent[],
  { finding, isLate }: Extract<Seen, { kind: "breach" }>,
  { version }: RuleInForce,
  now: UnixMs,
): StepResult {
  const isNews = one.isHistoric && !isLate;
  const isConfirmed = one.isConfirmed || saysConfirmed(finding);
  const events = [...turned];
  if (isNews) events.push(event(now, "fired", "at_once"));
  if (finding.severity !== one.severity)
    events.push(event(now, "severity", "", `${one.severity} → ${finding.severity}`));
  if (!isSameList(finding.cardIds, one.cardIds))
    events.push(event(now, "cards", "", `${one.cardIds.length} → ${finding.cardIds.length}`));
  if (isConfirmed && !one.isConfirmed) events.push(event(now, "confirmed", ""));
  return {
    next: {
      ...one,
      ...check,
      ...factsOf(finding),
      isHistoric: one.isHistoric && !isNews,
      firedAt: isNews ? laterOf(now, one.pendingAt) : one.firedAt,
      because: isNews ? "at_once" : one.because,
      isConfirmed,
      severity: finding.severity,
      ruleVersion: version,
      seenAt: now,
      clearSince: null,
      observedMs: 0,
    },
    events: events.length === 0 ? NONE : events,
  };
}

/** The same round once more is no further check; and whether an alert of others flaps is for its sender to judge. */
const isCheck = ({ scope }: Pick<Incident, "scope">, elapsedMs: number): boolean => elapsedMs > 0 && scope !== "alert";

type Check = Pick<Incident, "flaps" | "isFlapping">;

function checkOf(one: Incident, hasChanged: boolean, elapsedMs: number): Check {
  if (!isCheck(one, elapsedMs)) return { flaps: one.flaps, isFlapping: one.isFlapping };
  const flaps = checked(one.flaps, hasChanged);
  return { flaps, isFlapping: isFlapping(one.isFlapping, flaps) };
}

/** A second source, such as Kubernetes, says that a mass loss is real. */
const saysConfirmed = ({ values }: Finding): boolean => values["confirmed"] === 1;

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

const isSameList = (a: readonly number[], b: readonly number[]): boolean =>
  a === b || (a.length === b.length && a.every((id, i) => id === b[i]));

const laterOf = (a: UnixMs, b: UnixMs): UnixMs => (a > b ? a : b);
