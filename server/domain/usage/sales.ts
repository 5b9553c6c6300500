import { divideHalfEven, MICRO, type Currency, type Micro } from "../../../db/model/money.ts";
import type { Window } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { partOf } from "./spread.ts";

/** What a unit sells for while it holds. */
export type SalesPrice = {
  readonly id: number;
  readonly currency: Currency;
  readonly perUnitMicro: Micro;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};

/** Units of a feature in a window. */
export type SoldLine = Window & { readonly okMicro: Micro | null };

export type Sales = {
  readonly amounts: ReadonlyMap<Currency, Micro>;
  readonly unpricedMicro: Micro; // units produced while no price held
};

/** Whether one price holds for the whole of a window (the price), or none at all (null); undefined = it changes inside. */
export function onlyPrice(prices: readonly SalesPrice[], window: Window): SalesPrice | null | undefined {
  const touching = prices.filter(({ from, to }) => from < window.to && (to ?? Infinity) > window.from);
  const [only] = touching;
  if (only === undefined) return null;
  return touching.length === 1 && only.from <= window.from && (only.to ?? Infinity) >= window.to ? only : undefined;
}

/** Price × units, rounded half-even to a micro-unit. */
export const saleOf = (okMicro: Micro, perUnitMicro: Micro): Micro => divideHalfEven(okMicro * perUnitMicro, MICRO);

/**
 * What units of a window sold for. Units of a line are spread evenly over its time, so that a price that begins inside a
 * line meets its part of them; the units of each price are summed first and multiplied once, so that there is one
 * rounding a price, and units of all prices and of none add up to all units.
 * @param prices of the feature; no two hold at one instant
 */
export function salesIn(lines: readonly SoldLine[], prices: readonly SalesPrice[], window: Window): Sales {
  const units = new Map<SalesPrice, Micro>();
  let unpricedMicro = 0n;
  for (const line of lines) {
    if (line.okMicro === null) continue;
    const clip = (at: number): UnixMs => unixMs(Math.min(Math.max(at, line.from, window.from), line.to, window.to));
    let rest = partOf(line.okMicro, line, clip(window.from), clip(window.to));
    for (const price of prices) {
      const part = partOf(line.okMicro, line, clip(price.from), clip(price.to ?? Infinity));
      if (part === 0n && clip(price.from) === clip(price.to ?? Infinity)) continue;
      units.set(price, (units.get(price) ?? 0n) + part);
      rest -= part;
    }
    unpricedMicro += rest;
  }
  const amounts = new Map<Currency, Micro>();
  for (const [price, sum] of units)
    amounts.set(price.currency, (amounts.get(price.currency) ?? 0n) + saleOf(sum, price.perUnitMicro));
  return { amounts, unpricedMicro };
}
