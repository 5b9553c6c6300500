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

/** `price` × `times` billionths. */
export const timesNano = ({ num, den }: Ratio, times: bigint): Ratio => ({ num: num * times, den: den * NANO });

/** `a ÷ b` to four decimals, for people; nothing is decided by it. */
export const quotient = (a: Ratio, b: Ratio): number =>
  Math.round((Number(a.num) / Number(a.den) / (Number(b.num) / Number(b.den))) * 10_000) / 10_000;

/** The highest hourly price whose effective price is at most `limit`: whatever is not above it is within the limit. */
export const hourlyUpTo = (factor: Ratio, limit: Ratio): Micro => (limit.num * factor.den) / (limit.den * factor.num);
