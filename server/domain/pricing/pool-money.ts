import type { TimeMoney } from "../../../db/model/board-views.ts";
import { type Currency, microText } from "../../../db/model/money.ts";
import type { FxRate, PricePiece } from "../../../db/model/price.ts";
import { DAY_MS, dayOf, HOUR_MS, shift, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { splitExactly } from "../split.ts";
import { exchangeRate } from "./exchange.ts";
import { isSunk, rateStretches } from "./hourly.ts";
import { add, floorOf, type Ratio, times, ZERO } from "./ratio.ts";

/** Card time of a pool in one UTC hour. */
export type HourOfTime = {
  readonly at: UnixMs; // start of the hour
  readonly ownedMs: number;
  readonly idleMs: number; // free, or held without activity
};

export type MoneyTerms = {
  readonly zone: string; // contract months are counted in it
  readonly currency: Currency; // everything is told in it
  readonly rates: readonly FxRate[]; // of one belief
};

/**
 * What a pool's card time cost and how much of it was idle. Exact fractions throughout: a price change inside an hour
 * splits the hour's card time by the share of the hour each price has (largest remainder), another currency is converted
 * by the rate of its UTC day, and each sum is cut to whole micro-units once. Time without a price or a rate is counted
 * in `unpricedMs` and costs nothing.
 * @param hours ascending @param pieces tile at least all of these hours
 */
export function poolMoney(hours: readonly HourOfTime[], pieces: readonly PricePiece[], terms: MoneyTerms): TimeMoney {
  const stretches = pieces.flatMap((piece) => stretchesOf(piece, terms));
  spread(hours, stretches);
  let cost = ZERO;
  let idle = ZERO;
  let sunkIdle = ZERO;
  let unpricedMs = 0;
  for (const { rate, isSunk, ownedMs, idleMs } of stretches) {
    if (ownedMs === 0) continue;
    if (rate === null) unpricedMs += ownedMs;
    else {
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

/** A stretch of one rate, with the card time that falls into it. */
type Stretch = Window & {
  readonly rate: Ratio | null; // micro-units of the shown currency per card-ms; null = unpriced, or no rate
  readonly isSunk: boolean;
  ownedMs: number;
  idleMs: number;
};

function stretchesOf(piece: PricePiece, { zone, currency, rates }: MoneyTerms): Stretch[] {
  const { price } = piece;
  if (price === null) return [{ ...cut(piece), rate: null, isSunk: false, ownedMs: 0, idleMs: 0 }];
  const days = price.currency === currency ? [cut(piece)] : byDay(piece);
  return days.flatMap((day) => {
    const rate = exchangeRate(price.currency, currency, day.from, rates);
    return aroundTerm(day, price.termTo).flatMap((part) =>
      rateStretches(price, part, zone).map((stretch) => ({
        from: stretch.from,
        to: stretch.to,
        rate: rate === null ? null : times(stretch.rate, rate),
        isSunk: isSunk(price, stretch.from),
        ownedMs: 0,
        idleMs: 0,
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

/** Puts each hour's time where it belongs. Both lists are ascending. */
function spread(hours: readonly HourOfTime[], stretches: readonly Stretch[]): void {
  let first = 0;
  for (const { at, ownedMs, idleMs } of hours) {
    const end = unixMs(at + HOUR_MS);
    while (first < stretches.length && (stretches[first] as Stretch).to <= at) first++;
    const only = stretches[first];
    if (only !== undefined && only.from <= at && only.to >= end) {
      only.ownedMs += ownedMs;
      only.idleMs += idleMs;
      continue;
    }
    const touched: Stretch[] = [];
    for (let i = first; i < stretches.length && (stretches[i] as Stretch).from < end; i++)
      touched.push(stretches[i] as Stretch);
    if (touched.length === 0) throw new RangeError(`pool money: no piece speaks for the hour ${at}`);
    const shares = touched.map(({ from, to }) => Math.min(to, end) - Math.max(from, at));
    const idleParts = splitExactly(idleMs, shares);
    const restParts = splitExactly(ownedMs - idleMs, shares); // apart, so that no part is idle for longer than it is owned
    for (const [i, stretch] of touched.entries()) {
      stretch.idleMs += idleParts[i] ?? 0;
      stretch.ownedMs += (idleParts[i] ?? 0) + (restParts[i] ?? 0);
    }
  }
}
