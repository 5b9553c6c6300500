import type { Micro } from "../../../db/model/money.ts";
import type { Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";

/**
 * What of an amount that belongs to a window belongs to `[a, b)` of it, evenly over time: U(b) − U(a) of an integer,
 * monotone, cumulative function, so that parts that tile the window add up to the amount exactly, whatever the cuts.
 * Refunds (negative) are spread as their mirror image.
 */
export function partOf(amount: Micro, window: Window, a: UnixMs, b: UnixMs): Micro {
  const sign = amount < 0n ? -1n : 1n;
  const length = BigInt(window.to - window.from);
  const until = (at: number): bigint => {
    const clipped = Math.min(Math.max(at, window.from), window.to);
    return (amount * sign * BigInt(clipped - window.from)) / length;
  };
  return sign * (until(b) - until(a));
}
