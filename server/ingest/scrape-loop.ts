import { CollectError, type Fetcher, type GetAnswer } from "../../collectors/collector.ts";
import type { Clock, Timer } from "../../db/model/clock.ts";
import type { UnixMs } from "../../db/model/units.ts";
import type { ScrapeJob, ScrapeSink } from "./scrape-job.ts";
import { DEFAULT_LANES, type LaneLimits, ScrapeLanes } from "./scrape-lanes.ts";
import { phaseOf, waitForPhase } from "./scrape-phase.ts";
import { ScrapeTelemetry } from "./scrape-telemetry.ts";
import type { TargetHealth } from "./target-health.ts";

export type ScrapeLoopParts = {
  readonly clock: Clock;
  readonly fetcher: Fetcher;
  readonly sink: ScrapeSink;
  readonly health: TargetHealth;
  readonly lanes?: LaneLimits;
};

/** Text first: it is what the exporters of cards speak. OpenMetrics and anything else by way of courtesy. */
const ACCEPT = "text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1";
/** A target that hangs is given up before its next round, so that it is asked in every round. */
const MOST_OF_INTERVAL = 0.9;
/** Scrapes in flight may finish this long after a stop; the whole process has ten seconds. */
const DRAIN_MS = 3_000;

type Entry = {
  job: ScrapeJob;
  headers: Readonly<Record<string, string>>; // what is sent, remade only when the credentials change
  credentials: Readonly<Record<string, string>> | null;
  timer: Timer | null;
  dueAt: number; // monotonic ms
  busy: boolean; // queued or in flight
  suspect: boolean; // hung the last time
  gone: boolean;
};

/**
 * Reads every target once in its interval, at its own phase, all or nothing: either a whole body was taken in, or the
 * target is told silent. Never two scrapes of one target at a time. Dead targets do not delay the living
 * (scrape-lanes.ts). Targets can be replaced while it runs.
 */
export class ScrapeLoop {
  readonly #clock: Clock;
  readonly #fetcher: Fetcher;
  readonly #sink: ScrapeSink;
  readonly #health: TargetHealth;
  readonly #telemetry = new ScrapeTelemetry();
  readonly #entries = new Map<string, Entry>(); // by origin
  readonly #lanes: ScrapeLanes<Entry>;
  readonly #slowAfterMs: number;
  #pumpTimer: Timer | null = null;
  #running = false;
  #drained: (() => void) | null = null;
  #skipped = 0;

  constructor(parts: ScrapeLoopParts) {
    const limits = parts.lanes ?? DEFAULT_LANES;
    this.#clock = parts.clock;
    this.#fetcher = parts.fetcher;
    this.#sink = parts.sink;
    this.#health = parts.health;
    this.#lanes = new ScrapeLanes(limits);
    this.#slowAfterMs = limits.slowAfterMs;
  }

  /** Rounds left out because the scrape before had not ended. */
  get skipped(): number {
    return this.#skipped;
  }

  get inFlight(): number {
    return this.#lanes.inFlight;
  }

