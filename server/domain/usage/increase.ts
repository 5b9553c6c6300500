import type { CounterReading, CounterSamples, CounterSeries } from "../../../db/model/counter.ts";
import { divideHalfEven, MICRO, type Micro } from "../../../db/model/money.ts";
import { HOUR_MS, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { oneScraper, SILENT_MS } from "./replicas.ts";
import { silentIn, type Silence } from "./silence.ts";

/**
 * What a counter grew while it was not read is counted in the hour it is read again, if it was away for no longer than
 * this: so hours add up to what the counter did. After more, how much of it belongs to which day is anybody's guess, and
 * it is left out.
 */
export const BRIDGE_MS = 2 * HOUR_MS;

/** What a source counted in one UTC hour. */
export type CountedHour = {
  readonly at: UnixMs;
  readonly okMicro: Micro | null; // 1e-6 units; null = not one sample fell into the hour: missing
  readonly failedMicro: Micro | null; // null = not counted, or missing
  readonly coveredMs: number; // of the hour, the time in which no counter was silent for more than five minutes
};

export type CountRules = {
  readonly unitsPerCount: Micro; // 1_000_000 = a unit a count
  readonly countsFailed: boolean;
};

/**
 * What counters grew in each UTC hour of a window, from raw samples.
 *
 * - A growth belongs to the hour of the later of its two samples; an hour begins with its first instant and ends before
 *   the next. The sample before an hour is its base, so `reading` reaches BRIDGE_MS back before the window.
 * - A smaller value is a counter that began anew: all of it is growth. Growth is never negative.
 * - A counter's first sample is where it begins, not growth, unless it appears beside counters of the same target that
 *   were read before and go on (a label that is met for the first time): then it began at 0.
 * - Good less minus, hour by hour, and never below 0. Failed and minus counters that are not there count 0: exporters
 *   make them when the first failure happens.
 * - An hour in which no good counter has a sample is missing (null). An hour in which all are silent for more than five
 *   minutes, or one is that speaks before and after, is covered in part.
 *
 * @param reading samples of `[window.from − BRIDGE_MS, window.to)`, whole hours
 * @throws RangeError when the window is not of whole hours
 */
export function countHours(reading: CounterReading, window: Window, rules: CountRules): CountedHour[] {
  if (window.from % HOUR_MS !== 0 || window.to % HOUR_MS !== 0)
    throw new RangeError(`hours from ${window.from} to ${window.to}: not whole hours`);
  const lives = livesOf(reading);
  const good = gather(lives.good, lives.siblings);
  const failed = gather(lives.failed, lives.siblings);
  const minus = gather(lives.minus, lives.siblings);
  const silences = silencesOf(lives.good, window);
  const units = (counts: Micro): Micro => divideHalfEven(counts * rules.unitsPerCount, MICRO);
  const hours: CountedHour[] = [];
  for (let at = window.from as number; at < window.to; at += HOUR_MS) {
    const hour = { from: unixMs(at), to: unixMs(at + HOUR_MS) };
    if (!good.spoke.has(at)) {
      hours.push({ at: hour.from, okMicro: null, failedMicro: null, coveredMs: 0 });
      continue;
    }
    const ok = (good.grown.get(at) ?? 0n) - (minus.grown.get(at) ?? 0n);
    hours.push({
      at: hour.from,
      okMicro: ok > 0n ? units(ok) : 0n,
      failedMicro: rules.countsFailed ? units(failed.grown.get(at) ?? 0n) : null,
      coveredMs: HOUR_MS - silentIn(silences, hour),
    });
  }
  return hours;
}

/** A counter with its samples as one scraper has them. */
type Life = { readonly series: CounterSeries; readonly samples: CounterSamples };
type Lives = { good: Life[]; failed: Life[]; minus: Life[]; siblings: ReadonlyMap<string, readonly Life[]> };

function livesOf(reading: CounterReading): Lives {
  const known = new Map<string, Life>();
  const lifeOf = (series: CounterSeries): Life => {
    const life = known.get(series.key) ?? { series, samples: oneScraper(series) };
    known.set(series.key, life);
    return life;
  };
  const unique = (all: readonly CounterSeries[]): Life[] => [...new Set(all.map(lifeOf))];
  const [good, failed, minus] = [unique(reading.good), unique(reading.failed), unique(reading.minus)];
  const siblings = new Map<string, Life[]>();
  for (const life of known.values()) {
    const own = siblings.get(life.series.target);
    if (own === undefined) siblings.set(life.series.target, [life]);
    else own.push(life);
  }
  return { good, failed, minus, siblings };
}

/** Growth in micro-counts by the start of the hour, and the hours in which anything spoke. */
type Gathered = { readonly grown: Map<number, Micro>; readonly spoke: Set<number> };

function gather(lives: readonly Life[], siblings: Lives["siblings"]): Gathered {
  const gathered: Gathered = { grown: new Map(), spoke: new Set() };
  for (const { series, samples } of lives)
    addGrowth(samples, gathered, (at) => isBornBeside(siblings.get(series.target) ?? [], at));
  return gathered;
}

const hourOfMs = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

/**
 * Adds what one counter grew. Values are turned into whole micro-counts at the ends of a run only, F(end) − F(start), so
 * that runs add up exactly however many samples lie between, and a quarter of a million samples cost no bigints.
 */
function addGrowth({ times, values }: CounterSamples, { grown, spoke }: Gathered, isBorn: (at: number) => boolean) {
  let [hour, start, end] = [Number.NaN, 0, 0]; // the run: its hour, and the counter at its two ends
  const flush = (): void => {
    if (end !== start) grown.set(hour, (grown.get(hour) ?? 0n) + microCounts(end) - microCounts(start));
  };
  let previous = -Infinity;
  for (const [i, at] of times.entries()) {
    const value = values[i]!;
    const isApart = at - previous > BRIDGE_MS; // the first one is, too
    const base = isApart ? (isBorn(at) ? 0 : value) : value < end ? 0 : end;
    const own = hourOfMs(at);
    if (own !== hour || base !== end) {
      flush();
      [hour, start] = [own, base];
      spoke.add(own);
    }
    end = value;
    previous = at;
  }
  flush();
}

/** Whole 1e-6 counts: a non-decreasing function of the counter, so differences add up. */
export function microCounts(value: number): Micro {
  const whole = Math.floor(value);
  return BigInt(whole) * MICRO + BigInt(Math.floor((value - whole) * 1e6));
}

/**
 * Whether a counter that is first met at `at` began there: another counter of its target was read in the five minutes
 * before and goes on. Where all of a target's counters are new, the target may be a process that ran for months before it
 * was scraped, and where one ends as another begins its labels were changed: their first values are no growth.
 */
function isBornBeside(siblings: readonly Life[], at: number): boolean {
  let goesOn = false;
  for (const { samples } of siblings) {
    const next = firstFrom(samples.times, at);
    const before = samples.times[next - 1] ?? -Infinity;
    const after = samples.times[next] ?? Infinity;
    if (at - before > SILENT_MS) continue;
    if (after - at > SILENT_MS) return false;
    goesOn = true;
  }
  return goesOn;
}

/** The place of the first instant not before `at`. */
function firstFrom(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** When good counters were not read: each that came back, and all of them together. May overlap. */
function silencesOf(good: readonly Life[], window: Window): readonly Silence[] {
  const silences: Silence[] = [];
  let common: Silence[] = [{ from: window.from - BRIDGE_MS, to: window.to }];
  for (const { samples } of good) {
    for (let i = 1; i < samples.times.length; i += 1) {
      const [from, to] = [samples.times[i - 1]!, samples.times[i]!];
      if (to - from > SILENT_MS && to - from <= BRIDGE_MS) silences.push({ from, to });
    }
    common = common.flatMap((silence) => brokenBy(samples.times, silence));
  }
  return [...silences, ...common];
}

/** What is left of a silence, in pieces of more than five minutes, when somebody spoke in it. */
function brokenBy(times: readonly number[], { from, to }: Silence): Silence[] {
  const left: Silence[] = [];
  let last = from;
  for (let i = firstFrom(times, from); i <= times.length; i += 1) {
    const at = Math.min(times[i] ?? to, to);
    if (at - last > SILENT_MS) left.push({ from: last, to: at });
    last = at;
    if (at >= to) break;
  }
  return left;
}
