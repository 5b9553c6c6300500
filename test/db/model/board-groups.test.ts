import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GROUP_KEYS, groupPools, groupValue, meanOf, sumBoard } from "../../../db/model/board-groups.ts";
import type { BoardPool } from "../../../db/model/board-views.ts";
import { BILLING_TYPES, CARD_STATES, type CardState } from "../../../db/model/fleet.ts";
import { TIERS } from "../../../db/model/tier.ts";
import { unveiled } from "../../../db/model/money.ts";

const count = fc.nat(500);
const micro = fc.bigInt({ min: 0n, max: 10n ** 20n });
const utilisation = fc
  .record({ mean: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), ms: fc.nat(1_000_000) })
  .map(({ mean, ms }) => ({
    meanRatio: ms === 0 ? null : mean,
    saidMs: mean === null ? 0 : ms,
    observedMs: ms,
    ownedMs: ms,
  }));

const pool: fc.Arbitrary<BoardPool> = fc
  .record({
    id: fc.nat(),
    vendor: fc.constantFrom("a", "b", "", "__proto__"),
    region: fc.constantFrom("r1", "r2"),
    zone: fc.constantFrom("z1", ""),
    cluster: fc.constantFrom("c1", "c2"),
    model: fc.constantFrom("A10", "T4", "H100-SXM"),
    billing: fc.constantFrom(...BILLING_TYPES),
    counts: fc.tuple(count, count, count, count, count, count),
    declared: fc.option(count),
    delivered: count,
    day: utilisation,
    cost: micro,
    idle: micro,
    hourly: fc.option(fc.bigInt({ min: 0n, max: 10n ** 9n })),
    currency: fc.constantFrom("CNY", "USD"),
    tier: fc.constantFrom(...TIERS),
    spark: fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 24, maxLength: 24 }),
  })
  .map((p) => ({
    id: p.id,
    vendor: p.vendor,
    region: p.region,
    zone: p.zone,
    cluster: p.cluster,
    model: p.model,
    billing: p.billing,
    counts: Object.fromEntries(CARD_STATES.map((state, i) => [state, p.counts[i]])) as Record<CardState, number>,
    cardCounts: {
      declared: p.declared,
      delivered: p.delivered,
      healthy: p.delivered,
      held: p.delivered,
      busy: p.delivered,
      ghost: 0,
      missing: 0,
    },
    day: p.day,
    money: {
      costMicro: String(p.cost),
      idleMicro: String(p.idle),
      sunkIdleMicro: String(p.idle / 2n),
      unpricedMs: p.id % 1000,
    },
    tier: {
      tier: p.tier,
      reasons: [],
      wouldChange: [],
      cardClass: "24G" as const,
      currency: p.currency,
      hourlyMicro: p.hourly === null ? null : String(p.hourly),
      effectiveMicro: null,
      index: null,
      availability: null,
      bestMicro: null,
      bestPoolId: null,
      since: null,
      isList: false,
    },
    spark: p.spark,
  }));

describe("groups of the board", () => {
  test("on every level the lines add up to the whole, card by card and micro-unit by micro-unit", () => {
    fc.assert(
      fc.property(fc.array(pool, { maxLength: 12 }), fc.shuffledSubarray([...GROUP_KEYS]), (pools, keys) => {
        const whole = sumBoard(pools, "CNY");
        let level = groupPools(pools, keys.slice(0, 3), "CNY");
        while (level.length > 0) {
          const add = (of: (line: (typeof level)[number]) => bigint) => level.reduce((sum, line) => sum + of(line), 0n);
          expect(add((l) => unveiled(l.sum.money.costMicro))).toBe(unveiled(whole.money.costMicro));
          expect(add((l) => unveiled(l.sum.money.idleMicro))).toBe(unveiled(whole.money.idleMicro));
          expect(add((l) => unveiled(l.sum.money.sunkIdleMicro))).toBe(unveiled(whole.money.sunkIdleMicro));
          expect(add((l) => BigInt(l.sum.money.unpricedMs))).toBe(BigInt(whole.money.unpricedMs));
          expect(add((l) => BigInt(l.sum.cardCounts.delivered))).toBe(BigInt(whole.cardCounts.delivered));
          for (const state of CARD_STATES)
            expect(add((l) => BigInt(l.sum.counts[state]))).toBe(BigInt(whole.counts[state]));
          expect(add((l) => BigInt(l.sum.pools))).toBe(BigInt(pools.length));
          level = level.flatMap((line) => line.groups);
        }
      }),
    );
  });

  test("a line holds the pools that have its key, and says its path", () => {
    fc.assert(
      fc.property(fc.array(pool, { maxLength: 12 }), (pools) => {
        for (const outer of groupPools(pools, ["vendor", "tier"], "CNY")) {
          for (const inner of outer.groups) {
            const own = pools.filter((p) => p.vendor === outer.key && groupValue(p, "tier") === inner.key);
            expect(inner.poolIds).toEqual(own.map((p) => p.id));
            expect(inner.path).toEqual([outer.key, inner.key]);
          }
        }
      }),
    );
  });

  test("a price in another currency, or none, is counted as unpriced cards and never mixed in", () => {
    const [base] = fc.sample(pool, 1);
    const priced = (hourlyMicro: string | null, currency: string, delivered: number): BoardPool => ({
      ...base!,
      cardCounts: { ...base!.cardCounts, delivered },
      tier: { ...base!.tier, hourlyMicro, currency },
    });
    const sum = sumBoard([priced("3000000", "CNY", 1), priced("1000000", "CNY", 3), priced("9", "USD", 5)], "CNY");
    expect(sum.price).toEqual({ micro: "1500000", pricedCards: 4, unpricedCards: 5, isList: false });
    expect(sumBoard([priced(null, "CNY", 2)], "CNY").price.micro).toBeNull();
  });

  test("declared stays unknown only where nobody declared anything; a mean of nothing said is not known", () => {
    const [base] = fc.sample(pool, 1);
    const declared = (n: number | null): BoardPool => ({ ...base!, cardCounts: { ...base!.cardCounts, declared: n } });
    expect(sumBoard([declared(null), declared(null)], "CNY").cardCounts.declared).toBeNull();
    expect(sumBoard([declared(null), declared(4)], "CNY").cardCounts.declared).toBe(4);
    expect(sumBoard([], "CNY").day.meanRatio).toBeNull();
    expect(meanOf([]).meanRatio).toBeNull();
    const silent = { ...base!, spark: [null, null] };
    expect(sumBoard([silent, silent], "CNY").spark).toEqual([null, null]);
  });
});