  start(): void {
    this.#running = true;
    for (const entry of this.#entries.values()) this.#schedule(entry);
  }

  /** Replaces the list. Of two jobs with one origin the first counts. Targets that stay keep their rhythm and connection. */
  setTargets(jobs: Iterable<ScrapeJob>): void {
    const listed = new Map<string, ScrapeJob>();
    for (const job of jobs) if (!listed.has(job.target.origin)) listed.set(job.target.origin, job);
    for (const [origin, entry] of this.#entries) if (!listed.has(origin)) this.#remove(origin, entry);
    for (const [origin, job] of listed) this.#put(origin, job);
  }

  /** Starts nothing more; resolves when what was in flight has ended or was given up, within three seconds. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#pumpTimer?.cancel();
    this.#lanes.clearQueues();
    for (const entry of this.#entries.values()) entry.timer?.cancel();
    if (this.#lanes.inFlight > 0) {
      const drained = new Promise<void>((resolve) => (this.#drained = resolve));
      const limit = this.#clock.after(DRAIN_MS, () => this.#drained?.());
      await drained;
      limit.cancel();
    }
    for (const [origin, entry] of this.#entries) {
      entry.gone = true; // what still comes is nobody's
      if (entry.busy) this.#fetcher.forget(origin);
    }
  }

  #put(origin: string, job: ScrapeJob): void {
    this.#health.track(job);
    const known = this.#entries.get(origin);
    if (known) {
      const rhythm = known.job.intervalMs;
      known.job = job;
      known.credentials = null;
      if (rhythm !== job.intervalMs && this.#running) this.#schedule(known);
      return;
    }
    const entry: Entry = {
      job,
      headers: {},
      credentials: null,
      timer: null,
      dueAt: 0,
      busy: false,
      suspect: false,
      gone: false,
    };
    this.#entries.set(origin, entry);
    if (this.#running) this.#schedule(entry);
  }

  #remove(origin: string, entry: Entry): void {
    entry.gone = true;
    entry.timer?.cancel();
    this.#entries.delete(origin);
    this.#fetcher.forget(origin);
    this.#health.drop(origin);
    this.#sink.onRemoved?.(entry.job, this.#clock.now());
  }

  /** Sets the first round of a rhythm, by the wall clock; from there on only the monotonic clock counts. */
  #schedule(entry: Entry): void {
    entry.timer?.cancel();
    const { intervalMs, target } = entry.job;
    const wait = waitForPhase(this.#clock.now(), phaseOf(target.origin, intervalMs), intervalMs);
    entry.dueAt = this.#clock.monotonicMs() + wait;
    entry.timer = this.#clock.after(wait, () => this.#round(entry));
  }

  #round(entry: Entry): void {
    if (!this.#running || entry.gone) return;
    const now = this.#clock.monotonicMs();
    const { intervalMs } = entry.job;
    const missed = Math.max(0, Math.floor((now - entry.dueAt) / intervalMs)); // the machine slept, or the loop was blocked
    this.#skipped += missed;
    entry.dueAt += (missed + 1) * intervalMs;
    entry.timer = this.#clock.after(entry.dueAt - now, () => this.#round(entry));
    if (entry.busy) {
      this.#skipped++;
      return;
    }
    entry.busy = true;
    this.#lanes.enqueue(entry);
    this.#pump();
  }

  #pump(): void {
    if (!this.#running) return;
    const now = this.#clock.monotonicMs();
    for (let entry = this.#lanes.next(now); entry; entry = this.#lanes.next(now)) {
      if (entry.gone) this.#lanes.finish(entry);
      else void this.#scrape(entry);
    }
    this.#pumpTimer?.cancel();
    const moveAt = this.#lanes.nextMoveAt();
    this.#pumpTimer = moveAt === null ? null : this.#clock.after(Math.max(1, moveAt - now), () => this.#pump());
  }

  async #scrape(entry: Entry): Promise<void> {
    const { job } = entry;
    const at = this.#clock.now();
    const startedAt = this.#clock.monotonicMs();
    const span = this.#telemetry.start(job);
    const lasted = (): number => this.#clock.monotonicMs() - startedAt;
    let answer: GetAnswer | null = null;
    try {
      answer = await this.#fetcher.get(job.target.origin, this.#requestOf(entry));
      if (entry.gone) {
        span.end();
        return;
      }
      const receivedAt = this.#clock.now();
      const found = await this.#sink.onBody(job, answer, at);
      this.#health.succeeded(job, at, receivedAt, lasted(), answer, found);
      this.#telemetry.succeeded(span, lasted(), found);
      entry.suspect = false;
    } catch (cause) {
      const error = asCollectError(cause, job);
      entry.suspect = lasted() > this.#slowAfterMs && HANGS.has(error.fault);
      this.#telemetry.failed(span, lasted(), error);
      if (!entry.gone && this.#running) this.#tellSilent(job, at, lasted(), error); // stopping says nothing about a target
    } finally {
      answer?.release?.();
      this.#finished(entry);
    }
  }

  #tellSilent(job: ScrapeJob, at: UnixMs, durationMs: number, error: CollectError): void {
    this.#health.failed(job, at, durationMs, error);
    try {
      this.#sink.onSilence(job, at, error);
    } catch (bug) {
      this.#health.failed(job, at, durationMs, asCollectError(bug, job)); // ours, but the other targets must go on
    }
  }

  #finished(entry: Entry): void {
    entry.busy = false;
    this.#lanes.finish(entry);
    if (this.#lanes.inFlight === 0) this.#drained?.();
    this.#pump();
  }

  #requestOf(entry: Entry): Parameters<Fetcher["get"]>[1] {
    const { job } = entry;
    const deadlineMs = Math.min(job.timeoutMs, job.intervalMs * MOST_OF_INTERVAL);
    const credentials = job.headers();
    if (credentials !== entry.credentials) {
      entry.credentials = credentials;
      const timeout = String(deadlineMs / 1000);
      entry.headers = { accept: ACCEPT, "x-prometheus-scrape-timeout-seconds": timeout, ...credentials };
    }
    return {
      url: job.target.url,
      headers: entry.headers,
      deadlineMs,
      maxBytes: job.maxBodyBytes,
      ...(job.caFile === null ? {} : { caFile: job.caFile }),
    };
  }
}

/** Faults of a target that does not answer, as opposed to one that answers badly. */
const HANGS: ReadonlySet<string> = new Set(["timeout", "connect", "dns"]);

/** A parser that throws something else has a bug; it is told as the target's fault, and the loop goes on. */
function asCollectError(error: unknown, job: ScrapeJob): CollectError {
  if (error instanceof CollectError) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new CollectError("malformed", `${job.target.origin}: could not be taken in: ${words}`, { cause: error });
}
