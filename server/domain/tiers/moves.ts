import { TIERS, type TierVerdict } from "../../../db/model/tier.ts";
import type { LadderPreview, TierMove } from "../../../db/model/tier-views.ts";

type Verdicts = ReadonlyMap<number, TierVerdict>;

/** Which pools stand in another tier afterwards, and with how many cards. @param cards of each pool, by pool id */
export function ladderMoves(before: Verdicts, after: Verdicts, cards: ReadonlyMap<number, number>): LadderPreview {
  const moves = [...before].flatMap(([poolId, { tier }]): TierMove[] => {
    const to = after.get(poolId)?.tier ?? tier;
    return to === tier ? [] : [{ poolId, from: tier, to, cards: cards.get(poolId) ?? 0 }];
  });
  moves.sort((a, b) => b.cards - a.cards || a.poolId - b.poolId);
  return {
    moves,
    cardsMoved: moves.reduce((sum, move) => sum + move.cards, 0),
    before: cardsByTier(before, cards),
    after: cardsByTier(after, cards),
  };
}

/** How many cards stand in P0, P1, P2 and P3. */
export function cardsByTier(verdicts: Verdicts, cards: ReadonlyMap<number, number>): number[] {
  const count = TIERS.map(() => 0);
  for (const [poolId, { tier }] of verdicts) count[tier] = (count[tier] ?? 0) + (cards.get(poolId) ?? 0);
  return count;
}
