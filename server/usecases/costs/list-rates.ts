import { divideHalfEven, type Micro } from "../../../db/model/money.ts";
import type { Price } from "../../../db/model/price.ts";
import { type MoneyStretch, moneyStretches } from "../../domain/pricing/pool-money.ts";
import { type PriceBook, priceBook, poolPieces } from "../../domain/pricing/price-book.ts";
import { add, type Ratio, times, ZERO } from "../../domain/pricing/ratio.ts";
import { dayBorders } from "../../domain/usage/calendar.ts";
import type { LedgerFacts } from "./ledger-facts.ts";
import type { ExportDeps } from "./ports.ts";

/** What card-time of a pool on a day would have cost by published list prices. null = none was known for all of the day. */
export type ListRates = { cost(place: number, poolId: number, ms: number): Micro | null };

/** List prices of the days of a question, in the view's currency. A price that changes within a day counts by its part of the day. */
export async function listRates(deps: ExportDeps, facts: LedgerFacts): Promise<ListRates> {
  const [prices, rates] = await Promise.all([deps.pricing.prices(null), deps.pricing.rates(null)]);
  const book = listBook(prices, rates, deps.aliases.current());
  const borders = dayBorders(facts.asked, facts.zone);
  const known = new Map<number, (Ratio | null)[]>();
  const ratesOf = (poolId: number): (Ratio | null)[] => {
    const pool = facts.pools.get(poolId);
    if (pool === undefined || book.prices.length === 0) return [];
    const window = { from: borders[0]!, to: borders.at(-1)! };
    const terms = { zone: facts.zone, currency: facts.currency, rates };
    return byDay(moneyStretches(poolPieces(book, pool, window), terms), borders);
  };
  return {
    cost(place, poolId, ms) {
      let days = known.get(poolId);
      if (days === undefined) known.set(poolId, (days = ratesOf(poolId)));
      const rate = days[place] ?? null;
      return rate === null ? null : divideHalfEven(rate.num * BigInt(ms), rate.den);
    },
  };
}

/** Means by day, weighted by how long each rate held. */
function byDay(stretches: readonly MoneyStretch[], borders: readonly number[]): (Ratio | null)[] {
  let next = 0;
  return borders.slice(1).map((to, place) => {
    const from = borders[place]!;
    let sum = ZERO;
    let isKnown = true;
    while (next > 0 && stretches[next - 1]!.to > from) next--;
    for (; next < stretches.length && stretches[next]!.from < to; next++) {
      const stretch = stretches[next]!;
      const length = Math.min(stretch.to, to) - Math.max(stretch.from, from);
      if (length <= 0) continue;
      if (stretch.rate === null) isKnown = false;
      else sum = add(sum, times(stretch.rate, { num: BigInt(length), den: 1n }));
    }
    return isKnown ? times(sum, { num: 1n, den: BigInt(to - from) }) : null;
  });
}

type BookArgs = Parameters<typeof priceBook>;
let kept: { readonly prices: readonly Price[]; readonly rates: BookArgs[1]; readonly book: PriceBook } | null = null;

/** The list prices alone, found by what they are for. A book is asked for again while nothing in it changed. */
function listBook(prices: readonly Price[], rates: BookArgs[1], aliases: ReadonlyMap<string, string>): PriceBook {
  if (kept !== null && kept.prices === prices && kept.rates === rates && kept.book.aliases === aliases)
    return kept.book;
  const lists = prices.filter(({ isList }) => isList);
  kept = { prices, rates, book: priceBook(lists, rates, [], aliases) };
  return kept.book;
}
