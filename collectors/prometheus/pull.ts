import type { Clock } from "../../db/model/clock.ts";
import type { CardFrame, CardSighting, Report, Silence } from "../../db/model/frame.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, shift, type Window } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { CollectError } from "../collector.ts";
import { type ClientEffects, type Endpoint, PrometheusClient } from "./client.ts";
import type { CardExporters } from "./exporter.ts";
import type { RangeQuery } from "./query.ts";
import { SampleBook } from "./sample-book.ts";
import { oneOf, type Matcher } from "./selector.ts";
import { type PlaceOf, SeriesBook } from "./series-book.ts";
import { targetSilences, unscraped } from "./silences.ts";
import { Splitter } from "./splitter.ts";
import { TargetFrames } from "./target-frames.ts";

/** One Prometheus (or what speaks its API) to read cards from. */
export type PullSource = Endpoint & {
  /** Which series; [] = every series of the exporters we know. Several are united. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly intervalMs: number; // how often the exporters are scraped there
  readonly replicaLabels: readonly string[]; // of HA pairs: dropped before series are compared
  readonly placeOf: PlaceOf;
  readonly exporters: CardExporters;
};

/** What one window held. The reports cover `[from − reach, to)`: the newest before `from` still speak in it. */
export type Pulled = {
  readonly reports: readonly Report[];
  readonly samples: number;
  readonly refusedFuture: number; // samples from more than 10 minutes ahead of our clock
};

/** Newest readings; `missing` says why some may not be here. */
export type PulledLive = { readonly frames: readonly CardFrame[]; readonly missing: CollectError | null };

/** Names asked for in one question at most, so that the question itself stays short. */
const NAMES_PER_QUERY = 16;
/** Samples this far ahead of our clock are refused: their clock is wrong (facts/pitfalls.md, PUL-14). */
const MOST_AHEAD_MS = 10 * MINUTE_MS;
/** Readings of one scrape may be stamped up to this far apart; windows are read this much wider and cut by reading. */
const STAMP_MARGIN_MS = 2_000;
/** Rebuild our picture of the source when it remembers this many series more than twice those alive. */
const SPARE_SERIES = 20_000;
/** How far back the last reading before a hole is looked for, and in what steps. "ours". */
const LOOK_BACK_MS = HOUR_MS;
const LOOK_STEP_MS = 5 * MINUTE_MS;
/** So many targets are named in a question; for more, everybody is asked for. */
const MOST_NAMED = 100;
/** How often metrics of health that nobody has are looked for again: most places have none of them. "ours" */
const LOOK_FOR_HEALTH_MS = 10 * MINUTE_MS;
/** How long we work on frames before others get a turn. */
const TURN_MS = 8;

/** Reads cards out of one Prometheus. Keeps what it learned about series and sizes from window to window. */
export class PrometheusPuller {
  readonly client: PrometheusClient;
  private readonly source: PullSource;
  private readonly clock: Clock;
  private readonly book: SeriesBook;
  private readonly samples = new SampleBook();
  private readonly frames: TargetFrames;
  private readonly splitter: Splitter;
  private readonly reachMs: number;
  private busy: Promise<unknown> = Promise.resolve();
  private lookedForHealthAt = Number.NEGATIVE_INFINITY; // monotonic

  constructor(source: PullSource, effects: ClientEffects) {
    this.source = source;
    this.clock = effects.clock;
    this.reachMs = 2 * source.intervalMs;
    this.client = new PrometheusClient(source, effects);
    this.book = new SeriesBook(source.name, source.replicaLabels, source.placeOf);
    this.frames = new TargetFrames(source.exporters, this.reachMs);
    const hints = { countOf: (name: string) => this.book.countOf(name), intervalMs: source.intervalMs };
    this.splitter = new Splitter(this.client, effects.clock, hints, "instance");
  }

  /**
   * Every reading of every card in a half-open window, from raw samples, with the readings before it that still speak.
   * The same data gives the same reports, whenever and however often they are read.
   *
   * @throws CollectError when any part is missing: a window is whole or it is nothing
   */
  async pullWindow(window: Window, signal: AbortSignal): Promise<Pulled> {
    return this.alone(async () => {
      const from = window.from - this.reachMs;
      const wide = {
        from: unixMs(from - STAMP_MARGIN_MS),
        to: unixMs(window.to + STAMP_MARGIN_MS),
      };
      await this.gather(this.source.exporters.metrics, wide, signal);
      const silences = await this.gatherUp(wide, signal);
      const frames = (await this.makeFrames(signal)).filter((f) => f.at >= from && f.at < window.to);
      const { samples, refusedFuture } = this.samples;
      this.forgetTheDead();
      const earlier = await this.lastBefore(unixMs(from), lonelyOrigins(frames, window.from), signal);
      const later = silences.filter((r) => r.at >= from && r.at < window.to);
      return { reports: [...earlier, ...frames, ...later], samples, refusedFuture };
    });
  }

  /**
   * The newest reading of each target that still speaks now. For the live view only: nothing is stored from it. An answer
   * that is not whole is shown as far as it goes, and said to be so.
   */
  async pullLive(signal: AbortSignal): Promise<PulledLive> {
    return this.alone(async () => {
      const now = this.clock.now();
      let missing: CollectError | null = null;
      const metrics = [...this.source.exporters.liveMetrics, ...this.healthMetrics()];
      await this.gather(metrics, { from: unixMs(now - this.reachMs), to: now }, signal).catch((error: unknown) => {
        if (!(error instanceof CollectError) || error.fault !== "partial") throw error;
        missing = error;
      });
      const newest = new Map<string, CardFrame>();
      for (const frame of await this.makeFrames(signal)) newest.set(frame.origin, frame); // ascending per origin
      return { frames: [...newest.values()], missing };
    });
  }

  /** Those of health that are known to exist, and now and then all of them. */
  private healthMetrics(): readonly string[] {
    const { healthMetrics } = this.source.exporters;
    const now = this.clock.monotonicMs();
    if (now - this.lookedForHealthAt < LOOK_FOR_HEALTH_MS)
      return healthMetrics.filter((name) => this.book.countOf(name) > 0);
    this.lookedForHealthAt = now;
    return healthMetrics;
  }

  /**
   * The last frame before `end` of targets that came back from a hole: counters and fault codes are compared across it,
   * or what happened in the hole would never be seen. Further back than LOOK_BACK_MS is not looked.
   */
  private async lastBefore(end: UnixMs, origins: ReadonlySet<string>, signal: AbortSignal): Promise<CardFrame[]> {
    const found = new Map<string, CardFrame>();
    const lonely = this.book.targets.filter((target) => origins.has(target.origin));
    for (let to = end; to > end - LOOK_BACK_MS; to = shift(to, -LOOK_STEP_MS)) {
      const instances = lonely.filter(({ origin }) => !found.has(origin)).map(({ instance }) => instance);
      if (instances.length === 0) break;
      const narrow = instances.length <= MOST_NAMED ? [oneOf("instance", [...new Set(instances)].toSorted())] : [];
      await this.gather(this.source.exporters.metrics, { from: shift(to, -LOOK_STEP_MS), to }, signal, narrow);
      const newest = new Map<string, CardFrame>();
      for (const frame of await this.makeFrames(signal)) newest.set(frame.origin, frame);
      for (const [origin, frame] of newest) if (origins.has(origin) && !found.has(origin)) found.set(origin, frame);
    }
    return [...found.values()].toSorted((a, b) => (a.origin < b.origin ? -1 : 1));
  }

  /** One window at a time: they share the columns of samples. */
  private async alone<T>(work: () => Promise<T>): Promise<T> {
    const run = this.busy.then(work);
    this.busy = run.catch(() => undefined);
    return run;
  }

  private async gather(
    metrics: readonly string[],
    window: Window,
    signal: AbortSignal,
    narrow: readonly Matcher[] = [],
  ): Promise<void> {
    this.client.cache.beginRound();
    this.samples.begin(window, this.clock.now() + MOST_AHEAD_MS);
    const questions = this.questions(metrics, window).map((q) => ({ ...q, matchers: [...q.matchers, ...narrow] }));
    await this.splitter.run(questions, this.sink, signal);
  }

  private readonly sink = {
    describe: (name: string, labels: ReadonlyMap<string, string>) => this.book.describe(name, labels),
    take: (ref: number, times: Float64Array, values: Float64Array, count: number) =>
      this.samples.take(ref, times, values, count),
  };

  /** Metrics that exist are packed by themselves; the many that do not share questions that cost next to nothing. */
  private questions(metrics: readonly string[], window: Window): RangeQuery[] {
    const selectors = this.source.selectors.length === 0 ? [[]] : this.source.selectors;
    const known = metrics.filter((name) => this.book.countOf(name) > 0);
    const unknown = metrics.filter((name) => this.book.countOf(name) === 0);
    const groups = [...chunks(known, NAMES_PER_QUERY), ...chunks(unknown, NAMES_PER_QUERY)];
    return selectors.flatMap((matchers) => groups.map((names) => ({ names, matchers, window })));
  }

  private async gatherUp(window: Window, signal: AbortSignal): Promise<Silence[]> {
    const jobs = await this.jobs(window);
    if (jobs.length === 0) return [];
    const selectors = this.source.selectors.length === 0 ? [[]] : this.source.selectors;
    const queries = selectors.map((matchers) => ({
      names: ["up"],
      matchers: [...matchers.filter((m) => m.name !== "__name__"), oneOf("job", jobs)],
      window,
    }));
    const first = this.samples.runs;
    await this.splitter.run(queries, this.sink, signal);
    return this.silences(window, first);
  }

  /** Jobs whose targets carry cards. Before the first card was seen, those of the day before are asked for. */
  private async jobs(window: Window): Promise<string[]> {
    const known = this.book.jobs();
    if (known.length > 0) return known;
    const day = { from: unixMs(window.to - DAY_MS), to: window.to };
    const asked = this.questions(this.source.exporters.liveMetrics, day).map((q) => this.client.labelValues("job", q));
    return [...new Set((await Promise.all(asked)).flat())].filter((job) => job !== "").toSorted();
  }

  private silences(window: Window, firstRun: number): Silence[] {
    const { samples, book } = this;
    const said: Silence[] = [];
    samples.byTarget(book, firstRun).forEach((runs, index) => {
      if (runs.length === 0) return;
      const moments = targetSilences(runs, samples, book, this.reachMs);
      if (moments.length === 0) return;
      for (const { origin } of book.silencedWith(book.targets[index]!)) {
        for (const at of moments) said.push({ kind: "silence", origin, at, cause: "source_down" });
      }
    });
    const knowsUp = this.book.targets.some((target) => target.up.length > 0);
    if (!knowsUp) return inOrder(said); // nothing here ever wrote `up`: its absence says nothing
    const carriers = this.book.targets.filter((target) => target.series.length > 0);
    for (const hole of unscraped(samples.instants(firstRun), window, this.reachMs)) {
      for (const { origin } of carriers) {
        said.push({ kind: "silence", origin, at: unixMs(hole.from), cause: "source_down" });
      }
    }
    return inOrder(said);
  }

  private async makeFrames(signal: AbortSignal): Promise<CardFrame[]> {
    const frames: CardFrame[] = [];
    const byTarget = this.samples.byTarget(this.book);
    const jobOf = new Map<string, string>();
    let turn = this.clock.monotonicMs();
    for (const target of this.book.targets.toSorted((a, b) => (a.origin < b.origin ? -1 : 1))) {
      this.frames.make(target, byTarget[target.index]!, this.samples, this.book, frames);
      jobOf.set(target.origin, target.job);
      if (this.clock.monotonicMs() - turn < TURN_MS) continue;
      await this.clock.sleep(0);
      signal.throwIfAborted();
      turn = this.clock.monotonicMs();
    }
    return nameNobody(frames, jobOf);
  }

  private forgetTheDead(): void {
    const { cache } = this.client;
    if (cache.metInRound === 0 || cache.size <= 2 * cache.metInRound + SPARE_SERIES) return; // an empty hour is no churn
    cache.clear();
    this.book.clear();
  }
}

/**
 * An exporter whose cards are all idle prints no pod label at all, which looks like one that does not map pods. The others
 * of its job tell: if they name pods, nobody holds these. Decided from this window alone, so it comes out the same always.
 */
function nameNobody(frames: readonly CardFrame[], jobOf: ReadonlyMap<string, string>): CardFrame[] {
  const namesPods = new Set<string>();
  for (const { cards, origin } of frames) if (cards[0]?.holders) namesPods.add(jobOf.get(origin)!);
  return frames.map((frame) => {
    const isUnsaid = frame.cards[0]?.holders === null && namesPods.has(jobOf.get(frame.origin)!);
    return isUnsaid ? { ...frame, cards: heldByNobody(frame.cards) } : frame;
  });
}

const nobody = new WeakMap<readonly CardSighting[], readonly CardSighting[]>();
function heldByNobody(cards: readonly CardSighting[]): readonly CardSighting[] {
  let free = nobody.get(cards);
  if (free === undefined) nobody.set(cards, (free = cards.map((card) => ({ ...card, holders: [] }))));
  return free;
}

/** The same order whatever order answers came in. */
const inOrder = (silences: Silence[]): Silence[] =>
  silences.sort((a, b) => (a.origin === b.origin ? a.at - b.at : a.origin < b.origin ? -1 : 1));

/** Origins whose first frame has none before `start` to be compared with. Frames ascend within an origin. */
function lonelyOrigins(frames: readonly CardFrame[], start: number): ReadonlySet<string> {
  const seen = new Set<string>();
  const lonely = new Set<string>();
  for (const { origin, at } of frames) {
    if (seen.has(origin)) continue;
    seen.add(origin);
    if (at >= start) lonely.add(origin);
  }
  return lonely;
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
