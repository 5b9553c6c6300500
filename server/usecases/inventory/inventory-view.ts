import type {
  Capacity,
  InventoryNode,
  InventoryView,
  KubeSourceView,
  MissingHint,
  PoolCounts,
  ReturnedSeen,
} from "../../../db/model/inventory.ts";
import type { KubeNode } from "../../../db/model/kube.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Counted, NodeCount } from "../../domain/inventory/counts.ts";
import { contractsIn, type PoolRef } from "../../domain/inventory/declared.ts";

/** What kube-state-metrics told, where a source asks it. */
export type KubeReads = {
  node(cluster: string, name: string): KubeNode | null;
  /** Cards requested by pods that run on a node; null = nothing is known of its pods. */
  requested(cluster: string, name: string): number | null;
  views(): readonly KubeSourceView[];
};

/** At which moment, and as known at which moment; null = live, as believed now. */
export type Moment = { readonly at: UnixMs | null; readonly knownAt: UnixMs | null };

/** What the figures were made of. */
export type Context = {
  readonly poolRows: readonly PoolRef[];
  readonly lines: readonly Capacity[];
  readonly moment: number;
};

/** No source asks kube-state-metrics. */
export const NO_KUBE: KubeReads = { node: () => null, requested: () => null, views: () => [] };

/** Nodes beyond this many that need no look are not sent. */
const MOST_NODES = 2_000;

/** What was declared beside what is seen: pools, and the nodes that need a look, worst first. */
export function inventoryView(parts: {
  readonly found: Counted & Context;
  readonly returned: readonly ReturnedSeen[];
  readonly everyNode: boolean;
  readonly zone: string;
  readonly at: Moment["at"];
  readonly knownAt: Moment["knownAt"];
  readonly kube: KubeReads;
}): InventoryView {
  const { found, returned, everyNode, zone, kube } = parts;
  const isLive = parts.at === null;
  const pools = found.poolRows.flatMap((pool) => {
    const count = found.pools.get(pool.id);
    if (!count || (count.delivered === 0 && count.declared === null)) return [];
    const { silent, ...counts } = count;
    return [{ ...pool, counts, silent, contracts: contractsIn(found.lines, pool) }];
  });
  const poolOf = new Map(found.poolRows.map((pool) => [pool.id, pool]));
  const nodes = found.nodes
    .map((node) => toNode(node, poolOf.get(node.poolId)!, isLive ? kube : null))
    .filter((node) => everyNode || needsLook(node))
    .toSorted((a, b) => weight(b) - weight(a) || a.node.localeCompare(b.node));
  return {
    asOf: found.moment,
    knownAt: parts.knownAt ?? found.moment,
    zone,
    totals: sum(pools.map((pool) => pool.counts)),
    pools,
    nodes: nodes.slice(0, MOST_NODES),
    nodesTotal: nodes.length,
    unseen: found.unseen.flatMap((i) => found.lines[i] ?? []),
    returned,
    kube: kube.views(),
  };
}

const needsLook = (n: InventoryNode): boolean =>
  n.missing > 0 || n.ghost.length > 0 || n.gone.length > 0 || n.isReady === false;
const weight = (n: InventoryNode): number => 1_000 * n.missing + 100 * n.gone.length + 10 * n.ghost.length + n.silent;

function toNode(
  count: NodeCount,
  pool: { readonly cluster: string; readonly model: string },
  kube: KubeReads | null,
): InventoryNode {
  const seen = kube?.node(pool.cluster, count.node) ?? null;
  const capacity = seen === null ? null : [...seen.capacity.values()].reduce((sum, cards) => sum + cards, 0);
  const { node, poolId, declared, present, silent, gone, missing, ghost } = count;
  return {
    cluster: pool.cluster,
    node,
    poolId,
    model: pool.model,
    declared,
    present,
    silent,
    gone,
    missing,
    ghost,
    isReady: seen?.isReady ?? null,
    isUnschedulable: seen?.isUnschedulable ?? null,
    kubeCapacity: seen === null || seen.capacity.size === 0 ? null : capacity,
    kubeRequested: kube?.requested(pool.cluster, count.node) ?? null,
    hint: hintOf(count, seen?.isReady ?? null),
  };
}

/** facts/health-rules.md section 6, as far as the inventory sees. */
function hintOf({ present, silent, gone, missing }: NodeCount, isReady: boolean | null): MissingHint | null {
  if (present + silent + gone.length === 0) return missing > 0 ? "never_seen" : null;
  if (present === 0 && isReady === false) return "node_down";
  if (present === 0 && silent > 0) return "exporter_down";
  if (gone.length > 0) return present > 0 ? "card_drop" : "driver_or_all_lost";
  return missing > 0 ? "never_seen" : null;
}

function sum(counts: readonly PoolCounts[]): PoolCounts {
  const add = (pick: (c: PoolCounts) => number): number => counts.reduce((total, c) => total + pick(c), 0);
  const declared = counts.filter((c) => c.declared !== null);
  return {
    declared: declared.length === 0 ? null : declared.reduce((total, c) => total + (c.declared ?? 0), 0),
    delivered: add((c) => c.delivered),
    healthy: add((c) => c.healthy),
    held: add((c) => c.held),
    busy: add((c) => c.busy),
    ghost: add((c) => c.ghost),
    missing: add((c) => c.missing),
  };
}
