import type { PoolKey } from "../../../db/model/fleet.ts";
import type { FxRate, Price, PricePiece, Selector } from "../../../db/model/price.ts";
import type { Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { indexPrices, piecesOf, priceAt, type PriceIndex } from "./price-pieces.ts";
import { matches, type PricedPool } from "./selectors.ts";

/** A vendor contract that stands behind some cards for a time: prices may name it. */
export type ContractSpan = {
  readonly selector: Selector;
  readonly contract: string;
  readonly from: number; // unix ms
  readonly to: number | null; // null = open end
};

/** Everything believed about prices at one instant of knowledge. */
export type PriceBook = {
  readonly prices: readonly Price[];
  readonly index: PriceIndex;
  readonly rates: readonly FxRate[];
  readonly contracts: readonly ContractSpan[];
  readonly aliases: ReadonlyMap<string, string>; // unknown names of models a person has tied to a model
};

/** @param prices, rates, contracts of one belief */
export const priceBook = (
  prices: readonly Price[],
  rates: readonly FxRate[],
  contracts: readonly ContractSpan[],
  aliases: ReadonlyMap<string, string> = new Map(),
): PriceBook => ({
  prices,
  index: indexPrices(prices),
  rates,
  contracts: contracts.filter(({ contract }) => contract !== ""),
  aliases,
});

/** Which price applies to a pool when, under the contracts that stand behind it then. Pieces tile the window. */
export function poolPieces(book: PriceBook, pool: PoolKey, window: Window): PricePiece[] {
  const spans = contractsOf(book, pool);
  const inside = spans.flatMap(({ from, to }) => [from, to ?? from]).filter((at) => at > window.from && at < window.to);
  const starts = [...new Set([window.from, ...(inside as UnixMs[])])].toSorted((a, b) => a - b);
  const pieces: PricePiece[] = [];
  for (const [i, from] of starts.entries()) {
    const to = starts[i + 1] ?? window.to;
    for (const piece of piecesOf(book.index, underContracts(meant(book, pool), spans, from), { from, to })) {
      const last = pieces.at(-1);
      if (last !== undefined && last.price === piece.price) pieces[pieces.length - 1] = { ...last, to: piece.to };
      else pieces.push(piece);
    }
  }
  return pieces;
}

/** The price of a pool at an instant; null = unpriced. */
export const poolPriceAt = (book: PriceBook, pool: PoolKey, at: UnixMs): Price | null =>
  priceAt(book.index, underContracts(meant(book, pool), contractsOf(book, pool), at), at);

function contractsOf(book: PriceBook, pool: PoolKey): ContractSpan[] {
  const priced = { ...meant(book, pool), contracts: [] };
  return book.contracts.filter(({ selector }) => matches({ ...selector, contract: "" }, priced));
}

type MeantPool = Omit<PricedPool, "contracts">;

function meant({ aliases }: PriceBook, pool: PoolKey): MeantPool {
  const meantModel = aliases.get(pool.model);
  return meantModel === undefined ? pool : { ...pool, meantModel };
}

const underContracts = (pool: MeantPool, spans: readonly ContractSpan[], at: UnixMs): PricedPool => ({
  ...pool,
  contracts: spans.filter(({ from, to }) => from <= at && (to === null || at < to)).map(({ contract }) => contract),
});
