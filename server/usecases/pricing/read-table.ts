import { type BenchmarkListReading, readBenchmarkList } from "../../../collectors/price-lists/benchmark-list.ts";
import type { ListOptions } from "../../../collectors/price-lists/offer.ts";
import { type PriceListReading, readPriceList } from "../../../collectors/price-lists/price-list.ts";
import { readRateList, type RateListReading } from "../../../collectors/price-lists/rate-list.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { ImportKind } from "../../../db/model/imports.ts";

/** A file as its reader understands it. */
export type TableReading =
  | { readonly kind: "prices"; readonly reading: PriceListReading }
  | { readonly kind: "benchmarks"; readonly reading: BenchmarkListReading }
  | { readonly kind: "rates"; readonly reading: RateListReading };

/** Work between two breaths: others of this process wait no longer. */
const WORK_MS = 20;

/**
 * Reads a file of a kind. Long price lists are read in pieces, so that scrapes and pages go on meanwhile.
 * @param onRows rows read so far
 */
export async function readTable(
  kind: ImportKind,
  bytes: Uint8Array,
  options: ListOptions,
  clock: Clock,
  onRows: (rows: number) => void = () => undefined,
): Promise<TableReading> {
  if (kind === "benchmarks") return { kind, reading: readBenchmarkList(bytes, options.aliases) };
  if (kind === "rates") return { kind, reading: readRateList(bytes) };
  const steps = readPriceList(bytes, options);
  let since = clock.monotonicMs();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { kind, reading: step.value };
    onRows(step.value);
    if (clock.monotonicMs() - since < WORK_MS) continue;
    await clock.sleep(0);
    since = clock.monotonicMs();
  }
}
