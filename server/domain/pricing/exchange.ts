import { type Currency, divideHalfEven, type Micro } from "../../../db/model/money.ts";
import type { FxRate } from "../../../db/model/price.ts";
import { dayOf } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Ratio } from "./ratio.ts";

const NANO = 1_000_000_000n;

/**
 * What one unit of `from` is worth in `to` on the UTC day of `at`, exactly: the newest rate of that day or before, said
 * either way round. null = nobody said one: the caller shows it as missing, it is never 1. No rate is made of two others.
 * @param rates of one belief
 */
export function exchangeRate(from: Currency, to: Currency, at: UnixMs, rates: readonly FxRate[]): Ratio | null {
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

/** An amount in another currency, by the rate of the day of `at`, rounded half-even once. null = no rate. */
export function exchange(
  amount: Micro,
  from: Currency,
  to: Currency,
  at: UnixMs,
  rates: readonly FxRate[],
): Micro | null {
  const rate = exchangeRate(from, to, at, rates);
  return rate === null ? null : divideHalfEven(amount * rate.num, rate.den);
}
