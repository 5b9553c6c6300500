import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS, shift } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { countingSource } from "../../../../server/domain/usage/counting.ts";
import { onlyPrice, type SalesPrice, saleOf, salesIn } from "../../../../server/domain/usage/sales.ts";
import { partOf } from "../../../../server/domain/usage/spread.ts";

const T0 = unixMs(Date.UTC(2026, 10, 1));
const at = (h: number): UnixMs => shift(T0, h * HOUR_MS);
const price = (id: number, micro: bigint, from: number, to: number | null, currency = "CNY"): SalesPrice => ({
  id,
  currency,
  perUnitMicro: micro,
  from: at(from),
  to: to === null ? null : at(to),
});

test("M-02: parts of an amount add up to it, wherever it is cut, refunds too", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 1, maxLength: 10 }),
      (amount, lengths) => {
        const borders = lengths.reduce<number[]>((all, ms) => [...all, all.at(-1)! + ms], [T0]);
        const whole = { from: T0, to: unixMs(borders.at(-1)!) };
        const parts = borders.slice(1).map((to, i) => partOf(amount, whole, unixMs(borders[i]!), unixMs(to)));
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        for (const part of parts) expect(amount < 0n ? part <= 0n : part >= 0n).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("M-05, M-07: units of all prices and of none are all units, and price × k sells for k times as much", () => {
  const anyLine = fc.record({ start: fc.integer({ min: -5, max: 30 }), ok: fc.bigInt({ min: 0n, max: 10n ** 12n }) });
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 8 }), fc.integer({ min: 0, max: 24 }), (starts, cut) => {
      const lines = starts.map(({ start, ok }) => ({ from: at(start), to: at(start + 2), okMicro: ok }));
      const window = { from: at(0), to: at(24) };
      const units = lines.reduce((sum, line) => sum + partOf(line.okMicro, line, window.from, window.to), 0n);
      const one = salesIn(lines, [price(1, 1_000_000n, -9, cut), price(2, 1_000_000n, cut, null, "USD")], window);
      const sum = [...one.amounts.values()].reduce((a, b) => a + b, 0n);
      expect(one.unpricedMicro).toBe(0n);
      expect(sum).toBe(units); // a price of 1 sells for as much as there are units
      const half = salesIn(lines, [price(1, 3_000_000n, -9, cut)], window);
      expect((half.amounts.get("CNY") ?? 0n) + 3n * half.unpricedMicro).toBe(3n * units);
    }),
    { numRuns: 500 },
  );
});

test("a price that begins inside a line meets its part of the units", () => {
  const day = { from: at(0), to: at(24), okMicro: 2_400_000_000n }; // 100 an hour
  const { amounts, unpricedMicro } = salesIn([day], [price(1, 10_000n, 6, 12), price(2, 20_000n, 12, null)], day);
  expect(amounts.get("CNY")).toBe(600n * 10_000n + 1_200n * 20_000n);
  expect(unpricedMicro).toBe(600_000_000n);
});

test("a price of a micro-unit is rounded once, half to even", () => {
  expect([saleOf(500_000n, 1n), saleOf(1_500_000n, 1n), saleOf(2_500_000n, 1n)]).toEqual([0n, 2n, 2n]);
  const lines = Array.from({ length: 4 }, (_, h) => ({ from: at(h), to: at(h + 1), okMicro: 500_000n }));
  expect(salesIn(lines, [price(1, 1n, 0, null)], { from: at(0), to: at(4) }).amounts.get("CNY")).toBe(2n);
});

test("one price for a day, none, or one that changes in it", () => {
  const day = { from: at(0), to: at(24) };
  const whole = price(1, 1n, -1, null);
  expect(onlyPrice([whole], day)).toBe(whole);
  expect(onlyPrice([], day)).toBeNull();
  expect(onlyPrice([price(1, 1n, 24, null)], day)).toBeNull();
  expect(onlyPrice([price(1, 1n, 3, null)], day)).toBeUndefined();
  expect(onlyPrice([price(1, 1n, -5, 3), price(2, 1n, 3, null)], day)).toBeUndefined();
});

test("of several sources the named one counts, else the first made; a removed one until it was removed", () => {
  const a = { id: 2, name: "gateway", removedAt: null };
  const b = { id: 1, name: "old", removedAt: at(0) };
  const c = { id: 3, name: "csv", removedAt: null };
  expect(countingSource([a, b, c], "csv", at(0))).toBe(c);
  expect(countingSource([a, b, c], "", at(0))).toBe(a);
  expect(countingSource([a, b, c], "", at(-24))).toBe(b);
  expect(countingSource([a, b, c], "old", at(0))).toBe(a);
  expect(countingSource([], "", at(0))).toBeNull();
});
