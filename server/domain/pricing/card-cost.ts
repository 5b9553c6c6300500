import type { Currency, Micro } from "../../../db/model/money.ts";
import type { PricePiece } from "../../../db/model/price.ts";
import { cumulativeMicro } from "./hourly.ts";

/** Money of one card's time by currency, and the time no price spoke for. */
export type CardCost = { readonly byCurrency: ReadonlyMap<Currency, Micro>; readonly unpricedMs: number };

/**
 * What a card cost over tiling pieces, exactly: F(b) − F(a) of each piece's price, so the costs of two adjacent windows
 * add up to the cost of both, wherever they are cut.
 * @param place which of its instance's cards, from 0
 */
export function cardCost(pieces: readonly PricePiece[], zone: string, place = 0): CardCost {
  const byCurrency = new Map<Currency, Micro>();
  let unpricedMs = 0;
  for (const { from, to, price } of pieces) {
    if (price === null) unpricedMs += to - from;
    else {
      const cost = cumulativeMicro(price, to, zone, place) - cumulativeMicro(price, from, zone, place);
      byCurrency.set(price.currency, (byCurrency.get(price.currency) ?? 0n) + cost);
    }
  }
  return { byCurrency, unpricedMs };
}
