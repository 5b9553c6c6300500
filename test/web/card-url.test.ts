import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, SLOT_MS } from "../../db/model/time.ts";
import {
  CARD_RANGES,
  type CardView,
  decodeCard,
  encodeCard,
  spanOf,
  stepped,
  windowOf,
} from "../../web/lib/card-url.ts";
import { decodePool, encodePool, type PoolView } from "../../web/lib/pool-url.ts";

const NOW = Date.UTC(2026, 10, 22, 9, 41, 15);
const as = fc.constantFrom("chart" as const, "table" as const);
const view: fc.Arbitrary<CardView> = fc.record({
  range: fc.constantFrom(...CARD_RANGES),
  to: fc.option(fc.integer({ min: 1, max: NOW })),
  as,
});
const pool: fc.Arbitrary<PoolView> = fc.record({
  card: fc.option(fc.string({ minLength: 1, maxLength: 256 })),
  useAs: as,
  priceAs: as,
});

test("a card's address and a pool's give the same view back", () => {
  fc.assert(
    fc.property(view, (one) => {
      expect(decodeCard(encodeCard(one))).toEqual(one);
    }),
  );
  fc.assert(
    fc.property(pool, (one) => {
      expect(decodePool(encodePool(one))).toEqual(one);
    }),
  );
});

test("nonsense in an address is the plain page", () => {
  expect(decodeCard(new URLSearchParams("range=2y&to=soon&as=pie"))).toEqual({ range: "24h", to: null, as: "chart" });
  expect(decodeCard(new URLSearchParams("to=-5"))).toMatchObject({ to: null });
  expect(decodePool(new URLSearchParams(`card=${"x".repeat(300)}&use=no`))).toEqual({
    card: null,
    useAs: "chart",
    priceAs: "chart",
  });
});

test("a window that ends now moves with the slots; earlier and later lead there and back", () => {
  const now = windowOf({ range: "3d", to: null, as: "chart" }, NOW);
  expect([now.to % SLOT_MS, now.to - now.from]).toEqual([0, 3 * DAY_MS]);
  expect(windowOf({ range: "3d", to: null, as: "chart" }, NOW + 5_000)).toEqual(now);
  fc.assert(
    fc.property(fc.constantFrom(...CARD_RANGES), (range) => {
      const live: CardView = { range, to: null, as: "chart" };
      const back = stepped(live, NOW, -1);
      expect(windowOf(back, NOW)).toEqual({
        from: windowOf(live, NOW).from - spanOf(range),
        to: windowOf(live, NOW).from,
      });
      expect(stepped(back, NOW, 1)).toEqual(live);
    }),
  );
});
