import {
  type Counter,
  type Histogram,
  metrics,
  type Span,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { CollectError } from "../../collectors/collector.ts";
import type { ScrapeJob, ScrapeYield } from "./scrape-job.ts";

type Instruments = {
  readonly tracer: Tracer;
  readonly duration: Histogram;
  readonly samples: Counter;
  readonly failures: Counter;
};

/**
 * Spans and counters of scraping. Instruments are made at first use, after the composition root registered its
 * providers; without any, all of this is a handful of empty calls.
 */
export class ScrapeTelemetry {
  #made: Instruments | null = null;

  start(job: ScrapeJob): Span {
    const span = this.#instruments().tracer.startSpan("scrape");
    if (span.isRecording()) {
      span.setAttribute("dapan.source", job.source).setAttribute("url.full", shownOrigin(job));
    }
    return span;
  }

  succeeded(span: Span, durationMs: number, found: ScrapeYield): void {
    const { duration, samples } = this.#instruments();
    duration.record(durationMs / 1000);
    samples.add(found.samples);
    span.end();
  }

  failed(span: Span, durationMs: number, error: CollectError): void {
    const { duration, failures } = this.#instruments();
    duration.record(durationMs / 1000);
    failures.add(1, { fault: error.fault });
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.fault });
    span.recordException(error);
    span.end();
  }

  #instruments(): Instruments {
    if (this.#made) return this.#made;
    const meter = metrics.getMeter("dapan");
    this.#made = {
      tracer: trace.getTracer("dapan"),
      duration: meter.createHistogram("dapan_scrape_duration_seconds", {
        description: "Time from the start of a scrape to its parsed end",
        unit: "s",
        advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
      }),
      samples: meter.createCounter("dapan_scrape_samples_total", { description: "Samples of bodies taken in" }),
      failures: meter.createCounter("dapan_scrape_failures_total", { description: "Scrapes that brought nothing" }),
    };
    return this.#made;
  }
}

const shownOrigin = ({ target }: ScrapeJob): string => `${target.url.origin}${target.url.pathname}`;
