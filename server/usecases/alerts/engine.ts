import type { Logger } from "pino";
import type { OutsideAlert } from "../../../collectors/alerts/outside-alert.ts";
import type { Database } from "../../../db/database.ts";
import type { EngineTrouble } from "../../../db/model/alert-views.ts";
import type { Channel, Route, Silence } from "../../../db/model/channel.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { Signal } from "../../../db/model/health.ts";
import type { Incident } from "../../../db/model/incident.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { readAlertGroups, type StoredGroup } from "../../../db/store/alert-groups.ts";
import {
  type IncidentToll,
  readLastLives,
  readOpenIncidents,
  type StoredIncident,
} from "../../../db/store/incidents.ts";
import { ServiceError } from "../../errors.ts";
import { signalsOf } from "../../domain/health/rule-fault.ts";
import type { Round, RuleSaw } from "../../domain/health/round.ts";
import type { RecentLives } from "../../domain/alerts/advance.ts";
import { seeGuarded } from "../../domain/alerts/guarded.ts";
import { isSaidFiring } from "../../domain/alerts/said.ts";
import type { EngineJudge, Spoken } from "./engine-judge.ts";
import type { Act, Engine } from "./engine-port.ts";
import { isWorthWriting, presenceEvents, type StepChange, type StepWriter } from "./engine-step.ts";
import { OUTSIDE_IN_FORCE, OUTSIDE_RULE, outsideSaw } from "./outside.ts";

/** How often everything is judged. Exporters say something new every 15 to 30 s. */
export const ROUND_MS = 15 * SECOND_MS;
/** A pause longer than this was not observed: it proves nothing and counts for nothing. */
const MOST_ELAPSED_MS = 2 * ROUND_MS;
/** Rules evaluated before others get a turn on the event loop. */
const RULES_AT_ONCE = 4;

export type EngineParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly judge: EngineJudge;
  readonly round: (rules: readonly RuleInForce[]) => Promise<Round>;
  readonly rules: () => readonly RuleInForce[];
  readonly silences: (now: UnixMs) => Promise<readonly Silence[]>;
  readonly routes: () => Promise<readonly Route[]>;
  readonly channels: () => Promise<readonly Channel[]>;
  readonly toll: (incident: Incident) => Promise<IncidentToll>;
  readonly write: StepWriter;
  /** Messages were left in the outbox. */
  readonly onMessages: () => void;
};

/**
 * Judges the fleet round by round and carries what comes of it. One thing at a time: rounds, acts of people, alerts of
 * others and messages that fall due all pass through the same turn. Memory changes only after the commit, so a step that
 * could not be written is simply judged again, from the rows: it may have been written, and only the answer lost.
 */
export class AlertEngine implements Engine {
  private readonly parts: EngineParts;
  private readonly listeners = new Set<() => void>();
  private readonly faults = new Map<string, string>();
  private readonly said = new Set<Signal>();
  private readonly stopping = new AbortController();
  private openOnes: ReadonlyMap<string, StoredIncident> = new Map();
  /** Resolved, and a group has yet to say so. */
  private leaving: ReadonlyMap<string, StoredIncident> = new Map();
  private groups: readonly StoredGroup[] = [];
  private recent: RecentLives = new Map();
  private turn: Promise<unknown> = Promise.resolve();
  private judgedAt: { readonly wall: UnixMs; readonly monotonicMs: number } | null = null;
  /** A write failed, and nobody knows whether it was carried out: rows tell. */
  private isUnsure = false;
  private troubleSince: { readonly kind: EngineTrouble["kind"]; readonly since: UnixMs } | null = null;
  private nextWordAt: UnixMs | null = null;
  private wake: (() => void) | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(parts: EngineParts) {
    this.parts = parts;
  }

  /** Takes up what the process before left open, or a write of ours of which nobody knows how it ended. */
  async load(): Promise<void> {
    const { db } = this.parts;
    const open = await readOpenIncidents(db);
    this.openOnes = new Map(open.map((one) => [one.fingerprint, one]));
    this.groups = await readAlertGroups(db);
    const owed = this.groups.flatMap(({ said }) => Object.keys(said).filter((key) => isSaidFiring(said[key])));
    const gone = [...new Set(owed)].filter((fingerprint) => !this.openOnes.has(fingerprint));
    this.leaving = new Map((await readLastLives(db, gone)).map((one) => [one.fingerprint, one]));
    this.isUnsure = false;
  }

  /** Begins to judge. */
  start(): void {
    this.running = this.run();
  }

