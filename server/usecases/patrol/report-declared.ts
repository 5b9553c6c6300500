import type { Capacity } from "../../../db/model/inventory.ts";
import type { Window } from "../../../db/model/time.ts";
import { declaredIn, type PoolRef } from "../../domain/inventory/declared.ts";
import type { NodeGroup, OwnedCard } from "../../domain/inventory/node-groups.ts";

export type StandingNode = { readonly poolId: number; readonly node: string; readonly cards: number };

/**
 * Card-time that contracts promised for some pools in a window; null = a pool that had cards has no declaration, so that
 * the sum would be less than what is known to be missing. Numbers are shared out as on the Inventory page.
 * @param inScope ids of the pools asked for; @param withCards of those, the ones that had card-time
 */
export function declaredMs(
  pools: readonly PoolRef[],
  standing: readonly StandingNode[],
  lines: readonly Capacity[],
  { window, inScope, withCards }: { window: Window; inScope: ReadonlySet<number>; withCards: readonly number[] },
): number | null {
  const groups = standing.map(groupOf);
  const borders = bordersOf(lines, window);
  const declared = new Set<number>();
  let ms = 0;
  for (const [i, from] of borders.slice(0, -1).entries()) {
    const to = borders[i + 1]!;
    const valid = lines.filter((line) => line.from <= from && (line.to === null || line.to > from));
    for (const [poolId, { total }] of declaredIn(pools, groups, valid).byPool) {
      if (!inScope.has(poolId)) continue;
      declared.add(poolId);
      ms += total * (to - from);
    }
  }
  return declared.size > 0 && withCards.every((id) => declared.has(id)) ? ms : null;
}

/** Where what is declared changes within a window, with its ends. */
function bordersOf(lines: readonly Capacity[], { from, to }: Window): number[] {
  const inside = lines.flatMap((line) => [line.from, line.to ?? to]).filter((at) => at > from && at < to);
  return [...new Set([from, ...inside, to])].toSorted((a, b) => a - b);
}

/** Only how many cards stand there matters for sharing. */
const groupOf = ({ poolId, node, cards }: StandingNode): NodeGroup => ({
  poolId,
  node,
  cards: Array.from({ length: cards }, (): OwnedCard => ({
    cardId: 0,
    uuid: "",
    poolId,
    node,
    state: "free",
    presence: "present",
    firstSeen: 0,
  })),
});
