import type { CounterSeries } from "../../db/model/counter.ts";

/**
 * What counters grew, told in the slowest and plainest way: sample by sample, whole numbers only, one scraper. Agrees
 * with server/domain/usage/increase.ts by the same sentences, never by the same code.
 */
const HOUR = 3_600_000;
const SILENT = 300_000;
const BRIDGE = 2 * HOUR;

type Sample = { readonly at: number; readonly value: number };
const samplesOf = (series: CounterSeries): Sample[] => {
  const [only] = [...series.replicas.values()];
  return (only?.times ?? []).map((at, i) => ({ at, value: only!.values[i]! }));
};

/** Growth of each sample over the one before it. */
export function growthOf(series: CounterSeries, all: readonly CounterSeries[]): { at: number; grown: number }[] {
  const samples = samplesOf(series);
  return samples.map(({ at, value }, i) => {
    const before = samples[i - 1];
    if (before !== undefined && at - before.at <= BRIDGE)
      return { at, grown: value >= before.value ? value - before.value : value };
    const siblings = all.filter(({ target, key }) => target === series.target && key !== series.key).map(samplesOf);
    const own = before !== undefined && at - before.at <= SILENT; // never: it would have been bridged
    const spokeBefore = siblings.filter((s) => s.some((x) => x.at < at && at - x.at <= SILENT));
    const goesOn = spokeBefore.filter((s) => {
      const next = s.find((x) => x.at >= at);
      return next !== undefined && next.at - at <= SILENT;
    });
    const isBorn = !own && spokeBefore.length > 0 && goesOn.length === spokeBefore.length;
    return { at, grown: isBorn ? value : 0 };
  });
}

/** Growth in one hour; null = no sample fell into it. */
export function grownIn(
  counters: readonly CounterSeries[],
  all: readonly CounterSeries[],
  hour: number,
): number | null {
  const inHour = counters.flatMap((series) => growthOf(series, all)).filter(({ at }) => at >= hour && at < hour + HOUR);
  return inHour.length === 0 ? null : inHour.reduce((sum, { grown }) => sum + grown, 0);
}

/** Milliseconds of an hour in which no counter was silent, counted second by second (samples stand on whole seconds). */
export function coveredIn(counters: readonly CounterSeries[], hour: number, from: number, to: number): number {
  const lives = counters.map(samplesOf);
  const everything = [...new Set(lives.flat().map(({ at }) => at))].sort((a, b) => a - b);
  let covered = 0;
  for (let at = hour; at < hour + HOUR; at += 1_000) {
    const last = everything.findLast((x) => x <= at) ?? from - BRIDGE;
    const next = everything.find((x) => x > at) ?? to;
    const allSilent = next - last > SILENT;
    const oneSilent = lives.some((samples) => {
      const before = samples.findLast((x) => x.at <= at);
      const after = samples.find((x) => x.at > at);
      if (before === undefined || after === undefined) return false;
      return after.at - before.at > SILENT && after.at - before.at <= BRIDGE;
    });
    if (!allSilent && !oneSilent) covered += 1_000;
  }
  return covered;
}
