import type { Micro } from "../../../db/model/money.ts";
import type { PoolPrice } from "../../context.ts";

/** A card as far as its cost and its holders go. */
export type TollCard = {
  readonly poolId: number;
  readonly holder: string; // "namespace/pod", "" = nobody or not said
  readonly featureId: number | null; // null = nobody's
};

export type Toll = {
  readonly costPerHourMicro: Micro | null; // null = none of the cards is priced
  readonly unpricedCards: number;
  readonly holders: readonly string[];
  readonly featureIds: readonly number[];
};

/** Names of holders kept with an incident; the rest is a number. */
const MOST_HOLDERS = 50;

/**
 * What the cards an incident takes out cost per hour, in micro-units of the configured currency, and whom it hits. A card
 * without a price, or one that is not known any more, is counted as unpriced: its cost is not zero.
 */
export function tollOf(
  cardIds: readonly number[],
  cardOf: (id: number) => TollCard | null,
  prices: ReadonlyMap<number, PoolPrice>,
): Toll {
  let cost: Micro | null = null;
  let unpricedCards = 0;
  const holders = new Set<string>();
  const features = new Set<number>();
  for (const id of cardIds) {
    const card = cardOf(id);
    const hourly = card === null ? null : (prices.get(card.poolId)?.hourlyMicro ?? null);
    if (hourly === null) unpricedCards += 1;
    else cost = (cost ?? 0n) + hourly;
    if (card !== null && card.holder !== "") holders.add(card.holder);
    if (card !== null && card.featureId !== null && card.featureId > 0) features.add(card.featureId);
  }
  return {
    costPerHourMicro: cost,
    unpricedCards,
    holders: [...holders].sort().slice(0, MOST_HOLDERS),
    featureIds: [...features].sort((a, b) => a - b),
  };
}
