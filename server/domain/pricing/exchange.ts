import { type Currency, divideHalfEven, type Micro } from "../../../db/model/money.ts";
import type { FxRate } from "../../../db/model/price.ts";
import { dayOf } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Ratio } from "./ratio.ts";

const NANO = 1_000_000_000n;

/**
 * What one unit of `from` is worth in `to` on the UTC day of `at`, exactly: the newest rate of that day or before, said
 * either way round. null = nobody said one: the caller shows it as missing, it is never 1. No rate is made of two others.
 * @param rates of one belief; a list is not changed once it was asked
 */
export function exchangeRate(from: Currency, to: Currency, at: UnixMs, rates: readonly FxRate[]): Ratio | null {
  if (from === to) return { num: 1n, den: 1n };
  return newestUntil(indexOf(rates).get(pair(from, to)) ?? [], dayOf(at));
}

/** A rate of an ordered pair from its day on. */
type Said = { readonly day: UnixMs; readonly isDirect: boolean; readonly ratio: Ratio };
/** By ordered pair: one rate of each day, days ascending. */
type RateIndex = ReadonlyMap<string, readonly Said[]>;

/** A price from long ago asks day by day for each pool: its rates are put in order once, as long as somebody has them. */
const indexes = new WeakMap<readonly FxRate[], RateIndex>();

function indexOf(rates: readonly FxRate[]): RateIndex {
  const known = indexes.get(rates);
  if (known !== undefined) return known;
  const index = indexRates(rates);
  indexes.set(rates, index);
  return index;
}

/** Of one day the last rate said this way round stands, else the first that was said the other way round. */
function indexRates(rates: readonly FxRate[]): RateIndex {
  const index = new Map<string, Said[]>();
  const say = (key: string, said: Said) => {
    const days = index.get(key) ?? [];
    const last = days.at(-1);
    if (last === undefined || last.day < said.day) days.push(said);
    else if (said.isDirect) days[days.length - 1] = said;
    index.set(key, days);
  };
  for (const { base, quote, day, rateNano } of rates.toSorted((a, b) => a.day - b.day)) {
    say(pair(base, quote), { day, isDirect: true, ratio: { num: rateNano, den: NANO } });
    say(pair(quote, base), { day, isDirect: false, ratio: { num: NANO, den: rateNano } });
  }
  return index;
}

const pair = (from: Currency, to: Currency): string => `${from} ${to}`;

/** The last of ascending days that is not after `day`. */
function newestUntil(said: readonly Said[], day: UnixMs): Ratio | null {
  let [low, high] = [0, said.length]; // all before low are of that day or before, all from high on after it
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((said[middle] as Said).day <= day) low = middle + 1;
    else high = middle;
  }
  return said[low - 1]?.ratio ?? null;
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
