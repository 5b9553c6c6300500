import { CARD_MODELS } from "../../db/model/card-models.ts";
import { BILLING_TYPES } from "../../db/model/fleet.ts";
import { WORKLOADS } from "../../db/model/tier.ts";
import { systemClock } from "../../server/clock.ts";
import { type BoardFacts, boardOffers } from "../../server/domain/tiers/board-offers.ts";
import { cardVerdict } from "../../server/domain/tiers/card-verdict.ts";
import { judgeTiers } from "../../server/domain/tiers/ladder.ts";
import { DEFAULT_LADDER } from "../../server/domain/tiers/offer.ts";
import type { BenchRow } from "./row.ts";

const CARDS = 10_000;
const ROUNDS = 41;

/** From facts to the verdict on every card, indexes and card verdicts included: a real fleet, and a pool for each card. */
export async function benchTiers(): Promise<BenchRow[]> {
  return [measure("10,000 cards in 200 pools", 200), measure("10,000 cards, each a pool of its own", CARDS)].flat();
}

function measure(name: string, pools: number): BenchRow[] {
  const facts = factsOf(pools);
  const times = Array.from({ length: ROUNDS }, () => {
    const from = systemClock.monotonicMs();
    const verdicts = judgeTiers(boardOffers(facts, DEFAULT_LADDER), DEFAULT_LADDER);
    let inP3 = 0;
    for (let card = 0; card < CARDS; card++) {
      const verdict = verdicts.get((card % pools) + 1);
      if (verdict !== undefined && cardVerdict(verdict, card % 50 === 0).tier === 3) inP3 += 1;
    }
    if (inP3 === 0) throw new Error("the ladder judged nothing");
    return systemClock.monotonicMs() - from;
  });
  const [first] = times;
  const sorted = times.toSorted((a, b) => a - b);
  return [
    { name: `${name}: median of ${ROUNDS}`, value: sorted[ROUNDS >> 1]!, unit: "ms", goal: "≤ 50" },
    { name: `${name}: the first time, code not compiled yet`, value: first!, unit: "ms" },
  ];
}

function factsOf(pools: number): BoardFacts {
  const ids = Array.from({ length: pools }, (_, i) => i + 1);
  return {
    currency: "CNY",
    pools: ids.map((id) => ({
      id,
      vendor: `vendor-${id % 7}`,
      region: `region-${id % 31}`,
      zone: "a",
      cluster: `cluster-${id}`,
      model: CARD_MODELS[id % CARD_MODELS.length]!.id,
      billing: BILLING_TYPES[id % BILLING_TYPES.length]!,
      cards: CARDS / pools,
    })),
    prices: new Map(ids.filter((id) => id % 11 !== 0).map((id) => [id, priceOf(id)] as const)),
    health: new Map(ids.map((id) => [id, { observedMs: 604_800_000, faultMs: (id % 20) * 5_000_000 }])),
    overrides: new Map(),
    benchmarks: CARD_MODELS.flatMap((model, i) =>
      WORKLOADS.flatMap((workload) =>
        [1, 8, 32].map((batch) => ({
          model: model.id,
          workload,
          unitsPerHour: 1_000 + i * batch,
          batch,
          precision: "fp16",
          day: "2026-11-01",
          source: `lab-${i % 3}`,
        })),
      ),
    ),
    aliases: new Map(),
  };
}

const priceOf = (id: number) => ({
  hourlyMicro: id % 13 === 0 ? null : BigInt(3_000_000 + ((id * 7_919) % 40_000_000)),
  currency: id % 13 === 0 ? "USD" : "CNY",
  isPaid: id % 6 === 0,
  paidTo: id % 6 === 0 ? 1_800_000_000_000 : null,
  isList: id % 5 === 0,
});
