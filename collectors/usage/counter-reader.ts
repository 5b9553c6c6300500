import type { CounterReading, CounterSeries } from "../../db/model/counter.ts";
import type { PromqlUsage } from "../../db/model/feature.ts";
import type { Window } from "../../db/model/time.ts";
import type { ClientEffects, Endpoint } from "../prometheus/client.ts";
import { PrometheusClient } from "../prometheus/client.ts";
import { Splitter } from "../prometheus/splitter.ts";
import { CounterBook } from "./counter-book.ts";
import { counterSelector } from "./counter-selector.ts";

/** One Prometheus to read counters from. */
export type CounterEndpoint = Endpoint & {
  readonly intervalMs: number; // how often it scrapes
  readonly replicaLabels: readonly string[]; // of HA pairs: dropped before series are compared
};

export type CounterSelectors = Pick<PromqlUsage, "good" | "failed" | "minus">;

/** Reads raw samples of counters. One question after the other: they share what is known of the series. */
export class CounterReader {
  readonly client: PrometheusClient;
  private readonly book: CounterBook;
  private readonly splitter: Splitter;
  private busy: Promise<unknown> = Promise.resolve();

  constructor(endpoint: CounterEndpoint, effects: ClientEffects) {
    this.client = new PrometheusClient(endpoint, effects);
    this.book = new CounterBook(endpoint.replicaLabels);
    const hints = { countOf: (name: string) => this.book.countOf(name), intervalMs: endpoint.intervalMs };
    this.splitter = new Splitter(this.client, effects.clock, hints, "instance");
  }

  /**
   * Every sample in a half-open window of the counters a source is about.
   * @throws CollectError when any part is missing, or a selector cannot be read: a window is whole or it is nothing
   */
  async read(selectors: CounterSelectors, window: Window, signal: AbortSignal): Promise<CounterReading> {
    return this.alone(async () => {
      if (this.book.isFull) {
        this.client.cache.clear();
        this.book.clear();
      }
      const good = await this.ask(selectors.good, window, signal);
      const failed = await this.ask(selectors.failed, window, signal);
      return { good, failed, minus: await this.ask(selectors.minus, window, signal) };
    });
  }

  /** The counters any of the selectors takes, each once. */
  private async ask(selectors: readonly string[], window: Window, signal: AbortSignal): Promise<CounterSeries[]> {
    const found = new Map<string, CounterSeries>();
    for (const selector of selectors) {
      this.book.begin(window);
      await this.splitter.run([{ ...counterSelector(selector), window }], this.book, signal);
      for (const series of this.book.series()) found.set(series.key, series);
    }
    return [...found.values()];
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    const run = this.busy.then(work);
    this.busy = run.catch(() => undefined);
    return run;
  }
}
