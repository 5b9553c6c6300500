import type { Silence } from "../../../db/model/channel.ts";
import type { Finding, Incident, IncidentChange, IncidentEvent, Labels } from "../../../db/model/incident.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { RuleSaw } from "../health/round.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { begin, close, event, type Seen, step } from "./step.ts";
import { suppressions } from "./suppression.ts";
import { MOST_FINDINGS, RULE_FAULT, RULE_WIDE, SYSTEM_RULES } from "./system-rules.ts";

export type AdvanceInput = {
  readonly open: ReadonlyMap<string, Incident>; // by fingerprint
  readonly recent: RecentFires;
  /** What the rules that were evaluated in this round saw; incidents of other rules stay as they are. */
  readonly saws: readonly RuleSaw[];
  readonly rules: ReadonlyMap<string, RuleInForce>; // every rule there is
  readonly silences: readonly Silence[];
  readonly now: UnixMs;
  readonly elapsedMs: number; // since the step before, by the monotonic clock
};

/** When findings fired in the last hour, by fingerprint: what comes and goes all the time is told as that. */
export type RecentFires = ReadonlyMap<string, readonly number[]>;

export type Advanced = {
  readonly open: ReadonlyMap<string, Incident>;
  readonly recent: RecentFires;
  /** Those something happened to, new ones with id 0, in the order of fingerprints. */
  readonly changes: readonly IncidentChange[];
};

/** An event first heard of so long after it happened is history: on record, told to nobody (ALR-10). */
export const HISTORIC_MS = 10 * 60_000;
/** Fires within an hour from which a finding is flapping, in the spirit of Nagios' two thresholds (ALR-08). */
const FLAPPING_FROM = 3;
const FLAPPING_REACH_MS = 60 * 60_000;

/**
 * One round of all incidents: what the rules saw turns into what is open, and why each that changed did. Pure; the order in
 * which rules and findings are handed in changes nothing. The rule lab replays the past with it.
 */
export function advance(input: AdvanceInput): Advanced {
  const { now } = input;
  const rules = new Map([...input.rules, ...SYSTEM_RULES.map((one) => [one.rule.id, one] as const)]);
  const saws = new Map([...input.saws, ...systemSaws(input.saws)].map((saw) => [saw.ruleId, saw]));
  const found = findingsOf(saws, rules);
  const next = new Map<string, Incident>();
  const ended: Incident[] = [];
  const events = new Map<string, IncidentEvent[]>();
  const note = (one: Incident, some: readonly IncidentEvent[]) => {
    if (some.length > 0) events.set(one.fingerprint, [...(events.get(one.fingerprint) ?? []), ...some]);
    if (one.phase === "resolved") ended.push(one);
    else next.set(one.fingerprint, one);
  };

  for (const one of input.open.values()) {
    const result = carry(one, rules.get(one.ruleId), saws.get(one.ruleId), found.get(one.fingerprint), input);
    note(result.next, result.events);
  }
  for (const [fingerprint, { finding, inForce }] of found) {
    if (input.open.has(fingerprint)) continue;
    const started = begin(finding, fingerprint, inForce, now, isHistoric(finding, inForce, now));
    note(started.next, started.events);
  }
  const recent = markFlapping(input.recent, next, events, now);
  for (const [fingerprint, one] of suppressions([...next.values()], rules, input.silences, now)) {
    next.set(fingerprint, one.next);
    if (one.event !== null) events.set(fingerprint, [...(events.get(fingerprint) ?? []), one.event]);
  }
  const changed = [...next.values(), ...ended].filter(({ fingerprint }) => events.has(fingerprint));
  const changes = changed
    .map((one) => ({ next: one, events: events.get(one.fingerprint) ?? [] }))
    .sort((a, b) => (a.next.fingerprint < b.next.fingerprint ? -1 : 1));
  return { open: next, recent, changes };
}

type Found = { readonly finding: Finding; readonly inForce: RuleInForce };

