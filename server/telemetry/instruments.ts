import type { Attributes, Counter, Histogram, Meter } from "@opentelemetry/api";

/** Seconds, from a parse in memory to a query that gave up. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * What the API and the process measure about themselves, in Prometheus naming: base units, `_total` for counters.
 * Ingest, scraping and jobs make theirs from the registered provider. All are listed in docs/operations.md.
 */
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
    configReloads: counter("dapan_config_reloads_total", "Reloads of the configuration; label result."),
    errors: counter("dapan_internal_errors_total", "Errors that were masked for the caller."),
    gauge,
    total,
  };
}
