import type { TimeMoney } from "../../../db/model/board-views.ts";
import { type Currency, microText } from "../../../db/model/money.ts";
import type { FxRate, PricePiece } from "../../../db/model/price.ts";
import { DAY_MS, dayOf, HOUR_MS, shift, type Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { splitExactly } from "../split.ts";
import { exchangeRate } from "./exchange.ts";
import { isSunk, rateStretches } from "./hourly.ts";
import { add, floorOf, type Ratio, times, ZERO } from "./ratio.ts";

/** Card time of a pool in some whole UTC hours. Where a rate changes inside, it should be one hour: see `hourCuts`. */
export type TimeSpan = Window & {
  readonly ownedMs: number;
  readonly idleMs: number; // free, or held without activity
};

export type MoneyTerms = {
  readonly zone: string; // contract months are counted in it
  readonly currency: Currency; // everything is told in it
  readonly rates: readonly FxRate[]; // of one belief
};

/** A stretch of one rate. */
export type MoneyStretch = Window & {
  readonly rate: Ratio | null; // micro-units of the shown currency per card-ms; null = unpriced, or no rate
  readonly isSunk: boolean;
};

/**
 * What a pool's card time cost and how much of it was idle. Exact fractions throughout: a rate that changes inside a
 * span splits the span's card time by the share each rate has of it (largest remainder), another currency is converted by
 * the rate of its UTC day, and each sum is cut to whole micro-units once. Time without a price or a rate is counted in
 * `unpricedMs` and costs nothing.
 * @param spans ascending @param stretches tile at least all of the spans
 */
export function poolMoney(spans: readonly TimeSpan[], stretches: readonly MoneyStretch[]): TimeMoney {
  let cost = ZERO;
  let idle = ZERO;
  let sunkIdle = ZERO;
  let unpricedMs = 0;
  for (const { rate, isSunk, ownedMs, idleMs } of spread(spans, stretches)) {
    if (rate === null) unpricedMs += ownedMs;
    else if (ownedMs > 0) {
      const idleMoney = times(rate, whole(idleMs));
      cost = add(cost, times(rate, whole(ownedMs)));
      idle = add(idle, idleMoney);
      if (isSunk) sunkIdle = add(sunkIdle, idleMoney);
    }
  }
  return { costMicro: text(cost), idleMicro: text(idle), sunkIdleMicro: text(sunkIdle), unpricedMs };
}

const whole = (ms: number): Ratio => ({ num: BigInt(ms), den: 1n });
const text = (sum: Ratio): string => microText(floorOf(sum));

/**
 * UTC hours (their numbers since 1970) at which time must be added up anew, so that no sum spans two rates: each border
 * of a stretch, or the whole hour around it.
 */
export function hourCuts(stretches: readonly MoneyStretch[]): Set<number> {
  const cuts = new Set<number>();
  for (const { from } of stretches) {
    cuts.add(Math.floor(from / HOUR_MS));
    cuts.add(Math.ceil(from / HOUR_MS));
  }
  return cuts;
}

/** Stretches without money in a row, as one: [from, to) nobody has a price or a rate for. */
export function moneyless(stretches: readonly MoneyStretch[]): Window[] {
  const out: Window[] = [];
  for (const { from, to, rate } of stretches) {
    if (rate !== null) continue;
    const last = out.at(-1);
    if (last !== undefined && last.to === from) out[out.length - 1] = { from: last.from, to };
    else out.push({ from, to });
  }
  return out;
}

/** The rates of a piece: cut by contract months, the end of its term, and by UTC days where another currency is converted. */
export function moneyStretches(pieces: readonly PricePiece[], terms: MoneyTerms): MoneyStretch[] {
  return pieces.flatMap((piece) => stretchesOf(piece, terms));
}

function stretchesOf(piece: PricePiece, { zone, currency, rates }: MoneyTerms): MoneyStretch[] {
  const { price } = piece;
  if (price === null) return [{ ...cut(piece), rate: null, isSunk: false }];
  const days = price.currency === currency ? [cut(piece)] : byDay(piece);
  return days.flatMap((day) => {
    const rate = exchangeRate(price.currency, currency, day.from, rates);
    return aroundTerm(day, price.termTo).flatMap((part) =>
      rateStretches(price, part, zone).map((stretch) => ({
        from: stretch.from,
        to: stretch.to,
        rate: rate === null ? null : times(stretch.rate, rate),
        isSunk: isSunk(price, stretch.from),
      })),
    );
  });
}

const cut = ({ from, to }: Window): Window => ({ from, to });

/** The window in UTC days: a rate speaks for a day. */
function byDay({ from, to }: Window): Window[] {
  const days: Window[] = [];
  for (let at = from; at < to; at = shift(dayOf(at), DAY_MS)) {
    const next = shift(dayOf(at), DAY_MS);
    days.push({ from: at, to: next < to ? next : to });
  }
  return days;
}

function aroundTerm({ from, to }: Window, termTo: UnixMs | null): Window[] {
  if (termTo === null || termTo <= from || termTo >= to) return [{ from, to }];
  return [
    { from, to: termTo },
    { from: termTo, to },
  ];
}

type TimedStretch = MoneyStretch & { ownedMs: number; idleMs: number };

/** Puts the time of each span where it belongs. Both lists are ascending. */
function spread(spans: readonly TimeSpan[], stretches: readonly MoneyStretch[]): TimedStretch[] {
  const timed = stretches.map((stretch): TimedStretch => ({ ...stretch, ownedMs: 0, idleMs: 0 }));
  let first = 0;
  for (const { from, to, ownedMs, idleMs } of spans) {
    while ((timed[first]?.to ?? Infinity) <= from) first++;
    const touched: TimedStretch[] = [];
    for (let i = first; i < timed.length && (timed[i] as TimedStretch).from < to; i++)
      touched.push(timed[i] as TimedStretch);
    if (touched.length === 0) throw new RangeError(`pool money: nothing is said of the time from ${from}`);
    const shares = touched.map((stretch) => Math.min(stretch.to, to) - Math.max(stretch.from, from));
    const idleParts = splitExactly(idleMs, shares);
    const restParts = splitExactly(ownedMs - idleMs, shares); // apart, so that no part is idle for longer than it is owned
    for (const [i, stretch] of touched.entries()) {
      stretch.idleMs += idleParts[i] ?? 0;
      stretch.ownedMs += (idleParts[i] ?? 0) + (restParts[i] ?? 0);
    }
  }
  return timed;
}
