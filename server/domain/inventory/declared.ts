import { modelOf } from "../../../db/model/card-models.ts";
import type { PoolKey } from "../../../db/model/fleet.ts";
import type { CapacityLine } from "../../../db/model/inventory.ts";
import { SELECTOR_PARTS, type Selector } from "../../../db/model/price.ts";
import { nodeKey, type NodeGroup } from "./node-groups.ts";

export type PoolRef = PoolKey & { readonly id: number };

/** What is declared of a pool: in all, and of that what no node of its own answers for. */
type PoolDeclared = { total: number; rest: number };
type NodeDeclared = { readonly poolId: number; readonly node: string; count: number };

export type Declared = {
  readonly byPool: ReadonlyMap<number, PoolDeclared>;
  readonly byNode: ReadonlyMap<string, NodeDeclared>;
  readonly unseen: readonly number[];
};

/** Whether a line speaks of a pool. The contract is the line's own and narrows nothing. */
export function matchesPool(selector: Selector, pool: PoolKey): boolean {
  return SELECTOR_PARTS.every((part) => {
    const said = selector[part];
    if (part === "contract" || said === "") return true;
    return part === "model" ? modelOf(said) === modelOf(pool.model) : said === pool[part];
  });
}

/** Vendor contracts under which cards of a pool are declared. */
export const contractsIn = (lines: readonly CapacityLine[], pool: PoolKey): string[] => [
  ...new Set(lines.filter((l) => l.contract !== "" && matchesPool(l.selector, pool)).map((l) => l.contract)),
];

/**
 * Shares declared numbers out to pools and nodes. A line that speaks of several pools is filled up pool by pool with the
 * cards that are there; what is left over goes to the pool with the most cards, so that sums are kept. Node lines detail
 * the pool-wide lines of their contract: of the two the larger number counts, never both.
 */
export function declaredIn(
  pools: readonly PoolRef[],
  groups: readonly NodeGroup[],
  lines: readonly CapacityLine[],
): Declared {
  const shares = new Shares(pools, groups);
  const order = lines.map((line, index) => ({
    line,
    index,
    pools: pools.filter((p) => matchesPool(line.selector, p)),
  }));
  const unseen: number[] = [];
  const byNarrowness = order.toSorted((a, b) => a.pools.length - b.pools.length || a.index - b.index);
  for (const { line, index, pools: own } of byNarrowness)
    if (line.node !== "" && !shares.declareNode(line, own)) unseen.push(index);
  for (const { line, index, pools: own } of byNarrowness)
    if (line.node === "" && !shares.declareWide(line, own)) unseen.push(index);
  return { byPool: shares.byPool, byNode: shares.byNode, unseen: unseen.toSorted((a, b) => a - b) };
}

class Shares {
  readonly byPool = new Map<number, PoolDeclared>();
  readonly byNode = new Map<string, NodeDeclared>();
  private readonly groups: readonly NodeGroup[];
  private readonly onNode = new Map<string, number>(); // cards not yet declared
  private readonly cardsOf = new Map<number, number>();
  private readonly detailed = new Map<string, number>(); // contract and pool → what its nodes add up to

  constructor(pools: readonly PoolRef[], groups: readonly NodeGroup[]) {
    this.groups = groups;
    for (const { id } of pools) this.cardsOf.set(id, 0);
    for (const { poolId, node, cards } of groups) {
      const there = cards.filter((c) => c.presence !== "gone").length;
      this.onNode.set(nodeKey(poolId, node), there);
      this.cardsOf.set(poolId, (this.cardsOf.get(poolId) ?? 0) + cards.length);
    }
  }

  declareNode(line: CapacityLine, pools: readonly PoolRef[]): boolean {
    const standing = pools.filter(({ id }) => this.onNode.has(nodeKey(id, line.node)));
    const own = standing.length > 0 ? standing : pools.length === 1 ? pools : [];
    if (own.length === 0) return false;
    const room = own.map(({ id }) => this.onNode.get(nodeKey(id, line.node)) ?? 0);
    this.share(line.count, own, room).forEach((count, i) => {
      const { id } = own[i]!;
      const key = nodeKey(id, line.node);
      const node = this.byNode.get(key) ?? { poolId: id, node: line.node, count: 0 };
      if (count === 0 && own.length > 1 && !this.byNode.has(key)) return;
      this.byNode.set(key, { ...node, count: node.count + count });
      this.onNode.set(key, Math.max(0, room[i]! - count));
      this.add(id, count, 0);
      const detail = detailKey(line.contract, id);
      this.detailed.set(detail, (this.detailed.get(detail) ?? 0) + count);
    });
    return true;
  }

  declareWide(line: CapacityLine, pools: readonly PoolRef[]): boolean {
    if (pools.length === 0) return false;
    let rest = line.count;
    for (const { id } of pools) {
      const key = detailKey(line.contract, id);
      const told = Math.min(rest, this.detailed.get(key) ?? 0);
      rest -= told;
      if (told > 0) this.detailed.set(key, this.detailed.get(key)! - told);
    }
    const room = pools.map(({ id }) => this.roomOf(id));
    this.share(rest, pools, room).forEach((count, i) => {
      if (count > 0 || pools.length === 1) this.add(pools[i]!.id, count, count);
    });
    return true;
  }

  /** Cards of a pool on nodes nobody declared, that no line has taken yet. */
  private roomOf(poolId: number): number {
    let room = 0;
    for (const { poolId: own, node } of this.groups) {
      const key = nodeKey(own, node);
      if (own === poolId && !this.byNode.has(key)) room += this.onNode.get(key) ?? 0;
    }
    return Math.max(0, room - (this.byPool.get(poolId)?.rest ?? 0));
  }

  /** Parts sum to the whole. */
  private share(count: number, pools: readonly PoolRef[], room: readonly number[]): number[] {
    let left = count;
    const parts = room.map((cards) => {
      const part = Math.min(left, cards);
      left -= part;
      return part;
    });
    if (left > 0) {
      let most = 0;
      pools.forEach(({ id }, i) => {
        if (this.cardsOf.get(id)! > this.cardsOf.get(pools[most]!.id)!) most = i;
      });
      parts[most]! += left;
    }
    return parts;
  }

  private add(poolId: number, total: number, rest: number): void {
    const sum = this.byPool.get(poolId) ?? { total: 0, rest: 0 };
    this.byPool.set(poolId, { total: sum.total + total, rest: sum.rest + rest });
  }
}

const detailKey = (contract: string, poolId: number): string => `${poolId}\0${contract}`;
