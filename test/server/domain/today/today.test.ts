import { describe, expect, test } from "vitest";
import type { TierEvent } from "../../../../db/model/tier.ts";
import { DAY_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { type PoolDay, todayChanges } from "../../../../server/domain/today/changes.ts";
import { type LiveCard, todayNeeds } from "../../../../server/domain/today/needs.ts";

const NOW = 1_790_000_000_000;
const window = { from: unixMs(NOW - DAY_MS), to: unixMs(NOW) };
const pool = (over: Partial<PoolDay>): PoolDay => ({
  poolId: 1,
  cards: 10,
  hourlyBefore: 2_000_000n,
  hourly: 2_000_000n,
  wasteBefore: 0n,
  waste: 0n,
  cameAt: [],
  wentAt: [],
  ...over,
});
const tier = (fromTier: TierEvent["fromTier"], toTier: TierEvent["toTier"], at: number): TierEvent => ({
  at,
  poolId: 1,
  fromTier,
  toTier,
  reasons: [{ key: "ratio", value: 1.3, text: "" }],
  hourlyMicro: "2000000",
  currency: "CNY",
});

describe("what changed since yesterday", () => {
  test("nothing, when nothing did", () => {
    expect(todayChanges(window, [pool({})], [])).toEqual([]);
  });

  test("a tier, from where the day began to where it ended, once; a first verdict is no change", () => {
    const [line, ...more] = todayChanges(window, [pool({})], [tier(2, 3, NOW - 5), tier(1, 2, NOW - 9)]);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ kind: "tier", perDayMicro: "480000000", values: { from: 1, to: 3, reason: "ratio" } });
    expect(todayChanges(window, [pool({})], [tier(null, 2, NOW - 5)])).toEqual([]);
    expect(todayChanges(window, [pool({})], [tier(1, 2, NOW - 9), tier(2, 1, NOW - 5)])).toEqual([]); // there and back
  });

  test("a price, with what the difference is worth a day; a first price is no change", () => {
    const [line] = todayChanges(window, [pool({ hourly: 2_240_000n })], []);
    expect(line).toMatchObject({ kind: "price", perDayMicro: "57600000", values: { ratio: 0.12 } });
    expect(todayChanges(window, [pool({ hourlyBefore: null })], [])).toEqual([]);
  });

  test("cards that came and went, at what they cost, or unpriced", () => {
    const lines = todayChanges(window, [pool({ cameAt: [NOW - 3, NOW - 2], wentAt: [NOW - 1] })], []);
    expect(lines.map(({ kind, perDayMicro, at }) => [kind, perDayMicro, at])).toEqual([
      ["cards_new", "96000000", NOW - 2],
      ["cards_gone", "48000000", NOW - 1],
    ]);
    expect(todayChanges(window, [pool({ cameAt: [NOW], hourly: null })], [])[0]?.perDayMicro).toBeNull();
  });

  test("waste that moved by more than a tenth, the dearest first", () => {
    const lines = todayChanges(
      window,
      [
        pool({ wasteBefore: 100n, waste: 109n }),
        pool({ poolId: 2, wasteBefore: 100n, waste: 50n }),
        pool({ poolId: 3, wasteBefore: 100n, waste: 500n }),
        pool({ poolId: 4, wasteBefore: null, waste: 900n }), // had no price then
      ],
      [],
    );
    expect(lines.map(({ poolId, perDayMicro }) => [poolId, perDayMicro])).toEqual([
      [3, "400"],
      [2, "-50"],
    ]);
  });
});

describe("what needs a person", () => {
  const card = (over: Partial<LiveCard>): LiveCard => ({
    poolId: 1,
    node: "n1",
    state: "busy",
    why: "active",
    since: NOW,
    ...over,
  });
  const rates = new Map([[1, { poolId: 1, hourlyMicro: 3_000_000n, noRate: false }]]);

  test("cards of one node and fate are one line, with what they cost an hour and since when", () => {
    const needs = todayNeeds(
      [
        card({ state: "fault", since: NOW - 10 }),
        card({ state: "fault", since: NOW - 99 }),
        card({ state: "unknown", why: "card_gone", since: null }),
        card({ state: "unknown", why: "source_down" }),
        card({}),
      ],
      [],
      rates,
    );
    expect(needs.map(({ kind, cards, perHourMicro, since }) => [kind, cards, perHourMicro, since])).toEqual([
      ["fault", 2, "6000000", NOW - 99],
      ["card_gone", 1, "3000000", null],
    ]);
  });

  test("sources that are down claim no money: their cards may be well", () => {
    const target = { source: "s", up: false, cards: 8, lastSuccessAt: NOW - 7 };
    expect(
      todayNeeds([], [target, { ...target, lastSuccessAt: NOW - 70 }, { ...target, up: null }], rates),
    ).toMatchObject([
      { kind: "source_down", cards: 16, perHourMicro: null, since: NOW - 70, values: { source: "s", targets: 2 } },
    ]);
  });

  test("pools without a price are one line, pools whose currency has no rate another", () => {
    const cards = [card({ poolId: 7 }), card({ poolId: 8 }), card({ poolId: 9 }), card({ poolId: 9 })];
    const known = new Map([[8, { poolId: 8, hourlyMicro: null, noRate: true }]]);
    expect(todayNeeds(cards, [], known)).toMatchObject([
      { kind: "unpriced", poolId: null, cards: 3, perHourMicro: null, values: { pools: 2 } },
      { kind: "no_rate", poolId: 8, cards: 1, values: { pools: 1 } },
    ]);
  });
});
