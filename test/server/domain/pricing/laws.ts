import fc from "fast-check";
import { decimalMoney, microOf, microText, parseMoney, unveiled } from "../../../../db/model/money.ts";
import type { FxRate, Price, PriceChange, PricePiece } from "../../../../db/model/price.ts";
import { DAY_MS, dayOf, HOUR_MS, shift, type Window } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import { cardCost, type CardCost } from "../../../../server/domain/pricing/card-cost.ts";
import { contractMonth } from "../../../../server/domain/pricing/contract-months.ts";
import { exchange } from "../../../../server/domain/pricing/exchange.ts";
import { cumulativeMicro } from "../../../../server/domain/pricing/hourly.ts";
import { hourCuts, moneyStretches, poolMoney, type TimeSpan } from "../../../../server/domain/pricing/pool-money.ts";
import { pricePieces } from "../../../../server/domain/pricing/price-pieces.ts";
import { matches } from "../../../../server/domain/pricing/selectors.ts";
import { withChanges } from "../../../../server/usecases/pricing/with-changes.ts";
import {
  aPrice,
  books,
  denseBooks,
  fewSelectors,
  instants,
  POOL,
  PRICED_POOL,
  START,
  terms,
  windows,
  zones,
} from "./books.ts";

/** What the laws judge; a mutant replaces one part by a wrong one. */
export type Pricing = {
  readonly pricePieces: typeof pricePieces;
  readonly cumulativeMicro: typeof cumulativeMicro;
  readonly contractMonth: typeof contractMonth;
  readonly cardCost: typeof cardCost;
  readonly withChanges: typeof withChanges;
  readonly exchange: typeof exchange;
  readonly parseMoney: typeof parseMoney;
  readonly decimalMoney: typeof decimalMoney;
  readonly hourCuts: typeof hourCuts;
  readonly poolMoney: typeof poolMoney;
};
export const REAL: Pricing = {
  pricePieces,
  cumulativeMicro,
  contractMonth,
  cardCost,
  withChanges,
  exchange,
  parseMoney,
  decimalMoney,
  hourCuts,
  poolMoney,
};

const same = (got: unknown, wanted: unknown): void => {
  const show = (value: unknown) => JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? `${v}` : v));
  if (show(got) !== show(wanted)) throw new Error(`${show(got)} is not ${show(wanted)}`);
};
const isTrue = (claim: boolean, text: string): void => {
  if (!claim) throw new Error(text);
};

const moneyOf = ({ byCurrency, unpricedMs }: CardCost) => [
  ...[...byCurrency].filter(([, micro]) => micro !== 0n).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  unpricedMs,
];
const plus = (a: CardCost, b: CardCost): CardCost => {
  const byCurrency = new Map(a.byCurrency);
  for (const [currency, micro] of b.byCurrency) byCurrency.set(currency, (byCurrency.get(currency) ?? 0n) + micro);
  return { byCurrency, unpricedMs: a.unpricedMs + b.unpricedMs };
};

/** M-02: cost[a,c) = cost[a,b) + cost[b,c), inside price changes, daylight saving changes and ends of months. */
export const costsAddUpOverTime = (p: Pricing) =>
  fc.property(books, windows, instants, zones, fc.nat(15), (book, { from, to }, middle, zone, place) => {
    const b = unixMs(Math.min(Math.max(middle, from), to));
    const cost = (w: Window) => p.cardCost(p.pricePieces(book, PRICED_POOL, w), zone, place);
    same(moneyOf(plus(cost({ from, to: b }), cost({ from: b, to }))), moneyOf(cost({ from, to })));
  });

/** Owning for longer never costs less, nor does a moment before the start cost anything (M-13). */
export const costNeverFalls = (p: Pricing) =>
  fc.property(terms, instants, instants, instants, zones, (terms, start, x, y, zone) => {
    const price = aPrice({ ...terms, from: start });
    const [a, b] = [unixMs(Math.min(x, y)), unixMs(Math.max(x, y))];
    const [fa, fb] = [p.cumulativeMicro(price, a, zone), p.cumulativeMicro(price, b, zone)];
    isTrue(0n <= fa && fa <= fb, `F falls from ${fa} to ${fb}`);
    if (b <= start) same(fb, 0n);
  });

