/** Which pools and cards the board is narrowed to, and what the live cards change in the pools' figures. Pure. */

import type { BoardPool } from "../../db/model/board-views.ts";
import { poolMatches } from "../../db/model/card-query.ts";
import type { CardState } from "../../db/model/fleet.ts";
import type { PoolCounts } from "../../db/model/inventory.ts";
import type { CardRow, StateCounts } from "../../db/model/views.ts";
import type { BoardView } from "./board-url.ts";
import { NO_CARDS, totalOf } from "./fleet.ts";

type Scope = Pick<BoardView, "tiers" | "query">;

/** The pools within the asked vendors, regions …, and tiers. */
export function poolsWithin(pools: readonly BoardPool[], { query, tiers }: Scope): BoardPool[] {
  return pools.filter((pool) => poolMatches(pool, query) && (tiers.length === 0 || tiers.includes(pool.tier.tier)));
}

/** Is the board narrowed by anything that leaves pools or nodes out? */
export function isNarrowed({ query, tiers }: Scope): boolean {
  return tiers.length > 0 || query.nodes.length > 0 || Object.values(query.pool).some((values) => values.length > 0);
}

/** The cards that stand on the wall: those of the pools in scope, of the asked nodes. States and words only fade cards. */
export function cardsWithin(
  rows: readonly CardRow[],
  poolIds: ReadonlySet<number>,
  nodes: readonly string[],
): CardRow[] {
  const asked = new Set(nodes);
  return rows.filter((row) => poolIds.has(row.poolId) && (asked.size === 0 || asked.has(row.node)));
}

/**
 * Pools with counts taken from the live cards, so that a card that just fell over moves in every figure at once. What the
 * server counts beyond states (declared, missing) stands; the others move by as many cards as changed state since.
 */
export function withLiveCounts(
  pools: readonly BoardPool[],
  rows: readonly CardRow[] | undefined,
): readonly BoardPool[] {
  if (rows === undefined) return pools;
  const live = countsByPool(rows);
  return pools.map((pool) => {
    const counts = live.get(pool.id) ?? NO_CARDS;
    return { ...pool, counts, cardCounts: moved(pool.cardCounts, pool.counts, counts) };
  });
}

const heldIn = (counts: StateCounts): number => counts.busy + counts.idle_held + counts.starting;
const healthyIn = (counts: StateCounts): number => totalOf(counts) - counts.fault - counts.unknown;

function moved(known: PoolCounts, before: StateCounts, now: StateCounts): PoolCounts {
  return {
    ...known,
    healthy: Math.max(0, known.healthy + healthyIn(now) - healthyIn(before)),
    held: Math.max(0, known.held + heldIn(now) - heldIn(before)),
    busy: Math.max(0, known.busy + now.busy - before.busy),
  };
}

function countsByPool(rows: readonly CardRow[]): Map<number, StateCounts> {
  const counts = new Map<number, Record<CardState, number>>();
  for (const { poolId, state } of rows) {
    let pool = counts.get(poolId);
    if (pool === undefined) counts.set(poolId, (pool = { ...NO_CARDS }));
    pool[state] += 1;
  }
  return counts;
}

/** Both boards without the pools that lack a price in either: what is left can be compared in money. */
export function comparable(now: readonly BoardPool[], then: readonly BoardPool[]): [BoardPool[], BoardPool[]] {
  const left = new Set([...now, ...then].filter((pool) => pool.money.unpricedMs > 0).map((pool) => pool.id));
  const kept = (pools: readonly BoardPool[]) => pools.filter((pool) => !left.has(pool.id));
  return [kept(now), kept(then)];
}
