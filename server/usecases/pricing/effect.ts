import type { TimeMoney } from "../../../db/model/board-views.ts";
import { type Currency, microOf, unveiled, microText, type Micro } from "../../../db/model/money.ts";
import type { PoolKey } from "../../../db/model/fleet.ts";
import type { Price, PricePiece } from "../../../db/model/price.ts";
import type { PoolEffect, PriceEffect } from "../../../db/model/pricing-views.ts";
import { HOUR_MS, hourOf, shift, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { PoolSpan } from "../../../db/store/pool-spans.ts";
import { isSame } from "../../../db/store/price-plan.ts";
import { hourCuts, moneyStretches, poolMoney } from "../../domain/pricing/pool-money.ts";
import { type PriceBook, poolPieces, poolPriceAt } from "../../domain/pricing/price-book.ts";
import { priceHourly } from "./price-hourly.ts";

/** PostgreSQL's and JavaScript's dates both reach it: beyond every end that is said. */
const END_OF_TIME = unixMs(Date.UTC(9999, 11, 31));

export type Pool = PoolKey & { readonly id: number };

export type EffectQuestion = {
  readonly pools: readonly Pool[];
  readonly before: PriceBook;
  readonly after: PriceBook;
  readonly from: UnixMs; // nothing differs earlier
  readonly now: UnixMs; // money before it is spent, after it is hourly
  readonly zone: string;
  readonly currency: Currency;
  readonly rows: PriceEffect["rows"];
};

export type EffectReads = {
  /** The first hour with card time; null = there is none. */
  firstHour(): Promise<UnixMs | null>;
  spans(window: Window, cuts: Iterable<number>, poolIds: readonly number[]): Promise<readonly PoolSpan[]>;
  /** Owned card-ms of the last 24 hours by pool. */
  lastDay(): Promise<ReadonlyMap<number, number>>;
};

/**
 * What one book costs more than another: the difference line. Over the past, the card time that was really there at both
 * prices, for the time in which the two differ; from now on, the hourly rates and a day at yesterday's card time.
 */
export async function priceEffect(question: EffectQuestion, reads: EffectReads): Promise<PriceEffect> {
  const touched = touchedPools(question);
  const { now, currency, rows } = question;
  const past = touched.flatMap(({ differs }) => (differs.from < now ? [pastOf(differs, now)] : []));
  const firstHour = past.length === 0 ? null : await reads.firstHour();
  const pools = touched.map((pool) => ({ ...pool, paid: paidOf(pool.differs, now, firstHour) }));
  const spans = await spansByPool(pools, question, reads);
  const dayMs = touched.length === 0 ? new Map<number, number>() : await reads.lastDay();
  const effects = pools.map((pool) =>
    poolEffect(pool, question, spans.get(pool.pool.id) ?? [], dayMs.get(pool.pool.id) ?? 0),
  );
  const sum = effects.reduce((total, { differenceMicro }) => total + microOf(differenceMicro), 0n);
  return {
    currency,
    from: past.length === 0 ? null : Math.min(...past.map(({ from }) => from)),
    to: past.length === 0 ? null : Math.max(...past.map(({ to }) => to)),
    differenceMicro: microText(sum),
    rows,
    pools: effects.toSorted((a, b) => bySize(a, b) || a.poolId - b.poolId),
  };
}

/** The card time of the pools in the hours they are paid for, ascending. */
async function spansByPool(
  pools: readonly Paid[],
  question: EffectQuestion,
  reads: EffectReads,
): Promise<Map<number, PoolSpan[]>> {
  const byPool = new Map<number, PoolSpan[]>();
  const windows = pools.flatMap(({ paid }) => (paid === null ? [] : [paid]));
  if (windows.length === 0) return byPool;
  const from = unixMs(Math.min(...windows.map((paid) => paid.from)));
  const to = unixMs(Math.max(...windows.map((paid) => paid.to)));
  const cuts = new Set<number>();
  for (const pool of pools) for (const cut of cutsOf(pool, question)) cuts.add(cut);
  const ids = pools.flatMap(({ pool, paid }) => (paid === null ? [] : [pool.id]));
  for (const span of await reads.spans({ from, to }, cuts, ids)) {
    const spans = byPool.get(span.poolId) ?? [];
    spans.push(span);
    byPool.set(span.poolId, spans);
  }
  return byPool;
}

const size = ({ differenceMicro }: PoolEffect): Micro => {
  const difference = microOf(differenceMicro);
  return difference < 0n ? -difference : difference;
};
const bySize = (a: PoolEffect, b: PoolEffect): number => (size(a) === size(b) ? 0 : size(a) < size(b) ? 1 : -1);

type Touched = {
  readonly pool: Pool;
  readonly before: readonly PricePiece[];
  readonly after: readonly PricePiece[];
  readonly differs: Window; // from the first to the last instant the two differ
};

/** Past hours with card time in which the two differ: the only ones that can cost. null = there are none. */
type Paid = Touched & { readonly paid: Window | null };

function touchedPools({ pools, before, after, from }: EffectQuestion): Touched[] {
  const window = { from, to: END_OF_TIME };
  return pools.flatMap((pool) => {
    const [old, young] = [poolPieces(before, pool, window), poolPieces(after, pool, window)];
    const differs = difference(old, young);
    return differs === null ? [] : [{ pool, before: old, after: young, differs }];
  });
}

/** From the first to the last instant at which two tilings of one window say different money; null = nowhere. */
function difference(before: readonly PricePiece[], after: readonly PricePiece[]): Window | null {
  let from: UnixMs | null = null;
  let to: UnixMs | null = null;
  for (let i = 0, j = 0; i < before.length && j < after.length;) {
    const [a, b] = [before[i] as PricePiece, after[j] as PricePiece];
    const end = unixMs(Math.min(a.to, b.to));
    if (!costsTheSame(a.price, b.price)) {
      from ??= unixMs(Math.max(a.from, b.from));
      to = end;
    }
    if (a.to === end) i++;
    if (b.to === end) j++;
  }
  return from === null || to === null ? null : { from, to };
}

function costsTheSame(a: Price | null, b: Price | null): boolean {
  if (a === null || b === null) return a === b;
  return isSame(a, b) && a.anchor === b.anchor && a.isList === b.isList;
}

const ceilHour = (at: UnixMs): UnixMs => shift(hourOf(shift(at, HOUR_MS - 1)), 0);

const pastOf = (differs: Window, now: UnixMs): Window => ({
  from: hourOf(differs.from),
  to: ceilHour(unixMs(Math.min(differs.to, now))),
});

/**
 * The past from the first card time on. A price may be valid from 1970, and its rates are converted day by day: what
 * nobody was there to cost is not worth the days.
 */
function paidOf(differs: Window, now: UnixMs, firstHour: UnixMs | null): Window | null {
  if (differs.from >= now || firstHour === null) return null;
  const { from, to } = pastOf(differs, now);
  return firstHour < to ? { from: max(from, firstHour), to } : null;
}

function cutsOf({ paid, before, after }: Paid, question: EffectQuestion): number[] {
  if (paid === null) return [];
  const books = [stretches(before, paid, question.before, question), stretches(after, paid, question.after, question)];
  return [paid.from / HOUR_MS, paid.to / HOUR_MS, ...books.flatMap((some) => [...hourCuts(some)])];
}

const stretches = (
  pieces: readonly PricePiece[],
  { from, to }: Window,
  { rates }: PriceBook,
  { zone, currency }: EffectQuestion,
) =>
  moneyStretches(
    pieces
      .filter((piece) => piece.from < to && piece.to > from)
      .map((piece) => ({ ...piece, from: max(piece.from, from), to: min(piece.to, to) })),
    { zone, currency, rates },
  );

const max = (a: UnixMs, b: UnixMs): UnixMs => (a > b ? a : b);
const min = (a: UnixMs, b: UnixMs): UnixMs => (a < b ? a : b);

const NO_MONEY: TimeMoney = { costMicro: "0", idleMicro: "0", sunkIdleMicro: "0", unpricedMs: 0 };

function poolEffect(touched: Paid, question: EffectQuestion, spans: readonly PoolSpan[], dayMs: number): PoolEffect {
  const { pool, differs, paid } = touched;
  const { now } = question;
  const mine = paid === null ? [] : spans.filter((s) => s.from >= paid.from && s.to <= paid.to);
  const money = (pieces: readonly PricePiece[], book: PriceBook): TimeMoney =>
    paid === null ? NO_MONEY : poolMoney(mine, stretches(pieces, paid, book, question));
  const at = max(now, differs.from);
  const hourly = (book: PriceBook): Micro | null => {
    const price = poolPriceAt(book, pool, at);
    return price === null ? null : priceHourly(price, at, book, question);
  };
  const [before, after] = [money(touched.before, question.before), money(touched.after, question.after)];
  const [hourlyBefore, hourlyAfter] = [hourly(question.before), hourly(question.after)];
  const { id: poolId, vendor, region, zone, cluster, model, billing } = pool;
  return {
    poolId,
    vendor,
    region,
    zone,
    cluster,
    model,
    billing,
    before,
    after,
    differenceMicro: microText(unveiled(after.costMicro) - unveiled(before.costMicro)),
    hourlyBeforeMicro: textOf(hourlyBefore),
    hourlyAfterMicro: textOf(hourlyAfter),
    perDayBeforeMicro: textOf(perDay(hourlyBefore, dayMs)),
    perDayAfterMicro: textOf(perDay(hourlyAfter, dayMs)),
  };
}

const textOf = (amount: Micro | null): string | null => (amount === null ? null : microText(amount));
const perDay = (hourly: Micro | null, dayMs: number): Micro | null =>
  hourly === null ? null : (hourly * BigInt(dayMs)) / BigInt(HOUR_MS);