function findingsOf(
  saws: ReadonlyMap<string, RuleSaw>,
  rules: ReadonlyMap<string, RuleInForce>,
): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  for (const saw of saws.values()) {
    const inForce = rules.get(saw.ruleId);
    if (inForce === undefined || !inForce.enabled || saw.fault !== "" || isFolded(saw)) continue;
    for (const finding of saw.findings) {
      const fingerprint = fingerprintOf(finding.ruleId, finding.labels);
      const before = found.get(fingerprint);
      if (before === undefined || isWorse(finding, before.finding)) found.set(fingerprint, { finding, inForce });
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Of two findings of one thing in one round: the severer, then the earlier, whoever came first. */
function isWorse(a: Finding, b: Finding): boolean {
  if (a.severity !== b.severity) return a.severity < b.severity;
  if (a.since !== b.since) return a.since < b.since;
  return JSON.stringify(a.values) < JSON.stringify(b.values);
}

function carry(
  one: Incident,
  inForce: RuleInForce | undefined,
  saw: RuleSaw | undefined,
  found: Found | undefined,
  { now, elapsedMs }: AdvanceInput,
): { readonly next: Incident; readonly events: readonly IncidentEvent[] } {
  if (inForce === undefined || !inForce.enabled) return close(one, "rule_disabled", now);
  if (saw === undefined || saw.fault !== "") return { next: one, events: [] };
  if (isFolded(saw)) return close(one, "too_wide", now);
  const seen: Seen = found === undefined ? { kind: saw.seen(one.labels) } : { kind: "breach", finding: found.finding };
  const isOfOldVersion = one.ruleVersion !== inForce.version;
  if (isOfOldVersion && seen.kind !== "breach") return close(one, "rule_changed", now);
  return step(one, seen, inForce, now, elapsedMs);
}

/** What rules say of themselves: that they could not be evaluated, or find too much. */
function systemSaws(saws: readonly RuleSaw[]): readonly RuleSaw[] {
  const faulty = new Map(saws.filter(({ fault }) => fault !== "").map((saw) => [saw.ruleId, saw.fault]));
  const wide = new Map(saws.filter(isFolded).map((saw) => [saw.ruleId, saw.findings.length]));
  const judged = new Set(saws.map(({ ruleId }) => ruleId));
  const aboutRules = (
    rule: typeof RULE_FAULT,
    ids: Iterable<string>,
    values: (id: string) => Finding["values"],
  ): RuleSaw => ({
    ruleId: rule.id,
    findings: [...ids].map((id) => aboutRule(rule, id, values(id))),
    seen: ({ rule: id }: Labels) =>
      id !== undefined && judged.has(id) ? "clear" : id !== undefined ? "absent" : "left",
    fault: "",
  });
  return [
    aboutRules(RULE_FAULT, faulty.keys(), (rule) => ({ rule, fault: faulty.get(rule) ?? "" })),
    aboutRules(RULE_WIDE, wide.keys(), (rule) => ({ rule, count: wide.get(rule) ?? 0 })),
  ];
}

const aboutRule = (rule: typeof RULE_FAULT, id: string, values: Finding["values"]): Finding => ({
  ruleId: rule.id,
  scope: "rule",
  labels: { rule: id },
  severity: rule.severity,
  since: Number.MAX_SAFE_INTEGER as UnixMs, // now: begin() takes the earlier of the two
  cardIds: [],
  nodeKey: "",
  cluster: "",
  region: "",
  poolId: 0,
  values,
  evidence: [],
  verdict: null,
});

const isFolded = ({ findings, ruleId }: RuleSaw): boolean =>
  findings.length > MOST_FINDINGS && ruleId !== RULE_FAULT.id;

/** Only what happened at an instant can be late: what is still so is news whenever it began. */
const isHistoric = ({ since }: Finding, { rule }: RuleInForce, now: UnixMs): boolean =>
  (rule.condition.kind === "event" || rule.condition.kind === "npu_fault") && now - since > HISTORIC_MS;

/** Marks what fired for the third time within the hour, and forgets fires that are older. */
function markFlapping(
  before: RecentFires,
  next: Map<string, Incident>,
  events: Map<string, IncidentEvent[]>,
  now: UnixMs,
): RecentFires {
  const recent = new Map<string, readonly number[]>();
  const keep = (fingerprint: string, fires: readonly number[]) => {
    const kept = fires.filter((at) => now - at < FLAPPING_REACH_MS);
    if (kept.length > 0) recent.set(fingerprint, kept);
  };
  for (const [fingerprint, fires] of before) keep(fingerprint, fires);
  for (const [fingerprint, some] of events) {
    const one = next.get(fingerprint);
    if (one === undefined || one.isHistoric || !some.some(({ kind }) => kind === "fired")) continue;
    const fires = [...(recent.get(fingerprint) ?? []), now];
    recent.set(fingerprint, fires);
    const isFlapping = fires.length >= FLAPPING_FROM;
    next.set(fingerprint, { ...one, flaps: fires.length, isFlapping });
    if (isFlapping) some.push(event(now, "flapping", "", String(fires.length)));
  }
  return recent;
}
