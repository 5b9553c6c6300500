import type { CollectError, GetAnswer } from "../../collectors/collector.ts";
import type { CollectFault } from "../../db/model/coverage.ts";
import type { UnixMs } from "../../db/model/units.ts";
import type { SourceKind, SourceView, TargetView } from "../../db/model/views.ts";
import { shownUrl } from "../egress/shown-url.ts";
import type { ScrapeJob, ScrapeYield } from "./scrape-job.ts";

/** Beyond this the target's clock and ours disagree enough to mislead whoever compares their logs (pitfalls.md SCR-10). */
export const SKEW_FLAG_MS = 30_000;
const MOST_ERROR_CHARS = 512;

export const isSkewed = (skewMs: number | null): boolean => skewMs !== null && Math.abs(skewMs) > SKEW_FLAG_MS;

/**
 * How far the target's clock is ahead of ours, in ms; null when its Date header is missing or unreadable. The header has
 * whole seconds, cut off: half a second is added, so the answer is right within ± 0.5 s and the way it took.
 */
export function clockSkew(dateHeader: string, receivedAt: UnixMs): number | null {
  const said = dateHeader.endsWith("GMT") ? Date.parse(dateHeader) : NaN;
  return Number.isNaN(said) ? null : said + 500 - receivedAt;
}

/** Where a source is configured to look, for the sources page. */
export type SourceEntry = { readonly name: string; readonly kind: SourceKind; readonly address: string };

type Health = { readonly view: { -readonly [K in keyof TargetView]: TargetView[K] }; intervalMs: number };
type Trouble = { readonly fault: CollectFault; readonly error: string; readonly at: number };

/** What we know of every target we read and of the sources they come from. */
export class TargetHealth {
  readonly #records = new Map<string, Health>(); // by origin
  readonly #discovery = new Map<string, Trouble | null>(); // by source

  /** A target is listed, or its settings changed. What was known of it stays. */
  track({ source, target, intervalMs }: ScrapeJob): void {
    const known = this.#records.get(target.origin);
    if (known) {
      known.view.source = source;
      known.intervalMs = intervalMs;
      return;
    }
    const view = { ...UNTRIED, source, origin: target.origin, address: shownUrl(target.url) };
    this.#records.set(target.origin, { view, intervalMs });
  }

  drop(origin: string): void {
    this.#records.delete(origin);
  }

  succeeded(
    job: ScrapeJob,
    at: UnixMs,
    receivedAt: UnixMs,
    durationMs: number,
    answer: GetAnswer,
    found: ScrapeYield,
  ): void {
    const record = this.#records.get(job.target.origin)?.view;
    if (!record) return;
    record.up = true;
    record.lastAttemptAt = at;
    record.lastSuccessAt = at;
    record.durationMs = durationMs;
    record.samples = found.samples;
    record.bytes = answer.body.length;
    record.cards = found.cards;
    record.duplicateSeries = found.duplicateSeries;
    record.refusedValues = found.refusedValues;
    record.clockSkewMs = clockSkew(answer.dateHeader, receivedAt);
  }

  /** The figures of the last body go: they would pass for this scrape's. The skew stays, it is about the machine. */
  failed(job: ScrapeJob, at: UnixMs, durationMs: number, error: CollectError): void {
    const record = this.#records.get(job.target.origin)?.view;
    if (!record) return;
    record.up = false;
    record.lastAttemptAt = at;
    record.durationMs = durationMs;
    record.samples = null;
    record.bytes = null;
    record.cards = 0;
    record.duplicateSeries = 0;
    record.refusedValues = 0;
    record.fault = error.fault;
    record.error = error.message.slice(0, MOST_ERROR_CHARS);
    record.errorAt = at;
  }

  /** What discovery ran into at its newest look; null = that look was good. */
  discovered(source: string, error: CollectError | null, at: UnixMs): void {
    const trouble = error && { fault: error.fault, error: error.message.slice(0, MOST_ERROR_CHARS), at };
    this.#discovery.set(source, trouble);
  }

  /** By source, then origin. `fault` and `error` are the last ones, also when the target is up again. */
  targets(): readonly TargetView[] {
    const views = [...this.#records.values()].map(({ view }): TargetView => ({ ...view }));
    return views.sort((a, b) => compare(a.source, b.source) || compare(a.origin, b.origin));
  }

  /** One line for each source that is scraped, in the order given. */
  sources(entries: readonly SourceEntry[]): readonly SourceView[] {
    const bySource = new Map<string, Health[]>(entries.map((e) => [e.name, []]));
    for (const record of this.#records.values()) bySource.get(record.view.source)?.push(record);
    return entries.map((entry) => this.#sourceView(entry, bySource.get(entry.name) ?? []));
  }

  #sourceView(entry: SourceEntry, records: readonly Health[]): SourceView {
    const views = records.map((r) => r.view);
    const trouble = this.#discovery.get(entry.name) ?? newestTrouble(views);
    return {
      ...entry,
      targetsUp: views.filter((v) => v.up === true).length,
      targetsTotal: views.length,
      cards: views.reduce((sum, v) => sum + v.cards, 0),
      lastSuccessAt: views.reduce<number | null>((last, v) => later(last, v.lastSuccessAt), null),
      samplesPerSecond: samplesPerSecond(records),
      clockSkewMs: views.reduce<number | null>((worst, v) => further(worst, v.clockSkewMs), null),
      lastFault: trouble?.fault ?? null,
      lastError: trouble?.error ?? "",
      lastErrorAt: trouble?.at ?? null,
      backlogSlots: null,
    };
  }
}

const UNTRIED = {
  up: null,
  lastAttemptAt: null,
  lastSuccessAt: null,
  durationMs: null,
  samples: null,
  bytes: null,
  cards: 0,
  duplicateSeries: 0,
  refusedValues: 0,
  clockSkewMs: null,
  fault: null,
  error: "",
  errorAt: null,
} as const;

/** What is wrong now goes before what was wrong once; among equals the newest. */
function newestTrouble(views: readonly TargetView[]): Trouble | null {
  let newest: Trouble | null = null;
  let newestIsDown = false;
  for (const { up, fault, error, errorAt } of views) {
    if (fault === null || errorAt === null) continue;
    const down = up === false;
    const wins = newest === null || (down === newestIsDown ? errorAt > newest.at : down);
    if (!wins) continue;
    newest = { fault, error, at: errorAt };
    newestIsDown = down;
  }
  return newest;
}

/** At the pace they are read, over the targets whose last scrape was good; null when there are none. */
function samplesPerSecond(records: readonly Health[]): number | null {
  let sum: number | null = null;
  for (const { view, intervalMs } of records) {
    if (view.samples !== null) sum = (sum ?? 0) + (view.samples / intervalMs) * 1000;
  }
  return sum;
}

const later = (a: number | null, b: number | null): number | null => (a === null || (b !== null && b > a) ? b : a);
const further = (a: number | null, b: number | null): number | null =>
  a === null || (b !== null && Math.abs(b) > Math.abs(a)) ? b : a;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
