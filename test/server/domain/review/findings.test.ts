import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import {
  type CardUse,
  DEFAULT_REVIEW_RULES,
  type PoolFacts,
  type ReviewFacts,
} from "../../../../server/domain/review/facts.ts";
import { reviewFindings } from "../../../../server/domain/review/findings.ts";

const NOW = 1_790_000_000_000;
const WEEK = 7 * DAY_MS;
const YUAN = 1_000_000n;
const GB = 1_073_741_824;

const pool = (poolId: number, over: Partial<PoolFacts> = {}): PoolFacts => ({
  poolId,
  model: "A100-80G-SXM",
  billing: "on_demand",
  tier: 2,
  hourlyMicro: 10n * YUAN,
  termTo: null,
  maker: "nvidia",
  memoryBytes: 80 * GB,
  index: 1,
  ...over,
});

const card = (uuid: string, poolId: number, over: Partial<CardUse> = {}): CardUse => ({
  uuid,
  poolId,
  ownedMs: WEEK,
  observedMs: WEEK,
  busyMs: 0,
  idleHeldMs: 0,
  freeMs: 0,
  peak: null,
  ...over,
});
const free = { freeMs: WEEK };
const quiet = { idleHeldMs: WEEK };
const busy = { busyMs: WEEK };

const find = (pools: readonly PoolFacts[], cards: readonly CardUse[]) =>
  reviewFindings({ now: NOW, windowMs: WEEK, cards, pools } satisfies ReviewFacts, DEFAULT_REVIEW_RULES);

describe("what is worth acting on", () => {
  test("free cards that are paid by the hour, at their price a day, from now", () => {
    const [found, ...more] = find([pool(1)], [card("b", 1, free), card("a", 1, free), card("c", 1, busy)]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      kind: "free_on_demand",
      cards: ["a", "b"],
      savingPerDayMicro: 480n * YUAN,
      savingFrom: NOW,
      coverage: 1,
    });
  });

  test("free cards inside a term are no advice: their money is spent", () => {
    expect(find([pool(1, { billing: "monthly", tier: 0, termTo: NOW + 90 * DAY_MS })], [card("a", 1, free)])).toEqual(
      [],
    );
  });

  test("held cards that do nothing; inside a term the saving begins at its end", () => {
    const termTo = NOW + 90 * DAY_MS;
    const [found] = find([pool(1, { billing: "monthly", tier: 0, termTo })], [card("a", 1, quiet)]);
    expect(found).toMatchObject({ kind: "idle_held", savingPerDayMicro: 240n * YUAN, savingFrom: termTo });
  });

  test("busy cards in P2 and P3, as many as stand free in P0 of the same model", () => {
    const sunk = pool(1, { billing: "monthly", tier: 0, termTo: NOW + 90 * DAY_MS });
    const found = find(
      [sunk, pool(2, { tier: 3 }), pool(3, { tier: 3, model: "T4" })],
      [card("f", 1, free), card("x", 2, busy), card("w", 2, busy), card("t", 3, busy)],
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      kind: "busy_in_expensive",
      poolId: 2,
      cards: ["w"],
      savingPerDayMicro: 240n * YUAN,
      evidence: { freeInP0: 1, toPoolId: 1 },
    });
  });

  test("work that fits a cheaper card by memory and by speed, to the cheapest that is enough", () => {
    const small = { memoryBytes: 10 * GB, activityRatio: 0.1 };
    const pools = [
      pool(1),
      pool(2, { model: "A10", hourlyMicro: 3n * YUAN, memoryBytes: 24 * GB, index: 0.4 }),
      pool(3, { model: "T4", hourlyMicro: 1n * YUAN, memoryBytes: 16 * GB, index: 0.1 }), // too slow: needs 0.1 of 0.08
    ];
    const [found] = find(pools, [card("a", 1, { ...busy, peak: small })]);
    expect(found).toMatchObject({
      kind: "oversized",
      savingPerDayMicro: 168n * YUAN,
      evidence: { toModel: "A10", toPoolId: 2 },
    });
    expect(find(pools, [card("a", 1, { ...busy, peak: { memoryBytes: 23 * GB, activityRatio: 0.1 } })])).toEqual([]);
    expect(find(pools, [card("a", 1, { ...busy, peak: null })])).toEqual([]);
    const seldom = { busyMs: 0.1 * WEEK, freeMs: 0.5 * WEEK, idleHeldMs: 0.4 * WEEK };
    expect(find(pools, [card("a", 1, { ...seldom, peak: small })])).toEqual([]); // nothing to fit
  });

  test("work fits no card of another maker, and no spot card unless it runs on one", () => {
    const peak = { memoryBytes: 10 * GB, activityRatio: 0.1 };
    const to = (over: Partial<PoolFacts>, from: Partial<PoolFacts> = {}) =>
      find(
        [pool(1, from), pool(2, { model: "A10", hourlyMicro: 3n * YUAN, memoryBytes: 24 * GB, index: 0.4, ...over })],
        [card("a", 1, { ...busy, peak })],
      );
    expect(to({ maker: "huawei" })).toEqual([]);
    expect(to({ billing: "spot" })).toEqual([]);
    expect(to({ billing: "spot" }, { billing: "spot" })).toHaveLength(1);
  });

  test("terms that end within thirty days, with the cards nobody used, saving from the end on", () => {
    const termTo = NOW + 20 * DAY_MS;
    const [found, ...more] = find(
      [pool(1, { billing: "monthly", tier: 0, termTo })],
      [card("a", 1, free), card("b", 1, busy), card("c", 1, quiet)],
    );
    expect(more).toEqual([]); // the quiet one is not named twice
    expect(found).toMatchObject({ kind: "term_ends", cards: ["a", "c"], savingFrom: termTo });
    expect(found!.evidence).toMatchObject({ cards: 3, idleCards: 2, termTo });
  });
});

