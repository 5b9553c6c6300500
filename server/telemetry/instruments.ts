import type { Attributes, Counter, Histogram, Meter } from "@opentelemetry/api";

/** Seconds, from a parse in memory to a query that gave up. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is measured about ourselves, in Prometheus naming: base units, `_total` for counters. Listed in docs/operations.md. */
export type Instruments = ReturnType<typeof makeInstruments>;

/** A figure that is looked up when somebody asks: the callback tells a value for each set of labels. */
export type Observe = (
  name: string,
  about: string,
  tell: (say: (value: number, labels?: Attributes) => void) => void,
) => void;

export function makeInstruments(meter: Meter) {
  const counter = (name: string, description: string): Counter => meter.createCounter(name, { description });
  const seconds = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { description, advice: { explicitBucketBoundaries: SECONDS } });
  const gauge: Observe = (name, description, tell) =>
    meter.createObservableGauge(name, { description }).addCallback((result) => {
      tell((value, labels) => result.observe(value, labels));
    });
  const total: Observe = (name, description, tell) =>
    meter.createObservableCounter(name, { description }).addCallback((result) => {
      tell((value, labels) => result.observe(value, labels));
    });
  return {
    // labels: route, method, status
    httpRequests: counter("dapan_http_requests_total", "Requests answered."),
    httpSeconds: seconds("dapan_http_request_duration_seconds", "Time to answer a request; streams are left out."),
    liveReaders: meter.createUpDownCounter("dapan_live_readers", { description: "Open live streams." }),
    // labels: source, result (ok or a collect fault)
    scrapes: counter("dapan_scrapes_total", "Targets read, by source and result."),
    scrapeSeconds: seconds("dapan_scrape_duration_seconds", "Time to read and parse one target."),
    scrapeSamples: counter("dapan_scrape_samples_total", "Samples taken in from targets."),
    scrapeBytes: counter("dapan_scrape_bytes_total", "Uncompressed bytes read from targets."),
    // labels: source, result
    pulls: counter("dapan_pulls_total", "Prometheus queries, by source and result."),
    pullSeconds: seconds("dapan_pull_duration_seconds", "Time of one Prometheus query."),
    slotCommits: counter("dapan_slot_commits_total", "Slots committed."),
    slotRows: counter("dapan_slot_rows_total", "Card slots written."),
    slotCommitSeconds: seconds("dapan_slot_commit_duration_seconds", "Time to commit one slot."),
    journalSeconds: seconds("dapan_journal_write_duration_seconds", "Time to write the open slots."),
    jobSeconds: seconds("dapan_job_duration_seconds", "Time of one run of a job; label job."),
    jobFailures: counter("dapan_job_failures_total", "Runs of a job that failed; label job."),
    configReloads: counter("dapan_config_reloads_total", "Reloads of the configuration; label result."),
    errors: counter("dapan_internal_errors_total", "Errors that were masked for the caller."),
    gauge,
    total,
  };
}
