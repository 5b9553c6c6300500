import type { TimeMoney } from "../../../db/model/board-views.ts";
import { type Currency, microOf, microText, type Micro } from "../../../db/model/money.ts";
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
  const past = touched
    .filter(({ differs }) => differs.from < now)
    .map((pool) => ({ ...pool, past: pastOf(pool, now) }));
  const from = Math.min(...past.map((pool) => pool.past.from));
  const to = Math.max(...past.map((pool) => pool.past.to));
  const spans =
    past.length === 0
      ? []
      : await reads.spans(
          { from: unixMs(from), to: unixMs(to) },
          past.flatMap((pool) => cutsOf(pool, question)),
          past.map(({ pool }) => pool.id),
        );
  const dayMs = touched.length === 0 ? new Map<number, number>() : await reads.lastDay();
  const pools = touched.map((pool) => poolEffect(pool, question, spans, dayMs.get(pool.pool.id) ?? 0));
  const sum = pools.reduce((total, { differenceMicro }) => total + microOf(differenceMicro), 0n);
  return {
    currency,
    from: past.length === 0 ? null : from,
    to: past.length === 0 ? null : to,
    differenceMicro: microText(sum),
    rows,
    pools: pools.toSorted((a, b) => bySize(a, b) || a.poolId - b.poolId),
  };
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

const pastOf = ({ differs }: Touched, now: UnixMs): Window => ({
  from: hourOf(differs.from),
  to: ceilHour(unixMs(Math.min(differs.to, now))),
});

function cutsOf({ past, ...pool }: Touched & { readonly past: Window }, question: EffectQuestion): number[] {
  const inside = [pool.before, pool.after].flatMap((pieces, i) => [
    ...hourCuts(stretches(pieces, past, i === 0 ? question.before : question.after, question)),
  ]);
  return [past.from / HOUR_MS, past.to / HOUR_MS, ...inside];
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

function poolEffect(touched: Touched, question: EffectQuestion, spans: readonly PoolSpan[], dayMs: number): PoolEffect {
  const { pool, differs } = touched;
  const { now } = question;
  const past = differs.from < now ? pastOf(touched, now) : null;
  const mine = past === null ? [] : spans.filter((s) => s.poolId === pool.id && s.from >= past.from && s.to <= past.to);
  const money = (pieces: readonly PricePiece[], book: PriceBook): TimeMoney =>
    past === null ? NO_MONEY : poolMoney(mine, stretches(pieces, past, book, question));
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
    differenceMicro: microText(microOf(after.costMicro) - microOf(before.costMicro)),
    hourlyBeforeMicro: textOf(hourlyBefore),
    hourlyAfterMicro: textOf(hourlyAfter),
    perDayBeforeMicro: textOf(perDay(hourlyBefore, dayMs)),
    perDayAfterMicro: textOf(perDay(hourlyAfter, dayMs)),
  };
}

const textOf = (amount: Micro | null): string | null => (amount === null ? null : microText(amount));
const perDay = (hourly: Micro | null, dayMs: number): Micro | null =>
  hourly === null ? null : (hourly * BigInt(dayMs)) / BigInt(HOUR_MS);
