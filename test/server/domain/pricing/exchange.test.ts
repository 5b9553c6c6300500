import fc from "fast-check";
import { expect, test } from "vitest";
import type { FxRate } from "../../../../db/model/price.ts";
import { DAY_MS, dayOf } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { exchangeRate } from "../../../../server/domain/pricing/exchange.ts";
import type { Ratio } from "../../../../server/domain/pricing/ratio.ts";
import "../../../tools/seed.ts";

const NANO = 1_000_000_000n;

/** The definition: look at all rates, one after the other. */
function looked(from: string, to: string, at: UnixMs, rates: readonly FxRate[]): Ratio | null {
  if (from === to) return { num: 1n, den: 1n };
  const day = dayOf(at);
  let best: FxRate | null = null;
  for (const rate of rates) {
    const isDirect = rate.base === from && rate.quote === to;
    if (rate.day > day || !(isDirect || (rate.base === to && rate.quote === from))) continue;
    if (best === null || rate.day > best.day || (rate.day === best.day && isDirect)) best = rate;
  }
  if (best === null) return null;
  return best.base === from ? { num: best.rateNano, den: NANO } : { num: NANO, den: best.rateNano };
}

const currency = fc.constantFrom("CNY", "USD", "EUR");
const DAYS = 12; // few, so that days meet, and -3.. so that days before 1970 do

const rates: fc.Arbitrary<FxRate[]> = fc.array(
  fc
    .record({
      base: currency,
      quote: currency,
      dayNo: fc.integer({ min: -3, max: DAYS }),
      rateNano: fc.bigInt(1n, 99n),
    })
    .map(({ dayNo, ...rate }) => ({ ...rate, day: unixMs(dayNo * DAY_MS), knownFrom: unixMs(0), knownTo: null })),
  { maxLength: 40 },
);
const instant = fc.integer({ min: -5 * DAY_MS, max: (DAYS + 2) * DAY_MS }).map(unixMs);

test("the rates put in order say what a look at all of them says, in any order, said twice, and both ways round", () => {
  fc.assert(
    fc.property(rates, fc.array(instant, { minLength: 1, maxLength: 8 }), currency, currency, (said, times, a, b) => {
      for (const at of times) expect(exchangeRate(a, b, at, said)).toEqual(looked(a, b, at, said));
    }),
    { numRuns: 2_000 },
  );
});

test("a rate that is asked for each day since 1970 is found without a look at all the others", () => {
  let looks = 0;
  const watched = Array.from({ length: 1_000 }, (_, i) => ({
    base: "USD",
    quote: "CNY",
    get day() {
      looks++;
      return unixMs((19_000 + i) * DAY_MS);
    },
    rateNano: BigInt(7_000_000_000 + i),
    knownFrom: unixMs(0),
    knownTo: null,
  }));
  for (let day = 0; day < 20_454; day++) exchangeRate("USD", "CNY", unixMs(day * DAY_MS), watched);
  expect(looks).toBeLessThan(30_000); // put in order once; a look at each would be twenty millions
});
