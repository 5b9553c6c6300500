import type { Price, PricePiece } from "../../../db/model/price.ts";
import type { Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { keysFor, type PricedPool, selectorKey } from "./selectors.ts";

/** The prices of one belief, found by what they are for. */
export type PriceIndex = ReadonlyMap<string, readonly Price[]>;

/** Makes prices of one belief quick to find: a hundred thousand of them cost a pool no more than ten. */
export function indexPrices(prices: readonly Price[]): PriceIndex {
  const index = new Map<string, Price[]>();
  for (const price of prices) {
    const key = selectorKey(price.selector);
    const same = index.get(key);
    if (same) same.push(price);
    else index.set(key, [price]);
  }
  return index;
}

/**
 * Which price applies to a pool when. Pieces are ascending and tile the window without gap or overlap; neighbours differ
 * in their price; null = unpriced. Real prices win over list prices, then the closer selector (keysFor), then the earlier
 * contract by name.
 */
export function piecesOf(index: PriceIndex, pool: PricedPool, window: Window): PricePiece[] {
  const { from, to } = window;
  if (from >= to) return [];
  const candidates = candidatesOf(index, pool, window);
  const cuts = new Set<UnixMs>([from]);
  for (const price of candidates) {
    if (price.from > from) cuts.add(price.from);
    if (price.to !== null && price.to < to) cuts.add(price.to);
  }
  const starts = [...cuts].toSorted((a, b) => a - b);
  const pieces: PricePiece[] = [];
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? to;
    const price = candidates.find((p) => p.from <= start && (p.to === null || p.to > start)) ?? null;
    const last = pieces.at(-1);
    if (last !== undefined && last.price === price) pieces[pieces.length - 1] = { ...last, to: end };
    else pieces.push({ from: start, to: end, price });
  }
  return pieces;
}

/** `piecesOf` for few prices. @param prices of one belief */
export const pricePieces = (prices: readonly Price[], pool: PricedPool, window: Window): PricePiece[] =>
  piecesOf(indexPrices(prices), pool, window);

/** The price of a pool at an instant; null = unpriced. */
export function priceAt(index: PriceIndex, pool: PricedPool, at: UnixMs): Price | null {
  const found = keysFor(pool).flatMap((key) => (index.get(key) ?? []).filter((price) => speaks(price, at)));
  return found.find(({ isList }) => !isList) ?? found[0] ?? null;
}

const speaks = ({ from, to }: Price, at: UnixMs): boolean => from <= at && (to === null || at < to);

function candidatesOf(index: PriceIndex, pool: PricedPool, { from, to }: Window): Price[] {
  const found = keysFor(pool).flatMap((key) =>
    (index.get(key) ?? []).filter((price) => price.from < to && (price.to === null || price.to > from)),
  );
  return [...found.filter(({ isList }) => !isList), ...found.filter(({ isList }) => isList)];
}
