import { REVENUE_KINDS } from "../../../db/model/feature.ts";
import type { Currency, Micro } from "../../../db/model/money.ts";
import type { Window } from "../../../db/model/time.ts";
import type { UsageSourceRecord } from "../../../db/store/usage-sources.ts";
import type { StoredLine } from "../../../db/store/usage.ts";
import { countingMoney, countingSource } from "../../domain/usage/counting.ts";
import { onlyPrice, saleOf, salesIn, type SalesPrice } from "../../domain/usage/sales.ts";
import type { DaySum, MoneyByFeature, MoneySum } from "./day-sums.ts";
import type { RevenueAmount, RevenueDay } from "./usage-port.ts";

export type RevenueFacts = {
  readonly sums: ReadonlyMap<number, ReadonlyMap<number, DaySum>>; // by day and source
  readonly money: ReadonlyMap<number, MoneyByFeature>; // by day
  readonly sourcesOf: ReadonlyMap<number, readonly UsageSourceRecord[]>; // by feature
  readonly pricesOf: ReadonlyMap<number, readonly SalesPrice[]>; // by feature
  readonly windowOf: (day: number) => Window;
  readonly namedOf: ReadonlyMap<number, string>; // the source a feature names as the one that counts
  readonly isAsked: (featureId: number) => boolean;
  /** Lines of some sources in a window, for days in which a price changes. */
  readonly linesOf: (sourceIds: readonly number[], window: Window) => Promise<readonly StoredLine[]>;
};

/** What features earned, by feature and day: unit price × units of the source that counts, and measured amounts. */
export async function revenueDays(facts: RevenueFacts): Promise<ReadonlyMap<number, readonly RevenueDay[]>> {
  const found = new Map<number, RevenueDay[]>();
  for (const [day, bySource] of facts.sums) {
    const books = await booksOf(facts, facts.windowOf(day), bySource);
    for (const [featureId, measured] of facts.money.get(day) ?? [])
      if (facts.isAsked(featureId))
        bookOf(books, featureId).measured = countedMoney(measured, facts.namedOf.get(featureId) ?? "");
    for (const [featureId, book] of books) {
      const said = toDay(day, book);
      if (said === null) continue;
      const own = found.get(featureId);
      if (own === undefined) found.set(featureId, [said]);
      else own.push(said);
    }
  }
  return found;
}

type Book = {
  readonly sold: Map<Currency, Micro>;
  measured: ReadonlyMap<Currency, Measured>;
  unpricedMicro: Micro;
};
/** Of one currency: what came in less what went back, and what went back (≤ 0). */
type Measured = { all: Micro; refunds: Micro };
type Books = Map<number, Book>;

function bookOf(books: Books, featureId: number): Book {
  let book = books.get(featureId);
  if (book === undefined) books.set(featureId, (book = { sold: new Map(), measured: NONE, unpricedMicro: 0n }));
  return book;
}
const NONE: ReadonlyMap<Currency, Measured> = new Map();

/** The money of one source a kind. */
function countedMoney(sums: readonly MoneySum[], named: string): ReadonlyMap<Currency, Measured> {
  const counted = new Map<Currency, Measured>();
  for (const kind of REVENUE_KINDS) {
    const own = sums.filter((sum) => sum.kind === kind);
    if (own.length === 0) continue;
    const counting = countingMoney(
      own.map(({ source }) => source),
      named,
    );
    for (const { source, currency, micro } of own) {
      if (source !== counting) continue;
      const { all, refunds } = counted.get(currency) ?? { all: 0n, refunds: 0n };
      counted.set(currency, { all: all + micro, refunds: kind === "refund" ? refunds + micro : refunds });
    }
  }
  return counted;
}

const sell = ({ sold }: Book, currency: Currency, micro: Micro): void =>
  void sold.set(currency, (sold.get(currency) ?? 0n) + micro);

/** What the units of a day sold for. Days in which a feature's price changes are worked out from the lines themselves. */
async function booksOf(
  { sourcesOf, pricesOf, linesOf }: RevenueFacts,
  window: Window,
  bySource: ReadonlyMap<number, DaySum>,
): Promise<Books> {
  const books: Books = new Map();
  const changing: { featureId: number; sourceId: number; prices: readonly SalesPrice[] }[] = [];
  for (const [featureId, own] of sourcesOf) {
    const source = countingSource(own, own[0]?.named ?? "", window.from);
    const okMicro = source === null ? null : (bySource.get(source.id)?.okMicro ?? null);
    if (source === null || okMicro === null) continue;
    const prices = pricesOf.get(featureId) ?? [];
    const price = onlyPrice(prices, window);
    if (price === undefined) changing.push({ featureId, sourceId: source.id, prices });
    else if (price === null) bookOf(books, featureId).unpricedMicro += okMicro;
    else sell(bookOf(books, featureId), price.currency, saleOf(okMicro, price.perUnitMicro));
  }
  if (changing.length === 0) return books;
  const lines = await linesOf(
    changing.map(({ sourceId }) => sourceId),
    window,
  );
  for (const { featureId, sourceId, prices } of changing) {
    const own = lines.filter((line) => line.sourceId === sourceId);
    const { amounts, unpricedMicro } = salesIn(own, prices, window);
    for (const [currency, micro] of amounts) sell(bookOf(books, featureId), currency, micro);
    bookOf(books, featureId).unpricedMicro += unpricedMicro;
  }
  return books;
}

function toDay(day: number, { sold, measured, unpricedMicro }: Book): RevenueDay | null {
  const currencies = [...sold.keys()];
  for (const currency of measured.keys()) if (!sold.has(currency)) currencies.push(currency);
  if (currencies.length === 0 && unpricedMicro === 0n) return null;
  const amounts = currencies.sort().map((currency): RevenueAmount => {
    const { all, refunds } = measured.get(currency) ?? { all: 0n, refunds: 0n };
    return { currency, soldMicro: sold.get(currency) ?? 0n, measuredMicro: all, refundMicro: refunds };
  });
  return { day, amounts, unpricedMicro };
}
