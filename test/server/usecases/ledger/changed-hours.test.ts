import fc from "fast-check";
import { expect, test } from "vitest";
import type { Price, PricePiece } from "../../../../db/model/price.ts";
import { HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { changedHours, costsTheSame } from "../../../../server/usecases/ledger/changed-hours.ts";

const HOURS = 4;
const price = (id: number, amountMicro: bigint): Price => ({
  id,
  selector: { vendor: "v", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" },
  basis: "card_hour",
  currency: "CNY",
  amountMicro,
  cardsPerInstance: 1,
  owned: null,
  termTo: null,
  from: unixMs(0),
  to: null,
  anchor: unixMs(0),
  knownFrom: unixMs(0),
  knownTo: null,
  revision: 1,
  isList: false,
});

/** Pieces that tile four hours; numbers of prices mean nothing, only what they say. */
const tilings: fc.Arbitrary<PricePiece[]> = fc
  .array(fc.record({ ms: fc.integer({ min: 1, max: 2 * HOUR_MS }), what: fc.constantFrom(null, 1n, 2n), id: fc.nat() }))
  .map((parts) => {
    const pieces: PricePiece[] = [];
    let at = 0;
    for (const { ms, what, id } of [...parts, { ms: HOURS * HOUR_MS, what: null, id: 0 }]) {
      const to = Math.min(at + ms, HOURS * HOUR_MS);
      if (at < to) pieces.push({ from: unixMs(at), to: unixMs(to), price: what === null ? null : price(id, what) });
      at = to;
    }
    return pieces;
  });

/** Slowly: an hour is changed when at one of its milliseconds' borders the amounts differ. */
function slowly(before: readonly PricePiece[], after: readonly PricePiece[]): number[] {
  const at = (pieces: readonly PricePiece[], ms: number) =>
    pieces.find((p) => p.from <= ms && ms < p.to)?.price?.amountMicro;
  const moments = [...before, ...after].map(({ from }) => from as number);
  return Array.from({ length: HOURS }, (_, hour) => hour).filter((hour) =>
    [hour * HOUR_MS, ...moments.filter((ms) => Math.floor(ms / HOUR_MS) === hour)].some(
      (ms) => at(before, ms) !== at(after, ms),
    ),
  );
}

test("exactly the hours whose money is another are changed, once each and in order", () => {
  fc.assert(
    fc.property(tilings, tilings, (before, after) => {
      const found = changedHours(before, after).flatMap(({ from, to }) =>
        Array.from({ length: to - from }, (_, i) => from + i),
      );
      expect(found).toEqual(slowly(before, after));
    }),
  );
});

test("whatever decides about the money, the reason shown or for whom it is makes another price; a new number does not", () => {
  const one = price(1, 5n);
  expect(costsTheSame(one, { ...one, id: 2, revision: 9, knownFrom: unixMs(7), to: unixMs(99) })).toBe(true);
  const terms = { purchaseMicro: 1n, months: 1, watts: 1, powerMicroPerKwh: 1n };
  expect(costsTheSame({ ...one, owned: terms }, { ...one, id: 2, owned: { ...terms } })).toBe(true);
  const others: Partial<Price>[] = [
    { amountMicro: 6n },
    { currency: "USD" },
    { basis: "card_month" },
    { cardsPerInstance: 2 },
    { anchor: unixMs(1) },
    { isList: true },
    { owned: terms },
    { selector: { ...one.selector, region: "r" } },
  ];
  for (const other of others) expect(costsTheSame(one, { ...one, id: 2, ...other })).toBe(false);
  for (const [field, value] of Object.entries({ purchaseMicro: 2n, months: 2, watts: 2, powerMicroPerKwh: 2n }))
    expect(costsTheSame({ ...one, owned: terms }, { ...one, id: 2, owned: { ...terms, [field]: value } })).toBe(false);
  expect(costsTheSame(null, null)).toBe(true);
  expect(costsTheSame(one, null)).toBe(false);
});
