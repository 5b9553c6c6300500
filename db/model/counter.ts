/** What a Prometheus stored of one counter, as it was scraped: facts, not yet judged. */

/** Samples of one counter by one scraper. Instants ascend and are unix ms; what was no number is left out. */
export type CounterSamples = { readonly times: readonly number[]; readonly values: readonly number[] };

/** One counter: a name with its labels, replica labels left out. */
export type CounterSeries = {
  readonly key: string; // name and labels: equal keys are one counter
  readonly target: string; // what was scraped: counters of one target are read in one go
  readonly replicas: ReadonlyMap<string, CounterSamples>; // by the replica labels of an HA pair; "" where there are none
};

/** The counters a source is about, by what they count for. */
export type CounterReading = {
  readonly good: readonly CounterSeries[];
  readonly failed: readonly CounterSeries[];
  readonly minus: readonly CounterSeries[];
};
