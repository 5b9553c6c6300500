import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { priceBookCsv } from "../usecases/pricing/price-book-csv.ts";
import { createPricing } from "../usecases/pricing/pricing-port.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

export type PriceListFlags = {
  readonly config: string;
  readonly search: string;
  readonly inForce: boolean;
};

/** `dapan price list`: the book as CSV on stdout, in the columns `dapan price import` reads. */
export async function priceList({ config: file, search, inForce }: PriceListFlags, parts: CliParts): Promise<number> {
  const { env, clock, say, print } = parts;
  const reading = loadConfig(file, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const { config } = reading;
  const db = await openConfigured(config, parts);
  try {
    const pricing = createPricing({ db, clock, config: () => config });
    const pieces = priceBookCsv(
      { clock, config: { current: () => config }, pricing },
      { at: null, knownAt: null, kind: "all", search, inForce },
    );
    for await (const piece of pieces) print(piece.replace(/^\uFEFF/, "").trimEnd()); // a terminal needs no mark
    return 0;
  } finally {
    await db.close();
  }
}
