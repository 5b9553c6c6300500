import type { Currency } from "../../../db/model/money.ts";
import type { FxRate } from "../../../db/model/price.ts";
import { type DayLines, exactAt, type PricedBy, putExact } from "../../../db/store/ledger-reads.ts";
import { convertDay } from "../../domain/ledger/convert.ts";

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
  const money = inCurrency(day, { currency, rates, prices });
  known.set(day, { terms: { currency, rates }, money });
  return money;
}

function inCurrency(day: DayLines, { currency, rates, prices }: MoneyTerms): DayMoney {
  const currencies = Array.from(day.priceId, (id) => prices.get(id)?.currency ?? currency);
  if (currencies.every((own) => own === currency)) return { micro: day.micro, unconverted: NONE };
  const micro = day.micro.map((column) => column.slice());
  const cells = currencies.flatMap((own, i) => (own === currency ? [] : micro.map((column) => ({ own, column, i })))); // by line, then by state
  const converted = convertDay(
    cells.map(({ own, column, i }) => ({ currency: own, micro: exactAt(column, i) })),
    day.dayNo,
    currency,
    rates,
  );
  for (const [n, { column, i }] of cells.entries()) putExact(column, i, converted.micro[n] ?? 0n);
  return { micro, unconverted: new Set(converted.unconverted) };
}
const NONE: ReadonlySet<Currency> = new Set();
