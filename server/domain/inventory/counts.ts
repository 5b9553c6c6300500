import type { CardState } from "../../../db/model/fleet.ts";
import type { CapacityLine, PoolCounts } from "../../../db/model/inventory.ts";
import { declaredIn, type PoolRef } from "./declared.ts";
import { groupByNode, type NodeGroup, type OwnedCard } from "./node-groups.ts";

/** A node of a pool against what was declared for it; `declared` null = nothing was said of this node. */
export type NodeCount = {
  readonly poolId: number;
  readonly node: string;
  readonly declared: number | null;
  readonly present: number;
  readonly silent: number;
  readonly gone: readonly string[];
  readonly missing: number;
  readonly ghost: readonly string[];
};

export type Counted = {
  readonly pools: ReadonlyMap<number, PoolCounts & { readonly silent: number }>;
  readonly nodes: readonly NodeCount[];
  readonly unseen: readonly number[]; // indices of lines that match no pool there is
};

const HELD: ReadonlySet<CardState> = new Set(["busy", "idle_held", "starting"]);

/**
 * Delivered, healthy, held and busy cards of each pool, against what was declared. A silent card is not counted as missing:
 * that its exporter does not answer is no evidence of a loss (facts/health-rules.md 6). Nor is it a ghost.
 * @param lines declared, valid at the moment asked for
 */
export function countCards(
  pools: readonly PoolRef[],
  cards: readonly OwnedCard[],
  lines: readonly CapacityLine[],
): Counted {
  const byNode = groupByNode(cards);
  const declared = declaredIn(pools, [...byNode.values()], lines);
  const nodes: NodeCount[] = [];
  const counts = new Map<number, Draft>();
  for (const { id } of pools) counts.set(id, { ...NOTHING });
  for (const card of cards) addCard(counts.get(card.poolId), card);
  for (const key of new Set([...byNode.keys(), ...declared.byNode.keys()])) {
    const group = byNode.get(key) ?? { ...declared.byNode.get(key)!, cards: [] };
    nodes.push(countNode(group, declared.byNode.get(key)?.count ?? null));
  }
  for (const pool of pools) {
    const count = counts.get(pool.id)!;
    count.declared = declared.byPool.get(pool.id)?.total ?? null;
    if (count.declared === null) continue;
    const own = nodes.filter((n) => n.poolId === pool.id);
    sumUp(count, own, declared.byPool.get(pool.id)?.rest ?? 0);
  }
  return { pools: counts, nodes, unseen: declared.unseen };
}

type Draft = { -readonly [K in keyof (PoolCounts & { silent: number })]: (PoolCounts & { silent: number })[K] };
const NOTHING: Draft = { declared: null, delivered: 0, healthy: 0, held: 0, busy: 0, ghost: 0, missing: 0, silent: 0 };

function addCard(count: Draft | undefined, { state, presence }: OwnedCard): void {
  if (!count) return;
  count.delivered += 1;
  if (presence === "silent") count.silent += 1;
  if (presence !== "present" || state === "fault" || state === "unknown") return;
  count.healthy += 1;
  if (HELD.has(state)) count.held += 1;
  if (state === "busy") count.busy += 1;
}

/** Nodes that were declared answer for themselves; the rest of the pool's number is for the cards on all others. */
function sumUp(count: Draft, nodes: readonly NodeCount[], rest: number): void {
  let present = 0;
  let silent = 0;
  for (const node of nodes) {
    if (node.declared === null) {
      present += node.present;
      silent += node.silent;
      continue;
    }
    count.missing += node.missing;
    count.ghost += node.ghost.length;
  }
  count.missing += Math.max(0, rest - present - silent);
  count.ghost += Math.max(0, present - rest);
}

/** The newest cards are the ghosts: what was there when the contract was written down came first. */
function countNode({ poolId, node, cards }: NodeGroup, declared: number | null): NodeCount {
  const present = cards.filter((c) => c.presence === "present");
  const silent = cards.filter((c) => c.presence === "silent").length;
  const beyond = declared === null ? 0 : Math.max(0, present.length - declared);
  const newestFirst = present.toSorted((a, b) => b.firstSeen - a.firstSeen || b.cardId - a.cardId);
  return {
    poolId,
    node,
    declared,
    present: present.length,
    silent,
    gone: cards.filter((c) => c.presence === "gone").map((c) => c.uuid),
    missing: declared === null ? 0 : Math.max(0, declared - present.length - silent),
    ghost: newestFirst.slice(0, beyond).map((c) => c.uuid),
  };
}
