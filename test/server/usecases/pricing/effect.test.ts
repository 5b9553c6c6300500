import { expect, test } from "vitest";
import type { Price, PriceChange } from "../../../../db/model/price.ts";
import { DAY_MS, HOUR_MS, type Window } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { priceBook } from "../../../../server/domain/pricing/price-book.ts";
import { priceEffect } from "../../../../server/usecases/pricing/effect.ts";
import { withChanges } from "../../../../server/usecases/pricing/with-changes.ts";
import { ANY, POOL } from "../../domain/pricing/books.ts";

const NOW = unixMs(Date.UTC(2026, 2, 10, 12));
const FIRST = unixMs(NOW - 10 * HOUR_MS);
const rate = { base: "USD", quote: "CNY", day: unixMs(0), rateNano: 7_000_000_000n };
const RATES = [{ ...rate, knownFrom: unixMs(0), knownTo: null }];

/** Two dollars an hour in [0, to) where nothing was said, for a pool with one card in each hour from FIRST on. */
async function effectFrom1970(to: UnixMs | null, firstHour: UnixMs | null) {
  const none: readonly Price[] = [];
  const terms = { basis: "card_hour", currency: "USD", amountMicro: 2_000_000n } as const;
  const change: PriceChange = {
    selector: { ...ANY, vendor: POOL.vendor },
    isList: false,
    from: unixMs(0),
    to,
    terms: { ...terms, cardsPerInstance: 1, owned: null, termTo: null },
  };
  const asked: { window: Window; cuts: number }[] = [];
  const effect = await priceEffect(
    {
      pools: [{ ...POOL, id: 1 }],
      before: priceBook(none, RATES, []),
      after: priceBook(withChanges(none, [change]).prices, RATES, []),
      from: unixMs(0),
      now: NOW,
      zone: "UTC",
      currency: "CNY",
      rows: { added: 1, ended: 0, unchanged: 0 },
    },
    {
      firstHour: async () => firstHour,
      async spans(window, cuts) {
        const hours = [...new Set(cuts)].filter((cut) => cut * HOUR_MS > window.from && cut * HOUR_MS < window.to);
        asked.push({ window, cuts: hours.length });
        return Array.from({ length: (window.to - FIRST) / HOUR_MS }, (_, i) => {
          const from = unixMs(FIRST + i * HOUR_MS);
          return { poolId: 1, from, to: unixMs(from + HOUR_MS), ownedMs: HOUR_MS, idleMs: 0 };
        });
      },
      lastDay: async () => new Map([[1, DAY_MS]]),
    },
  );
  return { effect, asked };
}

test("a price from 1970 is reckoned from the first card time on, and tells the same money and hours", async () => {
  const { effect, asked } = await effectFrom1970(null, FIRST);
  expect(asked).toEqual([{ window: { from: FIRST, to: NOW }, cuts: 0 }]);
  expect([effect.from, effect.to]).toEqual([0, NOW]);
  expect(effect.differenceMicro).toBe(String(10 * 2 * 7_000_000));
  expect(effect.pools).toMatchObject([
    { poolId: 1, hourlyAfterMicro: "14000000", before: { unpricedMs: 10 * HOUR_MS } },
  ]);
});

test("hours that end before the first card time cost nothing, and the pool is still one it touches", async () => {
  for (const first of [FIRST, null]) {
    const { effect, asked } = await effectFrom1970(unixMs(FIRST), first);
    expect(asked).toEqual([]);
    expect([effect.from, effect.to, effect.differenceMicro]).toEqual([0, FIRST, "0"]);
    expect(effect.pools).toMatchObject([{ poolId: 1, after: { costMicro: "0", unpricedMs: 0 } }]);
  }
});
