import { CollectError } from "../../collectors/collector.ts";
import type { Pulled, PulledLive } from "../../collectors/prometheus/pull.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { CollectFault } from "../../db/model/coverage.ts";
import type { CardFrame, Report } from "../../db/model/frame.ts";
import { DAY_MS, SLOT_MS, shift, type Window } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { reportsHash } from "./prometheus-hash.ts";
import { QueryBudget, restAfter } from "./query-budget.ts";
import { type Plan, planSlots, type PlannedSlot, type SlotKnowledge } from "./prometheus-plan.ts";

/** What reads the Prometheus: collectors/prometheus/pull.ts, or a test's stand-in. */
export type SlotPuller = {
  pullWindow(window: Window, signal: AbortSignal): Promise<Pulled>;
  pullLive(signal: AbortSignal): Promise<PulledLive>;
  readonly client: {
    readonly clockSkewMs: number | null;
    readonly bytes: number;
    readonly askedMs: number; // how long questions took in all
    forget(): void;
  };
};

export type PrometheusSourceParts = {
  readonly name: string;
  readonly puller: SlotPuller;
  readonly clock: Clock;
  readonly lagMs: number;
  readonly backfillMs: number; // how far back a new source is read
  readonly liveEveryMs: number;
  /** What the ledger holds of this source in a window. */
  committedSlots(window: Window): Promise<readonly { readonly slot: UnixMs; readonly seq: number }[]>;
  /**
   * Resolves when the slot is in the database for good: that, and nothing else, moves the watermark. Answers committed
   * slots that must be read again, because cards turned out to be ours in them.
   */
  commitSlotFrames(source: string, slot: UnixMs, reports: readonly Report[], seq: number): Promise<readonly UnixMs[]>;
  /** Newest readings, for the live fleet only. */
  onLive(frames: readonly CardFrame[]): void;
};

/** How the source does, for the sources page. Null = not yet. */
export type PrometheusHealth = {
  readonly up: boolean | null; // the last attempt brought something
  readonly lastAttemptAt: UnixMs | null;
  readonly lastSuccessAt: UnixMs | null;
  readonly durationMs: number | null; // of the last slot read
  readonly samples: number | null; // in it
  readonly bytes: number; // read in all
  readonly targets: number; // seen in the last slot read
  readonly cards: number;
  readonly refusedFuture: number; // samples refused in all, their clock being more than 10 minutes ahead
  readonly revisions: number; // slots written again because late samples came
  readonly clockSkewMs: number | null;
  readonly backlogSlots: number;
  readonly fault: CollectFault | null; // null when the last attempt succeeded
  readonly error: string;
  readonly errorAt: UnixMs | null;
};

export type PrometheusSource = {
  health(): PrometheusHealth;
  /** Ends within 10 s: a slot that is being committed is committed, one that is being read is left for the next start. */
  stop(): Promise<void>;
};

const REREADS = 2;
/** However long we were away, this far back holes are filled: Prometheus keeps 15 days by default. */
const MOST_BACK_MS = 15 * DAY_MS;
const EMPTY_LOOKS = 3;
const SHORTEST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
const STOP_MS = 8_000;
/** Faults of the source as a whole: another slot would fail the same way. */
const SOURCE_FAULTS: ReadonlySet<CollectFault> = new Set([
  "refused_by_policy",
  "dns",
  "connect",
  "tls",
  "timeout",
  "http_status",
  "redirect",
  "bad_config",
]);

