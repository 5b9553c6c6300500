import type { Silence } from "../../../db/model/channel.ts";
import type { Finding, Incident, IncidentChange } from "../../../db/model/incident.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Folded, RuleSaw } from "../health/round.ts";
import { findingsByFingerprint, isLate } from "./findings.ts";
import { checked } from "./flapping.ts";
import { waitingFor } from "./guarded.ts";
import { foldedOf, foundIn, shed, TOGETHER_AGAIN_FROM } from "./shed.ts";
import { begin, close, type Pass, type Seen, step, type StepResult } from "./step.ts";
import { suppressions } from "./suppression.ts";
import { MOST_OPEN, OPEN_AGAIN_FROM, RULE_WIDE, SYSTEM_RULES, systemSaws } from "./system-rules.ts";

export type AdvanceInput = {
  readonly open: ReadonlyMap<string, Incident>; // by fingerprint
  /** As the round before answered; left out after a start. */
  readonly recent?: RecentLives;
  /** What the rules that were evaluated in this round saw; incidents of other rules stay as they are. */
  readonly saws: readonly RuleSaw[];
  readonly rules: ReadonlyMap<string, RuleInForce>; // every rule there is: what is of none of them ends
  readonly silences: readonly Silence[];
  readonly now: UnixMs;
  readonly elapsedMs: number; // since the round before, by the monotonic clock
};

/** How findings that are not open came and went, by fingerprint: bits of flapping.ts. Forgotten after 20 quiet rounds. */
export type RecentLives = ReadonlyMap<string, number>;

export type Advanced = {
  readonly open: ReadonlyMap<string, Incident>;
  readonly recent: RecentLives;
  /** Those something happened to, new ones with id 0, in the order of fingerprints. */
  readonly changes: readonly IncidentChange[];
};

/**
 * One round of all incidents: what the rules saw turns into what is open, and why each that changed did. Pure; the order in
 * which rules and findings are handed in changes nothing, and the same round twice is as good as once. The rule lab
 * replays the past with it.
 */
export function advance(input: AdvanceInput): Advanced {
  const { now, elapsedMs } = input;
  const round = new RuleRound(input);
  const lives = round.judgeAll();
  const suppressed = suppressions(
    lives.map(({ next }) => next).filter(({ phase }) => phase !== "resolved"),
    round.rules,
    input.silences,
    now,
  );
  const open = new Map<string, Incident>();
  const changes: IncidentChange[] = [];
  for (const life of lives) {
    const held = suppressed.get(life.next.fingerprint);
    const next = held?.next ?? life.next;
    const events = held === undefined || held.event === null ? life.events : [...life.events, held.event];
    if (next.phase !== "resolved") open.set(next.fingerprint, next);
    if (events.length > 0) changes.push({ next, events });
  }
  changes.sort((a, b) => (a.next.fingerprint < b.next.fingerprint ? -1 : 1));
  return { open, changes, recent: recentOf(input.recent ?? new Map(), open, changes, elapsedMs) };
}

/** A round as the rules go through it, one after the other. */
class RuleRound {
  readonly rules: ReadonlyMap<string, RuleInForce>;
  private readonly pass: Pass;
  private readonly saws: ReadonlyMap<string, RuleSaw>;
  private readonly recent: RecentLives;
  private readonly open: AdvanceInput["open"];
  private readonly openOf = new Map<string, Incident[]>(); // by rule
  private readonly isFolded = new Set<string>(); // rules told as too wide before this round
  private readonly isStorm: boolean; // rules that are folded stay so
  private readonly wide = new Map<string, Folded>();

  constructor({ open, recent, saws, rules, now, elapsedMs }: AdvanceInput) {
    this.rules = new Map([...rules, ...SYSTEM_RULES.map((one) => [one.rule.id, one] as const)]);
    this.saws = new Map(shed(saws).map((saw) => [saw.ruleId, saw]));
    this.isStorm = foundIn(saws) > TOGETHER_AGAIN_FROM;
    this.pass = { now, elapsedMs };
    this.recent = recent ?? new Map();
    this.open = open;
    for (const one of open.values()) {
      const others = this.openOf.get(one.ruleId);
      if (others === undefined) this.openOf.set(one.ruleId, [one]);
      else others.push(one);
      if (one.ruleId === RULE_WIDE.id) this.isFolded.add(one.labels["rule"] ?? "");
    }
  }

