import { type Counter, type Histogram, metrics } from "@opentelemetry/api";
import type { Clock } from "../../../db/model/clock.ts";
import type { BookingProgress } from "../../../db/model/ledger-views.ts";
import type { Instruments as Process } from "../../telemetry/instruments.ts";
import { span } from "../../telemetry/span.ts";
import type { Booked } from "./book-hours.ts";

/** Why hours are worked out: a slot was closed, or something they rest on is another. */
export type LedgerStep = "slot" | "price" | "mapping";

type Instruments = {
  readonly seconds: Histogram; // label step
  readonly hours: Counter; // label step
  readonly differences: Counter; // label step
  readonly skipped: Counter;
  readonly stale: Counter;
};

let made: Instruments | null = null;

/** The ledger's counters, made at first use: by then the composition root has registered its provider. */
export function ledgerInstruments(): Instruments {
  made ??= make();
  return made;
}

function make(): Instruments {
  const meter = metrics.getMeter("dapan");
  const counter = (name: string, description: string) => meter.createCounter(name, { description });
  return {
    seconds: meter.createHistogram("dapan_ledger_booking_duration_seconds", {
      description: "Time to work out and write the lines of one commit, or of one piece of older hours; label step.",
      advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
    }),
    hours: counter("dapan_ledger_pool_hours_booked_total", "Hours of pools worked out; label step."),
    differences: counter("dapan_ledger_differences_total", "Lines of hours told before that changed; label step."),
    skipped: counter("dapan_ledger_pool_hours_skipped_total", "Hours of pools left out: their cards are not known."),
    stale: counter("dapan_ledger_stale_books_total", "Bookings done again because the price book moved meanwhile."),
  };
}

/** Runs one booking in a span, and counts what it did. */
export async function countedStep(step: LedgerStep, clock: Clock, work: () => Promise<Booked>): Promise<Booked> {
  const began = clock.monotonicMs();
  const { seconds, hours, differences, skipped } = ledgerInstruments();
  try {
    const booked = await span("ledger book", { step }, work);
    hours.add(booked.hours, { step });
    if (booked.differences > 0) differences.add(booked.differences, { step });
    if (booked.skipped.length > 0) skipped.add(booked.skipped.length);
    return booked;
  } finally {
    seconds.record((clock.monotonicMs() - began) / 1000, { step });
  }
}

/** How much of the past is still being booked anew, looked up when somebody asks. */
export function watchLedger({ gauge }: Pick<Process, "gauge">, ledger: { progress(): BookingProgress | null }): void {
  gauge("dapan_ledger_pending_pool_hours", "Older hours of pools still to be worked out anew.", (say) => {
    const progress = ledger.progress();
    say(progress === null ? 0 : progress.of - progress.done);
  });
}
