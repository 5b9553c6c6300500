import type { CounterSamples, CounterSeries } from "../../db/model/counter.ts";
import type { Window } from "../../db/model/time.ts";
import type { MatrixSink } from "../prometheus/matrix.ts";

type Known = { readonly name: string; readonly key: string; readonly target: string; readonly replica: string };
type Columns = { times: number[]; values: number[] };

/** Forget every series when so many were ever met: pods come and go, and each is a new one. */
const MOST_SERIES = 50_000;

/**
 * Every counter a Prometheus ever showed us, and the samples of the question under way. A series is known by its number
 * from one question to the next (collectors/prometheus/series-cache.ts), so the book lives as long as its client.
 */
export class CounterBook implements MatrixSink {
  private readonly replicaLabels: ReadonlySet<string>;
  private readonly known: Known[] = [];
  private readonly perName = new Map<string, number>();
  private samples = new Map<number, Columns>();
  private window: Window = { from: 0 as Window["from"], to: 0 as Window["to"] };

  constructor(replicaLabels: readonly string[]) {
    this.replicaLabels = new Set(replicaLabels);
  }

  /** How many series of a metric are known. */
  countOf(name: string): number {
    return this.perName.get(name) ?? 0;
  }

  /** Whether it is time to forget. The client's cache must forget with it. */
  get isFull(): boolean {
    return this.known.length > MOST_SERIES;
  }

  clear(): void {
    this.known.length = 0;
    this.perName.clear();
    this.samples.clear();
  }

  /** Begins a question about a window; samples outside of it are cut. */
  begin(window: Window): void {
    this.window = window;
    this.samples = new Map();
  }

  describe(name: string, labels: ReadonlyMap<string, string>): number {
    const own = [...labels].filter(([label]) => !this.replicaLabels.has(label)).sort(([a], [b]) => (a < b ? -1 : 1));
    const replica = [...this.replicaLabels].map((label) => labels.get(label) ?? "").join("\0");
    const target = JSON.stringify([labels.get("job") ?? "", labels.get("instance") ?? ""]);
    this.perName.set(name, this.countOf(name) + 1);
    return this.known.push({ name, key: JSON.stringify([name, own]), target, replica }) - 1;
  }

  take(ref: number, times: Float64Array, values: Float64Array, count: number): void {
    const { from, to } = this.window;
    let columns = this.samples.get(ref);
    for (let i = 0; i < count; i += 1) {
      const at = times[i]!;
      const value = values[i]!;
      if (at < from || at >= to || !(value >= 0) || value === Infinity) continue; // NaN says nothing, and no counter is below 0
      if (columns === undefined) this.samples.set(ref, (columns = { times: [], values: [] }));
      columns.times.push(at);
      columns.values.push(value);
    }
  }

  /** The counters of the question, each instant once. */
  series(): CounterSeries[] {
    const found = new Map<string, { key: string; target: string; replicas: Map<string, CounterSamples> }>();
    for (const [ref, columns] of this.samples) {
      const { key, target, replica } = this.known[ref]!; // numbers come from describe
      const series = found.get(key) ?? { key, target, replicas: new Map() };
      found.set(key, series);
      series.replicas.set(replica, inOrder(columns));
    }
    return [...found.values()];
  }
}

/** Samples may be handed over twice and in pieces (collectors/prometheus/splitter.ts). */
function inOrder({ times, values }: Columns): CounterSamples {
  let isOrdered = true;
  for (let i = 1; i < times.length && isOrdered; i += 1) isOrdered = times[i]! > times[i - 1]!;
  if (isOrdered) return { times, values };
  const rows = times.map((at, i) => ({ at, value: values[i]! })).sort((a, b) => a.at - b.at);
  const once = rows.filter(({ at }, i) => at !== rows[i - 1]?.at);
  return { times: once.map(({ at }) => at), values: once.map(({ value }) => value) };
}
