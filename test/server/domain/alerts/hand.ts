/** Rules, findings, saws and rounds made by hand. */
import type { Channel, Route, Silence } from "../../../../db/model/channel.ts";
import type { Finding, Incident, IncidentChange, Labels } from "../../../../db/model/incident.ts";
import type { Rule, RuleInForce } from "../../../../db/model/rule.ts";
import { MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import type { Advanced } from "../../../../server/domain/alerts/advance.ts";
import { fingerprintOf } from "../../../../server/domain/alerts/fingerprint.ts";
import type { Group } from "../../../../server/domain/alerts/grouping.ts";
import type { Speech } from "../../../../server/domain/alerts/speak.ts";
import type { RuleSaw } from "../../../../server/domain/health/round.ts";
import { type Alerts, REAL } from "./alerts.ts";

export const T0 = unixMs(Date.UTC(2026, 10, 22, 8));
export const ROUND_MS = 15 * SECOND_MS;
export const at = (ms: number): UnixMs => unixMs(T0 + ms);

export const rule = (part: Partial<Rule> = {}): Rule => ({
  id: "temp-core",
  family: "thermal",
  scope: "card",
  condition: { kind: "level", signal: "temperatureCelsius", compare: ">", threshold: 87 },
  forMs: MINUTE_MS,
  keepFiringMs: 2 * MINUTE_MS,
  severity: "P2",
  summary: { zh: "{card} 过热：{value} ℃", en: "{card} is hot: {value} °C" },
  action: "check_cooling",
  runbook: "temperature",
  source: "by hand",
  where: {},
  ...part,
});

export const inForce = (part: Partial<Rule> = {}, version = 0, enabled = true): RuleInForce => ({
  rule: rule(part),
  version,
  origin: "built_in",
  enabled,
});

export const bookOf = (...rules: readonly RuleInForce[]): ReadonlyMap<string, RuleInForce> =>
  new Map(rules.map((one) => [one.rule.id, one]));

export const finding = (labels: Labels, part: Partial<Finding> = {}): Finding => ({
  ruleId: "temp-core",
  scope: "card",
  labels,
  severity: "P2",
  since: T0,
  cardIds: [1],
  nodeKey: "cloud/north/a/train/gpu-01",
  cluster: "train",
  region: "north",
  poolId: 7,
  values: { card: labels["card"] ?? "", value: 91 },
  evidence: [{ signal: "temperatureCelsius", value: 91, threshold: 87, at: T0, text: "" }],
  verdict: null,
  ...part,
});

type Sight = "clear" | "absent" | "left";
export const saw = (
  ruleId: string,
  findings: readonly Finding[],
  seen: Sight | ((labels: Labels) => Sight) = "clear",
  fault = "",
): RuleSaw => ({ ruleId, findings, seen: typeof seen === "function" ? seen : () => seen, fault });

/** A firing incident that nothing holds back. */
export const incident = (part: Partial<Incident> & { readonly labels: Labels }): Incident => {
  const { ruleId = "temp-core", labels } = part;
  return {
    ...finding(labels),
    id: 1,
    fingerprint: fingerprintOf(ruleId, labels),
    ruleId,
    ruleVersion: 0,
    phase: "firing",
    pendingAt: T0,
    observedMs: 0,
    seenAt: T0,
    firedAt: T0,
    clearSince: null,
    resolvedAt: null,
    because: "at_once",
    isHistoric: false,
    flaps: 0,
    isFlapping: false,
    suppressedBy: null,
    suppressor: "",
    isConfirmed: false,
    ackedBy: "",
    ackedAt: null,
    assignee: "",
    escalation: 0,
    ...part,
  };
};

export const byFingerprint = (some: readonly Incident[]): ReadonlyMap<string, Incident> =>
  new Map(some.map((one) => [one.fingerprint, one]));

export const route = (part: Partial<Route> = {}): Route => ({
  id: 1,
  position: 0,
  name: "all",
  where: {},
  severities: [],
  ruleIds: [],
  channelIds: [1],
  goesOn: false,
  groupWaitMs: 30 * SECOND_MS,
  groupIntervalMs: 5 * MINUTE_MS,
  repeatMs: 240 * MINUTE_MS,
  escalations: [],
  ...part,
});

export const channel = (id: number, sendsResolved = true): Pick<Channel, "id" | "enabled" | "sendsResolved"> => ({
  id,
  enabled: true,
  sendsResolved,
});

export const silence = (part: Partial<Silence> = {}): Silence => ({
  id: 12,
  kind: "silence",
  where: {},
  ruleIds: [],
  nodes: [],
  cards: [],
  fingerprint: "",
  from: T0,
  to: at(60 * MINUTE_MS),
  recurs: null,
  who: "lin",
  why: "replacing fans",
  endedAt: null,
  ...part,
});

/** What was said in a course, and when. */
export type Said = { readonly at: number; readonly reason: string; readonly firing: number; readonly resolved: number };

/** An engine of the pure parts alone: rounds follow each other, and what they leave is what the next ones find. */
export class Course {
  now: UnixMs = T0;
  open: ReadonlyMap<string, Incident> = new Map();
  rules: ReadonlyMap<string, RuleInForce>;
  silences: readonly Silence[] = [];
  routes: readonly Route[] = [route()];
  channels = [channel(1)];
  groups: readonly Group[] = [];
  readonly changes: IncidentChange[] = [];
  readonly said: Said[] = [];
  last: Speech | null = null;
  private recent: Advanced["recent"] = new Map();
  private leaving: ReadonlyMap<string, Incident> = new Map();
  private ids = 0;
  alerts: Alerts = REAL;

  constructor(...rules: readonly RuleInForce[]) {
    this.rules = bookOf(...rules);
  }

  /** One round `elapsedMs` after the one before. Returns what happened in it. */
  round(saws: readonly RuleSaw[], elapsedMs = ROUND_MS): readonly IncidentChange[] {
    this.now = unixMs(this.now + elapsedMs);
    return this.judge(saws, elapsedMs);
  }

  /** Rounds of 15 s over a time, all alike or each as `saws` answers for its number. */
  over(ms: number, saws: readonly RuleSaw[] | ((i: number) => readonly RuleSaw[])): readonly IncidentChange[] {
    const all: IncidentChange[] = [];
    for (let i = 0; i < ms / ROUND_MS; i += 1) all.push(...this.round(typeof saws === "function" ? saws(i) : saws));
    return all;
  }

  judge(saws: readonly RuleSaw[], elapsedMs: number): readonly IncidentChange[] {
    const { open, recent, rules, silences, now } = this;
    const next = this.alerts.advance({ open, recent, saws, rules, silences, now, elapsedMs });
    const leaving = new Map(this.leaving);
    for (const { next: one } of next.changes)
      if (one.phase === "resolved") leaving.set(one.fingerprint, { ...one, id: one.id || ++this.ids });
    this.open = new Map([...next.open].map(([key, one]) => [key, one.id === 0 ? { ...one, id: ++this.ids } : one]));
    for (const key of this.open.keys()) leaving.delete(key);
    this.leaving = leaving;
    this.recent = next.recent;
    this.changes.push(...next.changes);
    this.speak();
    return next.changes;
  }

  speak(): Speech {
    const incidents = [...this.open.values(), ...this.leaving.values()];
    const speech = this.alerts.speak({
      incidents,
      groups: this.groups,
      routes: this.routes,
      channels: this.channels,
      now: this.now,
    });
    const nameOf = ({ channelId, routeId, key }: Group) => `${channelId}/${routeId}/${key}`;
    const groups = new Map(this.groups.map((one) => [nameOf(one), one]));
    for (const one of speech.over) groups.delete(nameOf(one));
    for (const one of [...speech.born, ...speech.sayings.map(({ group }) => group)]) groups.set(nameOf(one), one);
    this.groups = [...groups.values()];
    const steps = new Map(speech.escalated.map(({ fingerprint, step }) => [fingerprint, step]));
    this.open = new Map(
      [...this.open].map(([key, one]) => [key, { ...one, escalation: steps.get(key) ?? one.escalation }]),
    );
    for (const { reason, firing, resolved } of speech.sayings)
      this.said.push({ at: this.now - T0, reason, firing: firing.length, resolved: resolved.length });
    this.last = speech;
    return speech;
  }

  /** As after a restart: what was in rows is there, what was in memory is not. */
  restart(): void {
    this.recent = new Map();
    this.open = new Map(structuredClone([...this.open]));
    this.groups = structuredClone(this.groups);
  }

  act(fingerprint: string, change: Partial<Incident>): void {
    const one = this.open.get(fingerprint);
    if (one === undefined) throw new Error(`nothing open under ${fingerprint}`);
    this.open = new Map([...this.open, [fingerprint, { ...one, ...change }]]);
  }

  one(): Incident {
    const [one] = this.open.values();
    if (one === undefined) throw new Error("nothing is open");
    return one;
  }
}

/** What happened, in words: "fired held_for". */
export const told = (changes: readonly IncidentChange[]): readonly string[] =>
  changes.flatMap(({ events }) => events.map(({ kind, because }) => `${kind} ${because}`.trim()));
