import { type Counter, type Histogram, metrics } from "@opentelemetry/api";
import type { Clock } from "../../db/model/clock.ts";
import { span } from "../telemetry/span.ts";

type Instruments = {
  readonly seconds: Histogram; // label step
  readonly journalBytes: Counter;
  readonly slots: Counter; // label source
  readonly dropped: Counter;
  readonly late: Counter;
  readonly failures: Counter;
};

let made: Instruments | null = null;

/** The ingest's counters, made at first use: by then the composition root has registered its provider. */
export function ingestInstruments(): Instruments {
  made ??= make();
  return made;
}

function make(): Instruments {
  const meter = metrics.getMeter("dapan");
  const counter = (name: string, description: string) => meter.createCounter(name, { description });
  return {
    seconds: meter.createHistogram("dapan_ingest_step_duration_seconds", {
      description: "Time to journal what came in, and to commit a slot; label step.",
      advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
    }),
    journalBytes: counter("dapan_ingest_journal_bytes_total", "Bytes written to the journal of open slots."),
    slots: counter("dapan_ingest_slots_committed_total", "Slots committed; label source."),
    dropped: counter("dapan_ingest_reports_dropped_total", "Reports dropped because the database was away too long."),
    late: counter("dapan_ingest_reports_late_total", "Reports for slots that were closed already, or repeated."),
    failures: counter("dapan_ingest_failures_total", "Ingest steps that failed and were tried again."),
  };
}

/** Runs one step of ingest in a span, and takes its time. */
export async function timedStep<T>(step: "journal" | "commit", clock: Clock, work: () => Promise<T>): Promise<T> {
  const began = clock.monotonicMs();
  try {
    return await span(`ingest ${step}`, {}, work);
  } finally {
    ingestInstruments().seconds.record((clock.monotonicMs() - began) / 1000, { step });
  }
}
