import { type Currency, divideHalfEven, type Micro } from "../../../db/model/money.ts";
import type { FxRate } from "../../../db/model/price.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { type DayLines, exactAt, type PricedBy, putExact } from "../../../db/store/ledger-reads.ts";
import { exchangeRate } from "../../domain/pricing/exchange.ts";

/** Money of a day's lines in one currency: by state, two halves a line. */
export type DayMoney = {
  readonly micro: readonly Int32Array[];
  readonly unconverted: ReadonlySet<Currency>; // no rate of the day leads out of these: their money is 0 here
};

export type MoneyTerms = {
  readonly currency: Currency;
  readonly rates: readonly FxRate[]; // of one belief; a list is not changed once it was asked
  readonly prices: ReadonlyMap<number, PricedBy>;
};

/** Kept with the day: another day of the same number is another object. */
const known = new WeakMap<DayLines, { readonly terms: Omit<MoneyTerms, "prices">; readonly money: DayMoney }>();

/**
 * The money of a day in the view's currency. Of each other currency the sum of the whole day is converted once, by the
 * rate of the day, and every line and state gets its part by largest remainder (ties by feature, pool, price and state):
 * whatever a page adds these up by, it comes to the same total.
 */
export function dayMoney(day: DayLines, { currency, rates, prices }: MoneyTerms): DayMoney {
  const kept = known.get(day);
  if (kept !== undefined && kept.terms.currency === currency && kept.terms.rates === rates) return kept.money;
  const money = convertDay(day, { currency, rates, prices });
  known.set(day, { terms: { currency, rates }, money });
  return money;
}

function convertDay(day: DayLines, { currency, rates, prices }: MoneyTerms): DayMoney {
  const rows = foreignRows(day, currency, prices);
  if (rows.size === 0) return { micro: day.micro, unconverted: NONE };
  const micro = day.micro.map((column) => column.slice());
  const unconverted = new Set<Currency>();
  for (const [from, own] of rows) {
    const rate = exchangeRate(from, currency, unixMs(day.dayNo * DAY_MS), rates);
    if (rate === null) unconverted.add(from);
    const cells = own.flatMap((i) => micro.map((column) => ({ column, i }))); // by line, then by state
    const amounts = cells.map(({ column, i }) => exactAt(column, i));
    const sum = amounts.reduce((all, amount) => all + amount, 0n);
    const total = rate === null ? 0n : divideHalfEven(sum * rate.num, rate.den);
    const parts = shares(total, amounts, sum);
    for (const [n, { column, i }] of cells.entries()) putExact(column, i, parts[n] ?? 0n);
  }
  return { micro, unconverted };
}
const NONE: ReadonlySet<Currency> = new Set();

/** Lines in other currencies, by currency. Unpriced lines have no money in any. */
function foreignRows(day: DayLines, currency: Currency, prices: MoneyTerms["prices"]): Map<Currency, number[]> {
  const rows = new Map<Currency, number[]>();
  for (const [i, id] of day.priceId.entries()) {
    const own = prices.get(id)?.currency ?? currency;
    if (own === currency) continue;
    const same = rows.get(own);
    if (same === undefined) rows.set(own, [i]);
    else same.push(i);
  }
  return rows;
}

/** Parts of `total` by weights that add up to `sum`: largest remainder, ties to the earlier one. */
function shares(total: Micro, weights: readonly Micro[], sum: Micro): Micro[] {
  if (sum === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight) => (total * weight) / sum);
  const left = Number(total - parts.reduce((all, part) => all + part, 0n));
  if (left === 0) return parts;
  const rests = weights.map((weight, i) => ({ i, rest: (total * weight) % sum }));
  rests.sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest > b.rest ? -1 : 1));
  for (const { i } of rests.slice(0, left)) parts[i]! += 1n;
  return parts;
}