/** Reads one Prometheus slot by slot, and its newest readings in between, until stopped. */
export function startPrometheusSource(parts: PrometheusSourceParts): PrometheusSource {
  const runner = new Runner(parts);
  return { health: () => runner.health(), stop: () => runner.stop() };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class Runner {
  private readonly parts: PrometheusSourceParts;
  private readonly ending = new AbortController();
  private readonly loops: Promise<unknown>;
  private readonly slots = new Map<UnixMs, SlotKnowledge>();
  private readonly hashes = new Map<UnixMs, string>(); // of slots that may be read again
  private readonly empty = new Map<UnixMs, number>(); // slots that held nothing at all → how often looked at again
  private readonly notBefore = new Map<UnixMs, UnixMs>();
  private readonly failures = new Map<UnixMs, number>();
  private readonly state: Mutable<Omit<PrometheusHealth, "clockSkewMs" | "backlogSlots" | "bytes">> = {
    up: null,
    lastAttemptAt: null,
    lastSuccessAt: null,
    durationMs: null,
    samples: null,
    targets: 0,
    cards: 0,
    refusedFuture: 0,
    revisions: 0,
    fault: null,
    error: "",
    errorAt: null,
  };
  private earliest: UnixMs;
  private isLoaded = false;
  private readonly budget: QueryBudget;
  private sourceFailures = 0;

  constructor(parts: PrometheusSourceParts) {
    this.parts = parts;
    this.earliest = shift(parts.clock.now(), -parts.backfillMs);
    this.budget = new QueryBudget(parts.clock.monotonicMs());
    this.loops = Promise.all([this.readSlots(), this.readLive()]);
  }

  health(): PrometheusHealth {
    const { client } = this.parts.puller;
    return {
      ...this.state,
      clockSkewMs: client.clockSkewMs,
      bytes: client.bytes,
      backlogSlots: this.isLoaded ? this.plan().backlog : 0,
    };
  }

  async stop(): Promise<void> {
    this.ending.abort(new Error("stopping"));
    this.parts.puller.client.forget(); // ends questions in flight
    await Promise.race([this.loops, this.parts.clock.sleep(STOP_MS)]);
  }

  private async readSlots(): Promise<void> {
    const { clock } = this.parts;
    while (!this.ending.signal.aborted) {
      try {
        if (!this.isLoaded) await this.load();
        const rest = this.budget.waitMs(clock.monotonicMs(), this.parts.puller.client.askedMs);
        if (rest > 0) {
          await this.pause(rest);
          continue;
        }
        const plan = this.plan();
        const next = plan.next[0];
        if (next === undefined) await this.pause(Math.max(plan.wakeAt - this.theirNow(), 1_000));
        else await this.readSlot(next);
      } catch (error) {
        if (this.ending.signal.aborted) return;
        this.note(error);
        const wait = this.isSourceFault(error) ? waitAfter((this.sourceFailures += 1)) : 0;
        if (wait > 0) await this.pause(wait);
        else await clock.sleep(0);
      }
    }
  }

  /** What is committed already. Slots of an earlier process may have been read too early to be whole: look again. */
  private async load(): Promise<void> {
    const now = this.parts.clock.now();
    const known = await this.parts.committedSlots({ from: shift(now, -MOST_BACK_MS), to: now });
    const recent = now - this.parts.lagMs - (REREADS + 1) * SLOT_MS;
    for (const { slot, seq } of known) {
      this.slots.set(slot, { seq, rereads: slot >= recent ? 0 : REREADS });
      if (slot < this.earliest) this.earliest = slot; // a hole behind it is ours to fill, however old
    }
    this.isLoaded = true;
  }

  private plan(): Plan {
    return planSlots({
      now: this.theirNow(),
      lagMs: this.parts.lagMs,
      oldest: unixMs(Math.max(this.earliest, this.parts.clock.now() - MOST_BACK_MS)),
      slots: this.slots,
      rereads: REREADS,
      notBefore: this.notBefore,
    });
  }

  /** Where their clock is behind ours, the slot is not over until theirs says so. */
  private theirNow(): UnixMs {
    return shift(this.parts.clock.now(), Math.min(0, this.parts.puller.client.clockSkewMs ?? 0));
  }

  private async readSlot({ slot, isReread }: PlannedSlot): Promise<void> {
    const { clock, puller } = this.parts;
    const began = clock.monotonicMs();
    this.state.lastAttemptAt = clock.now();
    try {
      const window = { from: slot, to: shift(slot, SLOT_MS) };
      const pulled = await puller.pullWindow(window, this.ending.signal);
      this.ending.signal.throwIfAborted();
      await this.commit(slot, pulled, isReread);
      this.succeed(pulled, clock.monotonicMs() - began);
      this.failures.delete(slot);
      this.notBefore.delete(slot);
    } catch (error) {
      const failures = (this.failures.get(slot) ?? 0) + 1;
      this.failures.set(slot, failures);
      if (!this.isSourceFault(error)) this.notBefore.set(slot, shift(this.theirNow(), waitAfter(failures)));
      throw error;
    }
  }

  private async commit(slot: UnixMs, { reports, samples }: Pulled, isReread: boolean): Promise<void> {
    const known = this.slots.get(slot);
    const hash = await this.hash(reports);
    const isSame = isReread && this.hashes.get(slot) === hash;
    const seq = (known?.seq ?? 0) + 1;
    if (!isSame) {
      const again = await this.parts.commitSlotFrames(this.parts.name, slot, reports, seq);
      for (const at of again) this.readAgain(at);
      if (isReread && this.hashes.has(slot)) this.state.revisions += 1;
    }
    const age = Math.floor((this.theirNow() - this.parts.lagMs - slot) / SLOT_MS) - 1; // newer slots that are over
    const rereads = Math.min(REREADS, Math.max(age, 0)); // a reading now stands for all that were due
    this.slots.set(slot, { seq: isSame ? known!.seq : seq, rereads });
    this.hashes.set(slot, hash);
    this.noteEmpty(slot, samples);
    this.forgetOld();
  }

  private readAgain(slot: UnixMs): void {
    const known = this.slots.get(slot);
    if (known === undefined) return; // not read yet: it will be
    this.slots.set(slot, { ...known, rereads: REREADS - 1 });
    this.hashes.delete(slot);
  }

  private async hash(reports: readonly Report[]): Promise<string> {
    const walk = reportsHash(reports);
    let step = walk.next();
    for (; !step.done; step = walk.next()) await this.parts.clock.sleep(0);
    return step.value;
  }

  /**
   * Nothing at all in a slot may be an outage there, or samples still on their way (a remote write that catches up). When
   * samples come again the empty slots are looked at once more, a few times at most.
   */
  private noteEmpty(slot: UnixMs, samples: number): void {
    if (samples === 0) {
      if (!this.empty.has(slot)) this.empty.set(slot, 0);
      return;
    }
    this.empty.delete(slot);
    for (const [at, looks] of this.empty) {
      const known = this.slots.get(at);
      if (looks >= EMPTY_LOOKS || at > slot || known === undefined || known.rereads < REREADS) continue;
      this.slots.set(at, { ...known, rereads: REREADS - 1 });
      this.empty.set(at, looks + 1);
    }
  }

  /** What a slot came to matters for as long as it may be read again; that it was committed, for as far back as we look. */
  private forgetOld(): void {
    const oldest = this.theirNow() - MOST_BACK_MS;
    for (const slot of this.slots.keys()) if (slot < oldest) this.slots.delete(slot);
    for (const slot of this.empty.keys()) if (slot < oldest) this.empty.delete(slot);
    for (const slot of this.hashes.keys()) {
      const isDone = (this.slots.get(slot)?.rereads ?? REREADS) >= REREADS;
      if (isDone && !this.empty.has(slot)) this.hashes.delete(slot);
    }
  }

  private async readLive(): Promise<void> {
    const { clock, puller, liveEveryMs } = this.parts;
    while (!this.ending.signal.aborted) {
      const began = clock.monotonicMs();
      try {
        this.state.lastAttemptAt = clock.now();
        const { frames, missing } = await puller.pullLive(this.ending.signal);
        if (this.ending.signal.aborted) return;
        this.parts.onLive(frames);
        if (missing === null) this.wellAgain();
        else this.note(missing);
      } catch (error) {
        if (this.ending.signal.aborted) return;
        this.note(error);
      }
      await this.pause(Math.max(liveEveryMs, restAfter(clock.monotonicMs() - began)));
    }
  }

  private succeed({ reports, samples, refusedFuture }: Pulled, durationMs: number): void {
    const newest = new Map<string, CardFrame>();
    for (const report of reports) if (report.kind === "frame") newest.set(report.origin, report);
    const cards = new Set<string>();
    for (const frame of newest.values()) for (const { uuid } of frame.cards) cards.add(uuid);
    Object.assign(this.state, { durationMs, samples, targets: newest.size, cards: cards.size });
    this.state.refusedFuture += refusedFuture;
    this.wellAgain();
  }

  private wellAgain(): void {
    this.sourceFailures = 0;
    Object.assign(this.state, { up: true, lastSuccessAt: this.parts.clock.now(), fault: null, error: "" });
  }

  private note(error: unknown): void {
    const fault = error instanceof CollectError ? error.fault : null;
    const words = error instanceof Error ? error.message : String(error);
    const isOurs = fault === null; // the database, or a bug: not the source's doing, but its slots wait all the same
    Object.assign(this.state, {
      up: isOurs ? this.state.up : false,
      fault,
      error: words.slice(0, 512),
      errorAt: this.parts.clock.now(),
    });
  }

  private isSourceFault(error: unknown): boolean {
    return !(error instanceof CollectError) || SOURCE_FAULTS.has(error.fault);
  }

  private async pause(ms: number): Promise<void> {
    await this.parts.clock.sleep(ms, this.ending.signal).catch(() => undefined); // ends early when stopping
  }
}

/** 2 s, doubling to 30 s: a source that is back is read again at once, one that is away is not hammered. */
function waitAfter(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** Math.min(failures - 1, 10));
}
