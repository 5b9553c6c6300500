import { cardModel } from "../../../db/model/card-models.ts";
import type { PoolKey } from "../../../db/model/fleet.ts";
import type { Currency, Micro } from "../../../db/model/money.ts";
import type { Benchmark, TierLadder, TierOverride } from "../../../db/model/tier.ts";
import { cardClassOf } from "./card-class.ts";
import type { Offer } from "./offer.ts";
import { performanceIndexes } from "./performance-index.ts";

/** What is known at one moment of the pools that have cards: everything a verdict rests on but the ladder. */
export type BoardFacts = {
  readonly currency: Currency; // offers are compared in
  readonly pools: readonly (PoolKey & { readonly id: number; readonly cards: number })[];
  readonly prices: ReadonlyMap<number, PriceFact>; // by pool id; absent = unpriced
  readonly health: ReadonlyMap<number, { readonly observedMs: number; readonly faultMs: number }>; // absent = unobserved
  readonly overrides: ReadonlyMap<number, TierOverride>; // in force, by pool id
  readonly benchmarks: readonly Benchmark[];
  readonly aliases: ReadonlyMap<string, string>; // names people tied to a model
};

export type PriceFact = {
  readonly hourlyMicro: Micro | null; // in the board's currency; null = no rate
  readonly currency: Currency; // of the price itself
  readonly isPaid: boolean;
  readonly paidTo: number | null; // unix ms
  readonly isList: boolean;
};

/** The pools as offers of the ladder's workload. */
export function boardOffers(facts: BoardFacts, ladder: TierLadder): Offer[] {
  const indexes = performanceIndexes(facts.benchmarks, ladder.workload);
  return facts.pools.map((pool): Offer => {
    const model = cardModel(facts.aliases.get(pool.model) ?? pool.model);
    const price = facts.prices.get(pool.id);
    const health = facts.health.get(pool.id);
    const hourlyMicro = price?.hourlyMicro ?? null;
    return {
      poolId: pool.id,
      model: model?.id ?? pool.model,
      cardClass: cardClassOf(model),
      index: indexes.get(model?.id ?? pool.model) ?? null,
      isSpot: pool.billing === "spot",
      currency: facts.currency,
      hourlyMicro,
      unratedCurrency: price !== undefined && hourlyMicro === null ? price.currency : null,
      isPaid: price?.isPaid ?? false,
      paidTo: price?.paidTo ?? null,
      isList: price?.isList ?? false,
      availability: health === undefined ? null : 1 - health.faultMs / health.observedMs,
      // A card taken back by its vendor looks like one that was given back, or whose exporter fell silent: not counted.
      interruptionsPer1000h: null,
      override: facts.overrides.get(pool.id) ?? null,
    };
  });
}