/** M-05: pieces tile the window, and each instant has the price a look at every row would choose. */
export const piecesTile = (p: Pricing) =>
  fc.property(books, windows, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (book, window, shares) => {
    const pieces = p.pricePieces(book, PRICED_POOL, window);
    same([pieces[0]?.from, pieces.at(-1)?.to], [window.from, window.to]);
    for (const [i, piece] of pieces.entries()) {
      isTrue(piece.from < piece.to, "a piece of no time");
      if (i > 0) same(piece.from, pieces[i - 1]?.to);
      if (i > 0) isTrue(piece.price !== pieces[i - 1]?.price, "two pieces of one price touch");
    }
    const drawn = shares.map((share) => unixMs(window.from + share * (window.to - window.from - 1)));
    const borders = book
      .flatMap(({ from, to }) => [from, to ?? from])
      .filter((at) => window.from <= at && at < window.to);
    for (const at of [...drawn, ...borders])
      same(
        pieces.filter((piece) => piece.from <= at && at < piece.to).map(({ price }) => price?.id),
        [chosen(book, at)?.id],
      );
  });

const PARTS = ["contract", "cluster", "zone", "region", "billing", "model", "vendor"] as const;

/** The rule read aloud: real before list, more parts before fewer, then the earlier part, then the earlier contract. */
function chosen(book: readonly Price[], at: UnixMs): Price | null {
  const rank = ({ selector, isList }: Price): string => {
    const said = PARTS.map((part) => (selector[part] === "" ? "b" : "a")).join("");
    const missing = said.split("b").length;
    return `${isList ? 1 : 0} ${missing} ${said} ${selector.contract}`;
  };
  const speaking = book.filter(
    (price) => matches(price.selector, PRICED_POOL) && price.from <= at && (price.to === null || at < price.to),
  );
  return speaking.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0] ?? null;
}