  /** Ends after the step in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake?.();
    await this.running;
    await this.turn.catch(() => undefined);
  }

  open(): readonly StoredIncident[] {
    return [...this.openOnes.values()];
  }

  trouble(): EngineTrouble | null {
    const { clock } = this.parts;
    if (this.troubleSince !== null) return this.troubleSince;
    if (this.judgedAt === null) return { kind: "not_yet", since: null };
    const isStalled = clock.monotonicMs() - this.judgedAt.monotonicMs > MINUTE_MS;
    return isStalled ? { kind: "stalled", since: this.judgedAt.wall } : null;
  }

  faultOf(ruleId: string): string {
    return this.faults.get(ruleId) ?? "";
  }

  wasSaid(signal: Signal): boolean {
    return this.said.has(signal);
  }

  onChange(callback: () => void): () => void {
    this.listeners.add(callback);
    return () => this.listeners.delete(callback);
  }

  changed(): void {
    this.wake?.();
  }

  async act(id: number, change: Act): Promise<void> {
    await this.inTurn(async () => {
      const one = this.open().find((found) => found.id === id);
      if (one === undefined)
        throw new ServiceError("not_found", `incident ${id} is not open any more; reload the page to see how it ended`);
      const { next, events } = change(one, this.parts.clock.now());
      const open = new Map<string, Incident>(this.openOnes);
      if (next.phase === "resolved") open.delete(one.fingerprint);
      else open.set(one.fingerprint, next);
      await this.carry(open, [{ next, events }]);
    });
  }

  async takeOutside(alerts: readonly OutsideAlert[]): Promise<void> {
    await this.inTurn(() => this.step([this.outside(alerts)], 0, this.inForce()));
  }

  /** Judges everything now. Public for tests, which are their own clock. */
  async judge(): Promise<void> {
    await this.inTurn(async () => {
      const { clock, judge } = this.parts;
      const rules = this.parts.rules();
      const round = await this.parts.round(rules);
      let saws: readonly RuleSaw[] = [];
      for (const [i, inForce] of rules.entries()) {
        const { rule, enabled } = inForce;
        if (!enabled) continue;
        if (i % RULES_AT_ONCE === 0) await clock.sleep(0);
        const saw = seeGuarded((one, of) => judge.evaluate(one, of), inForce, round);
        if (saw.fault === "") this.faults.delete(rule.id);
        else this.faults.set(rule.id, saw.fault);
        saws = judge.shed([...saws, saw]);
      }
      const elapsed = this.judgedAt === null ? 0 : clock.monotonicMs() - this.judgedAt.monotonicMs;
      await this.step([...saws, this.outside([])], Math.min(elapsed, MOST_ELAPSED_MS), this.inForce());
      this.judgedAt = { wall: clock.now(), monotonicMs: clock.monotonicMs() };
    });
  }

  private async run(): Promise<void> {
    const { clock, log } = this.parts;
    let roundAt = clock.monotonicMs();
    while (!this.stopping.signal.aborted) {
      const isRound = clock.monotonicMs() >= roundAt;
      if (isRound) roundAt = clock.monotonicMs() + ROUND_MS;
      try {
        if (isRound) await this.judge();
        else if (this.nextWordAt !== null && this.nextWordAt <= clock.now())
          await this.inTurn(() => this.step([], 0, null));
        this.troubleSince = null;
      } catch (error) {
        this.troubleSince ??= { kind: "cannot_write", since: clock.now() };
        log.error({ err: error }, "a round of alerts could not be carried out; what it found is judged again");
      }
      await this.sleepUntil(roundAt);
    }
  }

  /** Until the next round, the next word that falls due, or somebody's change, whichever comes first. */
  private async sleepUntil(roundAt: number): Promise<void> {
    const { clock } = this.parts;
    const untilRound = roundAt - clock.monotonicMs();
    const untilWord = this.nextWordAt === null ? Infinity : this.nextWordAt - clock.now();
    const isStuck = this.troubleSince !== null; // a word that cannot be written is not tried a thousand times
    const waitMs = Math.max(isStuck ? SECOND_MS : 0, Math.min(untilRound, untilWord));
    const awake = new AbortController();
    this.wake = () => awake.abort();
    const signal = AbortSignal.any([awake.signal, this.stopping.signal]);
    await clock.sleep(waitMs, signal).catch(() => undefined);
    this.wake = null;
  }

  private inForce(): ReadonlyMap<string, RuleInForce> {
    return new Map([OUTSIDE_IN_FORCE, ...this.parts.rules()].map((one) => [one.rule.id, one]));
  }

  private outside(alerts: readonly OutsideAlert[]): RuleSaw {
    const { clock, judge } = this.parts;
    const keyOf = (labels: Incident["labels"]) => judge.fingerprintOf(OUTSIDE_RULE.id, labels);
    return outsideSaw(alerts, this.openOnes.values(), keyOf, clock.now());
  }

  /** @param rules null = nothing was judged: only words that fell due are said */
  private async step(
    saws: readonly RuleSaw[],
    elapsedMs: number,
    rules: ReadonlyMap<string, RuleInForce> | null,
  ): Promise<void> {
    const { clock, judge } = this.parts;
    if (rules === null) return await this.carry(this.openOnes, []);
    const now = clock.now();
    const silences = await this.parts.silences(now);
    const { recent } = this;
    const next = judge.advance({ open: this.openOnes, recent, saws, rules, silences, now, elapsedMs });
    await this.carry(next.open, next.changes);
    this.recent = next.recent;
  }

