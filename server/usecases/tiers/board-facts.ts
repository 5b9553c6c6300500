import type { Database } from "../../../db/database.ts";
import type { Currency } from "../../../db/model/money.ts";
import { DAY_MS, hourOf, shift } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { readBenchmarks } from "../../../db/store/benchmarks.ts";
import { readPools } from "../../../db/store/registry.ts";
import { readOverridesAt, readPoolHealth, readStandingPools } from "../../../db/store/tiers.ts";
import type { PoolPrice, PricingPort } from "../../context.ts";
import type { BoardFacts, PriceFact } from "../../domain/tiers/board-offers.ts";

/** How far back availability looks: long enough to see a bad machine, short enough to forget a repaired one. */
const AVAILABILITY_MS = 7 * DAY_MS;

export type FactSources = {
  readonly db: Database;
  readonly pricing: Pick<PricingPort, "hourlyByPool">;
  readonly currency: () => Currency;
  readonly aliases: (knownAt: UnixMs | null) => Promise<ReadonlyMap<string, string>>;
};

/**
 * What is known of the pools with cards at `at`, as it was known at `knownAt`; null = as it is known now. Availability
 * is over the whole hours before the one that holds `at`, so that it reads the same later.
 */
export async function boardFacts(sources: FactSources, at: UnixMs, knownAt: UnixMs | null): Promise<BoardFacts> {
  const { db, pricing } = sources;
  const hour = hourOf(at);
  const [standing, records, prices, benchmarks, overrides, health, aliases] = await Promise.all([
    readStandingPools(db, at),
    readPools(db),
    pricing.hourlyByPool(at, knownAt),
    readBenchmarks(db, knownAt),
    readOverridesAt(db, at),
    readPoolHealth(db, { from: shift(hour, -AVAILABILITY_MS), to: hour }),
    sources.aliases(knownAt),
  ]);
  const pools = new Map(records.map((pool) => [pool.id, pool]));
  return {
    currency: sources.currency(),
    pools: standing.flatMap(({ poolId, cards }) => {
      const pool = pools.get(poolId);
      return pool === undefined ? [] : [{ ...pool, cards }];
    }),
    prices: new Map([...prices].map(([poolId, price]) => [poolId, priceFact(price)])),
    health: new Map(health.map((row) => [row.poolId, row])),
    overrides: new Map(overrides.map((row) => [row.poolId, row])),
    benchmarks,
    aliases,
  };
}

const priceFact = ({ price, hourlyMicro, isSunk }: PoolPrice): PriceFact => ({
  hourlyMicro,
  currency: price.currency,
  isPaid: isSunk,
  paidTo: price.termTo,
  isList: price.isList,
});
