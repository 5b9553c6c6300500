import { type Micro, microOf } from "../../../db/model/money.ts";
import type { PricePiece } from "../../../db/model/price.ts";
import { costPiece, type MoneyWords } from "../board/price-lines.ts";

/** Which price applied when, by pool id, over the incident's time. */
export type PoolMoneyPieces = {
  readonly byPool: ReadonlyMap<number, readonly PricePiece[]>;
  readonly words: MoneyWords;
};

/**
 * What the cards of an incident cost over its time, exactly as the ledger would price them one by one. null = no part of
 * it has a price. Cards of one pool cost alike, so each pool is worked out once.
 *
 * @param poolOf by card id; a card that left is absent and counts nothing
 */
export function costSoFar(
  cardIds: readonly number[],
  poolOf: ReadonlyMap<number, number>,
  { byPool, words }: PoolMoneyPieces,
): Micro | null {
  const cardsOf = new Map<number, bigint>();
  for (const id of cardIds) {
    const pool = poolOf.get(id);
    if (pool !== undefined) cardsOf.set(pool, (cardsOf.get(pool) ?? 0n) + 1n);
  }
  let sum: Micro | null = null;
  for (const [pool, cards] of cardsOf) {
    for (const piece of byPool.get(pool) ?? []) {
      const { costMicro } = costPiece(piece, pool, words);
      if (costMicro !== null) sum = (sum ?? 0n) + cards * microOf(costMicro);
    }
  }
  return sum;
}