test("a free card in P0 is promised once, to the dearest pool, and what moves there is not shrunk as well", () => {
  const sunk = pool(1, { billing: "monthly", tier: 0, termTo: NOW + 90 * DAY_MS });
  const peak = { memoryBytes: 10 * GB, activityRatio: 0.1 };
  const small = pool(4, { model: "A10", hourlyMicro: 4n * YUAN, memoryBytes: 24 * GB, index: 0.4 });
  const found = find(
    [sunk, pool(2, { tier: 3 }), pool(3, { tier: 3, hourlyMicro: 12n * YUAN }), small],
    [card("f", 1, free), card("x", 2, { ...busy, peak }), card("y", 3, { ...busy, peak })],
  );
  expect(found.map(({ kind, poolId, cards: named }) => [kind, poolId, ...named])).toEqual([
    ["busy_in_expensive", 3, "y"],
    ["oversized", 2, "x"],
  ]);
});

describe("what is never advised", () => {
  test("on cards observed for less than nine tenths of the time", () => {
    expect(find([pool(1)], [card("a", 1, { freeMs: 0.89 * WEEK, observedMs: 0.89 * WEEK })])).toEqual([]);
    expect(find([pool(1)], [card("a", 1, { freeMs: 0.9 * WEEK, observedMs: 0.9 * WEEK })])).toHaveLength(1);
  });

  test("on pools without a price: what acting is worth is not known", () => {
    expect(find([pool(1, { hourlyMicro: null })], [card("a", 1, free)])).toEqual([]);
    expect(find([pool(1, { hourlyMicro: 0n })], [card("a", 1, free)])).toEqual([]);
  });

  test("twice on one card, whatever the fleet", () => {
    const anyPool = fc.record({
      billing: fc.constantFrom("monthly", "on_demand", "spot", "owned"),
      tier: fc.constantFrom(0, 1, 2, 3),
      hourlyMicro: fc.option(fc.bigInt(0n, 100n * YUAN)),
      termTo: fc.option(fc.integer({ min: -40, max: 60 }).map((days) => NOW + days * DAY_MS)),
    });
    const anyCard = fc.record({
      poolId: fc.nat(3),
      parts: fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100), fc.nat(100)),
    });
    fc.assert(
      fc.property(
        fc.array(anyPool, { minLength: 4, maxLength: 4 }),
        fc.array(anyCard, { maxLength: 40 }),
        (pools, cards) => {
          const uses = cards.map(({ poolId, parts: [busyMs, idleHeldMs, freeMs, unseen] }, i) => {
            const observedMs = (busyMs + idleHeldMs + freeMs) * HOUR_MS;
            return card(`c${i}`, poolId, {
              busyMs: busyMs * HOUR_MS,
              idleHeldMs: idleHeldMs * HOUR_MS,
              freeMs: freeMs * HOUR_MS,
              observedMs,
              ownedMs: observedMs + unseen * HOUR_MS,
            });
          });
          const found = find(
            pools.map((one, i) => pool(i, one as Partial<PoolFacts>)),
            uses,
          );
          const named = found.flatMap((one) => one.cards);
          expect(new Set(named).size).toBe(named.length);
          for (const { savingFrom, savingPerDayMicro, coverage, poolId } of found) {
            expect(savingPerDayMicro > 0n).toBe(true);
            expect(coverage).toBeGreaterThanOrEqual(0.9);
            const { termTo } = pools[poolId]!;
            expect(savingFrom).toBe(termTo !== null && termTo > NOW ? termTo : NOW);
          }
          expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
