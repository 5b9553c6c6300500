import { type UnixMs, unixMs } from "../../db/model/units.ts";
import type { Run, SampleBook } from "./sample-book.ts";
import type { SeriesBook } from "./series-book.ts";

/** One sample of `up` of one replica. */
type UpSample = { readonly at: number; readonly up: boolean; readonly replica: string };

/**
 * When a target stopped being readable: the first `up` of 0 after it was readable, or at all. With replicas, only when no
 * other replica reads it. Ascending.
 *
 * @param runs of `up` of this target
 */
export function targetSilences(runs: readonly Run[], samples: SampleBook, book: SeriesBook, reachMs: number): UnixMs[] {
  const ups = upSamples(runs, samples, book);
  // A replica not heard yet in this window may well read the target: silence needs the word of all of them.
  const latest = new Map(ups.map(({ replica }) => [replica, { at: samples.from, up: true, replica }]));
  const moments: UnixMs[] = [];
  let isDown = false;
  for (const sample of ups) {
    latest.set(sample.replica, sample);
    const isReadable = [...latest.values()].some((s) => s.up && sample.at - s.at <= reachMs);
    if (!isReadable && !isDown) moments.push(unixMs(sample.at));
    isDown = !isReadable;
  }
  return moments;
}

function upSamples(runs: readonly Run[], samples: SampleBook, book: SeriesBook): UpSample[] {
  const ups: UpSample[] = [];
  for (const run of runs) {
    const replica = book.replica[samples.ref[run]!]!;
    const start = samples.start[run]!;
    for (let i = start; i < start + samples.count[run]!; i += 1) {
      ups.push({ at: samples.from + samples.times[i]!, up: samples.values[i]! > 0, replica });
    }
  }
  return ups.sort((a, b) => a.at - b.at || (a.replica < b.replica ? -1 : 1));
}

/**
 * Stretches in which nobody scraped at all: no target has a sample of `up` in reach. Then Prometheus itself was down, for
 * every target alike. Half-open, in unix ms.
 *
 * @param instants of every sample of `up` of any target, in any order
 */
export function unscraped(
  instants: Iterable<number>,
  window: { readonly from: number; readonly to: number },
  reachMs: number,
): { readonly from: number; readonly to: number }[] {
  const holes: { from: number; to: number }[] = [];
  let covered = window.from + reachMs; // a scrape just before the window would still cover so much
  for (const at of [...new Set(instants)].toSorted((a, b) => a - b)) {
    if (at > covered) holes.push({ from: covered, to: at });
    covered = Math.max(covered, at + reachMs);
  }
  if (covered < window.to) holes.push({ from: covered, to: window.to });
  return holes;
}
