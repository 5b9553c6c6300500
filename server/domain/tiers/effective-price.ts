import { divideHalfEven, type Micro } from "../../../db/model/money.ts";
import type { TierLadder } from "../../../db/model/tier.ts";
import type { Ratio } from "../pricing/ratio.ts";
import type { Offer } from "./offer.ts";

const NANO = 1_000_000_000n;

/** A factor as whole billionths, so that prices are compared as exact fractions; null when it cannot be one. */
export function nano(factor: number): bigint | null {
  const scaled = Math.round(factor * 1e9);
  return Number.isSafeInteger(scaled) && scaled > 0 ? BigInt(scaled) : null;
}

/** How much a spot card's price grows by the card-hours interruptions are expected to cost; 1 for every other card. */
export function riskFactor(offer: Offer, ladder: TierLadder): number {
  if (!offer.isSpot) return 1;
  const perThousand = offer.interruptionsPer1000h ?? ladder.spotInterruptionsPer1000h;
  const lost = (perThousand / 1000) * ladder.spotRestartHours;
  return Number.isFinite(lost) && lost > 0 ? 1 + lost : 1;
}

/**
 * What turns an hourly price into the price of the work an A100-80G-SXM does in an hour: mark-up ÷ (index × availability).
 * Availability nobody observed is not used. null = no index, or never available: no price buys work there.
 */
export function workFactor(offer: Offer, ladder: TierLadder): Ratio | null {
  const index = offer.index === null ? null : nano(offer.index.index);
  const availability = offer.availability === null ? NANO : nano(offer.availability);
  const risk = nano(riskFactor(offer, ladder)) ?? NANO;
  return index === null || availability === null ? null : { num: risk * NANO, den: index * availability };
}

/** `hourly` × `factor` as an exact fraction of micro-units. */
export const effectivePrice = (hourly: Micro, factor: Ratio): Ratio => ({ num: hourly * factor.num, den: factor.den });

export const roundMicro = ({ num, den }: Ratio): Micro => divideHalfEven(num, den);

export const isLess = (a: Ratio, b: Ratio): boolean => a.num * b.den < b.num * a.den;

/** Whether `a` is at most `times` × `b`. */
export const isWithin = (a: Ratio, b: Ratio, times: bigint): boolean => a.num * b.den * NANO <= b.num * a.den * times;

/** `a ÷ b` to four decimals, for people. `b` > 0. */
export const quotient = (a: Ratio, b: Ratio): number =>
  Number(divideHalfEven(a.num * b.den * 10_000n, a.den * b.num)) / 10_000;

/** The highest hourly price at which an offer of this factor is still at most `times` × `best`. */
export const hourlyWithin = (factor: Ratio, best: Ratio, times: bigint): Micro =>
  (best.num * times * factor.den) / (best.den * NANO * factor.num);
