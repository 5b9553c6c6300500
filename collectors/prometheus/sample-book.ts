import type { Window } from "../../db/model/time.ts";
import { doubled } from "./byte-table.ts";
import type { SeriesBook } from "./series-book.ts";

/** The number of a run: samples of one stored series, next to each other. See `ref`, `start` and `count` of the book. */
export type Run = number;

/**
 * The raw samples of one window, before they are told apart by target: two flat columns and the runs in them.
 * Instants are kept as milliseconds after the window's start (24 days fit).
 */
export class SampleBook {
  times = new Int32Array(1 << 16);
  values = new Float64Array(1 << 16);
  /** By run: the stored series, and where its samples are. Columns, for there are as many runs as series. */
  ref = new Int32Array(1 << 10);
  start = new Int32Array(1 << 10);
  count = new Int32Array(1 << 10);
  private runsUsed = 0;
  /** Samples from more than the allowed time ahead of our clock. */
  refusedFuture = 0;
  private used = 0;
  private window: Window = { from: 0 as Window["from"], to: 0 as Window["to"] };
  private latest = 0;

  get runs(): number {
    return this.runsUsed;
  }

  get samples(): number {
    return this.used;
  }

  get from(): number {
    return this.window.from;
  }

  /** Starts over for a half-open window; samples after `latest` (unix ms) are refused and counted. */
  begin(window: Window, latest: number): void {
    this.window = window;
    this.latest = latest;
    this.used = 0;
    this.refusedFuture = 0;
    this.runsUsed = 0;
  }

  /** Keeps what lies in the window. Servers cut it differently at its edges; here it is half-open. */
  take(ref: number, times: Float64Array, values: Float64Array, count: number): void {
    const { from, to } = this.window;
    while (this.used + count > this.times.length) this.grow();
    const start = this.used;
    for (let i = 0; i < count; i += 1) {
      const at = times[i]!;
      if (at < from || at >= to) continue;
      if (at > this.latest) {
        this.refusedFuture += 1;
        continue;
      }
      this.times[this.used] = at - from;
      this.values[this.used] = values[i]!;
      this.used += 1;
    }
    if (this.used > start) this.addRun(ref, start, this.used - start);
  }

  /** Runs from `first` on, by the index of their target. */
  byTarget(book: SeriesBook, first = 0): Run[][] {
    const targets: Run[][] = Array.from({ length: book.targets.length }, () => []);
    for (let run = first; run < this.runsUsed; run += 1) {
      targets[book.series[this.ref[run]!]!.set.target.index]!.push(run);
    }
    return targets;
  }

  /** Every instant the runs from `first` on speak at, in any order, in unix ms. */
  instants(first: Run): Set<number> {
    const instants = new Set<number>();
    const start = first < this.runsUsed ? this.start[first]! : this.used;
    for (let i = start; i < this.used; i += 1) instants.add(this.times[i]! + this.window.from);
    return instants;
  }

  private addRun(ref: number, start: number, count: number): void {
    if (this.runsUsed === this.ref.length) {
      this.ref = doubled(this.ref);
      this.start = doubled(this.start);
      this.count = doubled(this.count);
    }
    this.ref[this.runsUsed] = ref;
    this.start[this.runsUsed] = start;
    this.count[this.runsUsed] = count;
    this.runsUsed += 1;
  }

  private grow(): void {
    this.times = doubled(this.times);
    const values = new Float64Array(this.values.length * 2);
    values.set(this.values);
    this.values = values;
  }
}
