import { type Currency, type Micro, microText } from "../../../db/model/money.ts";
import type { CardCostPiece, PriceLine } from "../../../db/model/page-views.ts";
import type { FxRate, Price, PricePiece } from "../../../db/model/price.ts";
import { DAY_MS, dayOf, shift, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { exchange } from "../../domain/pricing/exchange.ts";
import { cumulativeMicro, hourlyMicro } from "../../domain/pricing/hourly.ts";

/** The words of one reader's money. */
export type MoneyWords = { readonly currency: Currency; readonly zone: string; readonly rates: readonly FxRate[] };

/** A piece of price history as it is shown; the hourly price is the one at its beginning. */
export function toPriceLine({ from, to, price }: PricePiece, { currency, zone, rates }: MoneyWords): PriceLine {
  if (price === null) return { from, to, price: null, hourlyMicro: null };
  const hourly = exchange(hourlyMicro(price, from, zone), price.currency, currency, from, rates);
  return { from, to, price: shown(price), hourlyMicro: hourly === null ? null : microText(hourly) };
}

const shown = (price: Price): PriceLine["price"] => ({
  id: price.id,
  basis: price.basis,
  currency: price.currency,
  amountMicro: microText(price.amountMicro),
  cardsPerInstance: price.cardsPerInstance,
  termTo: price.termTo,
  isList: price.isList,
  revision: price.revision,
});

/** What one card cost over a piece: exact in the price's currency; in another one converted day by day. null = unpriced, or no rate. */
export function costPiece(piece: PricePiece, poolId: number, words: MoneyWords): CardCostPiece {
  const cost = piece.price === null ? null : costOf(piece.price, piece, words);
  return { ...toPriceLine(piece, words), poolId, costMicro: cost === null ? null : microText(cost) };
}

function costOf(price: Price, window: Window, { currency, zone, rates }: MoneyWords): Micro | null {
  const between = (from: UnixMs, to: UnixMs) => cumulativeMicro(price, to, zone) - cumulativeMicro(price, from, zone);
  if (price.currency === currency) return between(window.from, window.to);
  let sum: Micro = 0n;
  for (let from = window.from; from < window.to;) {
    const next = shift(dayOf(from), DAY_MS);
    const to = next < window.to ? next : window.to;
    const cost = exchange(between(from, to), price.currency, currency, from, rates);
    if (cost === null) return null;
    sum += cost;
    from = to;
  }
  return sum;
}

/** The part of tiling pieces that lies in a window. */
export function cutPieces(pieces: readonly PricePiece[], window: Window): PricePiece[] {
  return pieces.flatMap(({ from, to, price }) => {
    const [start, end] = [Math.max(from, window.from), Math.min(to, window.to)];
    return start < end ? [{ from: unixMs(start), to: unixMs(end), price }] : [];
  });
}
