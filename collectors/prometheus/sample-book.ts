import type { Window } from "../../db/model/time.ts";
import type { SeriesBook } from "./series-book.ts";

/** A run of samples of one stored series. */
export type Run = { readonly ref: number; readonly start: number; readonly count: number };

/**
 * The raw samples of one window, before they are told apart by target: two flat columns and the runs in them.
 * Instants are kept as milliseconds after the window's start (24 days fit).
 */
export class SampleBook {
  times = new Int32Array(1 << 16);
  values = new Float64Array(1 << 16);
  readonly runs: Run[] = [];
  /** Samples from more than the allowed time ahead of our clock. */
  refusedFuture = 0;
  private used = 0;
  private window: Window = { from: 0 as Window["from"], to: 0 as Window["to"] };
  private latest = 0;

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
    this.runs.length = 0;
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
    if (this.used > start) this.runs.push({ ref, start, count: this.used - start });
  }

  /** Runs by target, those of one series in the order of their replicas, whatever order answers came in. */
  byTarget(book: SeriesBook): Run[][] {
    const targets: Run[][] = Array.from({ length: book.targets.length }, () => []);
    for (const run of this.runs) targets[book.refs[run.ref]!.series.target.index]!.push(run);
    return targets;
  }

  private grow(): void {
    const times = new Int32Array(this.times.length * 2);
    times.set(this.times);
    this.times = times;
    const values = new Float64Array(this.values.length * 2);
    values.set(this.values);
    this.values = values;
  }
}