const changes: fc.Arbitrary<PriceChange[]> = fc
  .array(
    fc.record({
      selector: fewSelectors,
      isList: fc.boolean(),
      window: windows,
      isOpen: fc.boolean(),
      terms: fc.option(terms),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) =>
    all.map(({ window, isOpen, ...rest }) => ({ ...rest, from: window.from, to: isOpen ? null : window.to })),
  );

/** M-06: a change moves the money of the time it touches, by the difference of the two prices, and not a micro elsewhere. */
export const changesMoveOnlyTouchedTime = (p: Pricing) =>
  fc.property(denseBooks, changes, windows, zones, (book, wishes, window, zone) => {
    const after = p.withChanges(book, wishes).prices;
    const cost = (prices: readonly Price[], w: Window) => p.cardCost(pricePieces(prices, PRICED_POOL, w), zone);
    const borders = [window.from, window.to, ...wishes.flatMap(({ from, to }) => [from, to ?? window.to])];
    const inside = [...new Set(borders)].filter((at) => window.from <= at && at <= window.to).toSorted((a, b) => a - b);
    let touched: CardCost = { byCurrency: new Map(), unpricedMs: 0 };
    for (const [i, from] of inside.slice(0, -1).entries()) {
      const part = { from, to: inside[i + 1] as UnixMs };
      const isTouched = wishes.some((w) => w.from <= from && from < (w.to ?? Infinity));
      if (isTouched) touched = plus(touched, minus(cost(after, part), cost(book, part)));
      else same(moneyOf(cost(after, part)), moneyOf(cost(book, part)));
    }
    same(moneyOf(minus(cost(after, window), cost(book, window))), moneyOf(touched));
  });

const minus = (a: CardCost, b: CardCost): CardCost =>
  plus(a, {
    byCurrency: new Map([...b.byCurrency].map(([currency, micro]) => [currency, -micro])),
    unpricedMs: -b.unpricedMs,
  });

/** A wish is true afterwards, wherever no later wish says otherwise, and asking for it again changes nothing. */
export const wishesComeTrue = (p: Pricing) =>
  fc.property(denseBooks, changes, (book, wishes) => {
    const { prices } = p.withChanges(book, wishes);
    for (const [i, wish] of wishes.entries()) {
      const later = wishes
        .slice(i + 1)
        .filter(({ isList, selector }) => isList === wish.isList && equal(selector, wish.selector));
      if (later.some(({ from, to }) => from <= wish.from && wish.from < (to ?? Infinity))) continue;
      const mine = prices.filter((price) => price.isList === wish.isList && equal(price.selector, wish.selector));
      const there = mine.filter((price) => price.from <= wish.from && wish.from < (price.to ?? Infinity));
      same(
        there.map(({ amountMicro, basis, currency }) => [amountMicro, basis, currency]),
        wish.terms === null ? [] : [[wish.terms.amountMicro, wish.terms.basis, wish.terms.currency]],
      );
    }
    const last = wishes.at(-1) as PriceChange;
    const again = p.withChanges(
      prices.map((price, i) => ({ ...price, id: i + 1 })),
      [last],
    ).plan;
    same([again.added.length, again.ended.length, again.unchanged], [0, 0, 1]);
  });

const equal = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

const rates: fc.Arbitrary<FxRate[]> = fc.array(
  fc
    .record({ day: instants.map(dayOf), rateNano: fc.bigInt(1n, 20_000_000_000n), isDirect: fc.boolean() })
    .map(({ day, rateNano, isDirect }) => ({
      base: isDirect ? "USD" : "CNY",
      quote: isDirect ? "CNY" : "USD",
      day,
      rateNano,
      knownFrom: unixMs(START),
      knownTo: null,
    })),
  { maxLength: 6 },
);

/** M-10: the same currency is untouched; a missing rate is missing; a rate is that of the day or before, rounded once. */
export const currenciesNeverMeetSilently = (p: Pricing) =>
  fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), instants, rates, (amount, at, rates) => {
    same(p.exchange(amount, "USD", "USD", at, rates), amount);
    same(p.exchange(amount, "EUR", "CNY", at, rates), null);
    const newest = Math.max(...rates.map(({ day }) => day).filter((day) => day <= at));
    const got = p.exchange(amount, "USD", "CNY", at, rates);
    if (newest === -Infinity) return same(got, null);
    const said = rates.filter(({ day }) => day === newest);
    const fits = said.some(({ base, rateNano }) => {
      const [num, den] = base === "USD" ? [amount * rateNano, 10n ** 9n] : [amount * 10n ** 9n, rateNano];
      return got !== null && isNearest(got, num, den);
    });
    isTrue(fits, `${amount} became ${got}`);
  });

/** Within half a unit, and even where it is just half. */
function isNearest(got: bigint, num: bigint, den: bigint): boolean {
  const twice = 2n * (got * den - num);
  const off = twice < 0n ? -twice : twice;
  return off < den || (off === den && got % 2n === 0n);
}

/** Halves of a cent too: that is where roundings differ. */
const amounts = fc.oneof(
  fc.bigInt(-(10n ** 18n) + 1n, 10n ** 18n - 1n),
  fc.bigInt(-(10n ** 6n), 10n ** 6n).map((half) => half * 5_000n),
);

/** M-12: money survives being written down. */
export const moneySurvivesText = (p: Pricing) =>
  fc.property(amounts, (amount) => {
    same(microOf(microText(amount)), amount);
    same(p.parseMoney(p.decimalMoney(amount)), amount);
    isTrue(/^-?\d+\.\d{2,6}$/.test(p.decimalMoney(amount)), p.decimalMoney(amount));
    const rounded = p.parseMoney(p.decimalMoney(amount, 2));
    isTrue(rounded !== null && isNearest(rounded / 10_000n, amount, 10_000n), `${amount} shown as ${rounded}`);
  });

