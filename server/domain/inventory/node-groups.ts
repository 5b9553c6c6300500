import type { CardState } from "../../../db/model/fleet.ts";
import type { CardPresence } from "../../../db/model/inventory.ts";

/** A card we own at the moment asked for. */
export type OwnedCard = {
  readonly cardId: number;
  readonly uuid: string;
  readonly poolId: number;
  readonly node: string;
  readonly state: CardState;
  readonly presence: CardPresence;
  readonly firstSeen: number; // unix ms
};

/** The cards of one pool on one node: a node with cards of two models stands in two pools. */
export type NodeGroup = { readonly poolId: number; readonly node: string; readonly cards: readonly OwnedCard[] };

export const nodeKey = (poolId: number, node: string): string => `${poolId}\0${node}`;

export function groupByNode(cards: readonly OwnedCard[]): Map<string, NodeGroup> {
  const groups = new Map<string, { poolId: number; node: string; cards: OwnedCard[] }>();
  for (const card of cards) {
    const key = nodeKey(card.poolId, card.node);
    const group = groups.get(key);
    if (group) group.cards.push(card);
    else groups.set(key, { poolId: card.poolId, node: card.node, cards: [card] });
  }
  return groups;
}