  /** Writes what changed and says what is due, in one transaction; then, and only then, it is so. */
  private async carry(
    open: ReadonlyMap<string, Incident>,
    changes: readonly { readonly next: Incident; readonly events: StepChange["events"] }[],
  ): Promise<void> {
    const { clock, judge } = this.parts;
    const now = clock.now();
    const told = await Promise.all(changes.map(async (one) => ({ ...one, next: await this.withToll(one.next) })));
    const byFingerprint = new Map(told.map((one) => [one.next.fingerprint, one.next]));
    const next = new Map<string, StoredIncident>();
    for (const [key, one] of open) next.set(key, byFingerprint.get(key) ?? { ...this.tollKept(key), ...one });
    const leaving = new Map(this.leaving);
    for (const { next: one } of told) if (one.phase === "resolved") leaving.set(one.fingerprint, one);
    for (const key of next.keys()) leaving.delete(key);

    const spoken = judge.speak({
      incidents: [...next.values(), ...leaving.values()],
      groups: this.groups,
      routes: await this.parts.routes(),
      channels: await this.parts.channels(),
      rules: this.inForce(),
      now,
    });
    const quiet = [...next.values()].filter(
      (one) =>
        one.id !== 0 && !byFingerprint.has(one.fingerprint) && isWorthWriting(this.openOnes.get(one.fingerprint), one),
    );
    await this.commit(now, told, quiet, next, leaving, spoken);
  }

  private async commit(
    now: UnixMs,
    changes: readonly StepChange[],
    quiet: readonly StoredIncident[],
    next: Map<string, StoredIncident>,
    leaving: Map<string, StoredIncident>,
    spoken: Spoken,
  ): Promise<void> {
    const { write } = this.parts;
    const isNews = changes.length > 0 || spoken.messages.length > 0 || spoken.escalated.length > 0;
    if (isNews || quiet.length > 0 || spoken.groups.length > 0 || spoken.over.length > 0) {
      this.isUnsure = true;
      const written = await write({
        now,
        changes,
        quiet,
        spoken,
        cardEvents: presenceEvents(changes, this.parts.rules()),
        known: new Map([...leaving, ...next].flatMap(([key, { id }]) => (id === 0 ? [] : [[key, id] as const]))),
      });
      this.isUnsure = false;
      for (const [key, one] of next) {
        const id = one.id || written.idOf(key);
        const step = spoken.escalated.find(({ fingerprint }) => fingerprint === key)?.step ?? one.escalation;
        next.set(key, { ...one, id, escalation: step });
      }
      for (const [key, one] of leaving) if (one.id === 0) leaving.set(key, { ...one, id: written.idOf(key) });
      this.groups = written.groups(this.groups);
    }
    const owed = new Set(this.groups.flatMap(({ said }) => Object.keys(said).filter((key) => isSaidFiring(said[key]))));
    for (const key of leaving.keys()) if (!owed.has(key)) leaving.delete(key);
    this.openOnes = next;
    this.leaving = leaving;
    this.nextWordAt = spoken.nextAt;
    if (spoken.messages.length > 0) this.parts.onMessages();
    if (isNews) for (const tell of this.listeners) tell();
  }

  private async withToll(one: Incident): Promise<StoredIncident> {
    const before = this.openOnes.get(one.fingerprint);
    const isSame = before !== undefined && String(before.cardIds) === String(one.cardIds) && before.phase === one.phase;
    return isSame || (before !== undefined && one.phase === "resolved")
      ? { ...this.tollKept(one.fingerprint), ...one }
      : { ...(await this.parts.toll(one)), ...one };
  }

  private tollKept(fingerprint: string): IncidentToll {
    const one = this.openOnes.get(fingerprint);
    return {
      costPerHourMicro: one?.costPerHourMicro ?? null,
      unpricedCards: one?.unpricedCards ?? 0,
      currency: one?.currency ?? "",
      holders: one?.holders ?? [],
      featureIds: one?.featureIds ?? [],
    };
  }

  /** Remembers what cards say: a rule whose signal nobody ever said can say nothing of anyone. */
  hears({ cards }: Pick<Round, "cards">): void {
    for (const { rule } of this.parts.rules())
      for (const signal of signalsOf(rule))
        if (!this.said.has(signal) && cards.level(signal).some((value) => !Number.isNaN(value))) this.said.add(signal);
  }

  private async inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.after(this.turn, work);
    this.turn = mine;
    await mine;
  }

  private async after(before: Promise<unknown>, work: () => Promise<void>): Promise<void> {
    await before.catch(() => undefined);
    if (this.isUnsure) await this.load();
    await work();
  }
}