  /** Every incident after the round, resolved ones too, with what happened to it. */
  judgeAll(): readonly StepResult[] {
    const system = new Set(SYSTEM_RULES.map(({ rule }) => rule.id));
    const ids = new Set([...this.openOf.keys(), ...this.saws.keys()].filter((id) => !system.has(id)));
    const lives = [...ids].flatMap((id) => this.judge(id, this.saws.get(id)));
    const saws = [...this.saws.values()];
    const about = systemSaws({
      inForce: new Set([...this.rules.values()].flatMap(({ rule, enabled }) => (enabled ? [rule.id] : []))),
      judged: new Set(saws.map(({ ruleId }) => ruleId)),
      faulty: new Map(saws.flatMap(({ ruleId, fault }) => (fault === "" ? [] : [[ruleId, fault] as const]))),
      wide: this.wide,
    });
    return [...lives, ...about.flatMap((saw) => this.judge(saw.ruleId, saw))];
  }

  private judge(ruleId: string, saw: RuleSaw | undefined): readonly StepResult[] {
    const { now } = this.pass;
    const open = this.openOf.get(ruleId) ?? [];
    const inForce = this.rules.get(ruleId);
    if (inForce === undefined || !inForce.enabled) return open.map((one) => close(one, "rule_disabled", now));
    if (saw === undefined || saw.fault !== "") return open.map((one) => ({ next: one, events: [] }));
    return this.fold(saw, open) ?? this.carryOn(saw, inForce, open);
  }

  private carryOn(saw: RuleSaw, inForce: RuleInForce, open: readonly Incident[]): readonly StepResult[] {
    const found = findingsByFingerprint(saw.findings);
    const lives: StepResult[] = [];
    let known = 0;
    for (const one of open) {
      const finding = found.get(one.fingerprint);
      if (finding !== undefined) known += 1;
      lives.push(this.carry(one, saw, inForce, finding));
    }
    if (known < found.size)
      for (const [fingerprint, finding] of found)
        if (!this.open.has(fingerprint)) lives.push(this.begin(fingerprint, finding, inForce));
    const isTooWide =
      lives.length > MOST_OPEN && lives.filter(({ next }) => next.phase !== "resolved").length > MOST_OPEN;
    return (isTooWide ? this.foldNow(saw, open) : null) ?? lives;
  }

  private begin(fingerprint: string, finding: Finding, inForce: RuleInForce): StepResult {
    const past = { flaps: this.recent.get(fingerprint) ?? 0, isLate: isLate(finding, inForce.rule, this.pass.now) };
    return begin(finding, fingerprint, waitingFor(inForce, finding), this.pass, past);
  }

  /** A new version takes over what it finds too. The rest was found by a rule that is no more. */
  private carry(one: Incident, saw: RuleSaw, inForce: RuleInForce, finding: Finding | undefined): StepResult {
    const { now } = this.pass;
    if (finding === undefined && one.ruleVersion !== inForce.version) return close(one, "rule_changed", now);
    const seen: Seen =
      finding === undefined
        ? { kind: saw.seen(one.labels) }
        : { kind: "breach", finding, isLate: isLate(finding, inForce.rule, now) };
    return step(one, seen, waitingFor(inForce, one), this.pass);
  }

  /** Of a rule that finds too much one thing is said instead. null = it does not. */
  private fold(saw: RuleSaw, open: readonly Incident[]): readonly StepResult[] | null {
    const { ruleId, findings, folded } = saw;
    if (this.isFolded.has(ruleId)) {
      const isStillWide = folded !== undefined || findings.length > OPEN_AGAIN_FROM || this.isStorm;
      if (isStillWide) this.wide.set(ruleId, folded ?? foldedOf(findings));
      return open.map((one) => close(one, "too_wide", this.pass.now));
    }
    // Twice as many cannot all be the same thing told by two sources: no need to look at each.
    return folded !== undefined || findings.length > 2 * MOST_OPEN ? this.foldNow(saw, open) : null;
  }

  private foldNow({ ruleId, findings, folded }: RuleSaw, open: readonly Incident[]): readonly StepResult[] | null {
    if (SYSTEM_RULES.some(({ rule }) => rule.id === ruleId)) return null;
    this.wide.set(ruleId, folded ?? foldedOf(findings));
    return open.map((one) => close(one, "too_wide", this.pass.now));
  }
}

/** What is remembered of findings that are not open: each quiet round is one more check of them. */
function recentOf(
  before: RecentLives,
  open: ReadonlyMap<string, Incident>,
  changes: readonly IncidentChange[],
  elapsedMs: number,
): RecentLives {
  const recent = new Map<string, number>();
  for (const [fingerprint, flaps] of before) {
    const after = elapsedMs === 0 ? flaps : checked(flaps, false);
    if (after !== 0 && !open.has(fingerprint)) recent.set(fingerprint, after);
  }
  for (const { next } of changes)
    if (next.phase === "resolved" && next.flaps !== 0) recent.set(next.fingerprint, next.flaps);
  return recent;
}