/** M-15: a contract month costs its fee, exactly, however it is cut into days; its borders are the wall clock's. */
export const monthsCostTheirFee = (p: Pricing) =>
  fc.property(fc.bigInt(1n, 10n ** 14n), instants, fc.nat(30), zones, (fee, start, months, zone) => {
    const price = aPrice({ basis: "card_month", amountMicro: fee, from: start });
    const month = p.contractMonth(start, unixMs(start + months * 30.4 * DAY_MS), zone);
    const F = (at: UnixMs) => p.cumulativeMicro(price, at, zone);
    same(F(month.to) - F(month.from), fee);
    let sum = 0n;
    for (let at = month.from; at < month.to; at = shift(at, DAY_MS))
      sum += F(unixMs(Math.min(at + DAY_MS, month.to))) - F(at);
    same(sum, fee);
    const days = (month.to - month.from) / DAY_MS;
    isTrue(27.9 < days && days < 31.1, `a month of ${days} days`);
    same(F(month.from), fee * BigInt(month.index));
    const [first, border] = [wall(start, zone), wall(month.to, zone)];
    const lastDay = new Date(Date.UTC(border.year, border.month, 0)).getUTCDate();
    same(border.day, Math.min(first.day, lastDay));
    const minutes = Math.abs(first.minutes - border.minutes);
    isTrue(minutes === 0 || minutes === 30 || minutes === 60, "the time of day moved by more than a skipped hour");
  });

function wall(at: UnixMs, zone: string) {
  const text = new Date(at).toLocaleString("sv-SE", { timeZone: zone });
  const [year, month, day, hour, minute] = text.split(/\D/).map(Number) as [number, number, number, number, number];
  return { year, month, day, minutes: hour * 60 + minute };
}

/** The cards of an instance cost the instance: no micro is lost between them. */
export const instancesAreSharedOut = (p: Pricing) =>
  fc.property(fc.bigInt(1n, 10n ** 12n), fc.integer({ min: 1, max: 16 }), instants, instants, (amount, cards, x, y) => {
    const start = unixMs(Math.min(x, y));
    const at = unixMs(Math.max(x, y));
    const price = aPrice({ basis: "instance_hour", amountMicro: amount, cardsPerInstance: cards, from: start });
    const parts = Array.from({ length: cards }, (_, place) => p.cumulativeMicro(price, at, "UTC", place));
    const whole = aPrice({ amountMicro: amount, from: start });
    same(
      parts.reduce((sum, part) => sum + part, 0n),
      p.cumulativeMicro(whole, at, "UTC"),
    );
  });

const hourly = fc.array(fc.tuple(fc.nat(8 * HOUR_MS), fc.nat(100)), { minLength: 1, maxLength: 24 * 70 });

/** Adding up hours between the cuts first, as the database does, gives the money of hour by hour. */
export const cutsLoseNothing = (p: Pricing) =>
  fc.property(books, instants, hourly, rates, zones, (book, at, hours, rates, zone) => {
    const from = dayOf(at);
    const window = { from, to: unixMs(from + hours.length * HOUR_MS) };
    const pieces: PricePiece[] = pricePieces(book, { ...POOL, contracts: [] }, window);
    const stretches = moneyStretches(pieces, { zone, currency: "CNY", rates });
    const single = hours.map(([ownedMs, idle], i): TimeSpan => {
      const start = unixMs(from + i * HOUR_MS);
      return { from: start, to: shift(start, HOUR_MS), ownedMs, idleMs: Math.floor((ownedMs * idle) / 100) };
    });
    const cuts = p.hourCuts(stretches);
    const merged: TimeSpan[] = [];
    for (const span of single) {
      const last = merged.at(-1);
      if (last === undefined || cuts.has(span.from / HOUR_MS)) merged.push(span);
      else
        merged[merged.length - 1] = {
          ...last,
          to: span.to,
          ownedMs: last.ownedMs + span.ownedMs,
          idleMs: last.idleMs + span.idleMs,
        };
    }
    const money = p.poolMoney(merged, stretches);
    same(money, poolMoney(single, stretches));
    isTrue(unveiled(money.sunkIdleMicro) <= unveiled(money.idleMicro), "more is sunk than idle");
    isTrue(unveiled(money.idleMicro) <= unveiled(money.costMicro), "more is idle than paid");
    const priced = stretches.some(({ rate }) => rate !== null);
    if (!priced)
      same([money.costMicro, money.unpricedMs], ["0", single.reduce((sum, { ownedMs }) => sum + ownedMs, 0)]);
  });
