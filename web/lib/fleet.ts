/** Figures of the board, from pools and live cards. Pure: the KPI strip, the table and its totals row read the same sums. */
import type { CardRow, FleetSummary, PoolView, StateCounts, Utilisation } from "../../db/model/views.ts";
import { CARD_STATES, type CardState } from "../../db/model/fleet.ts";
import { type CardQuery, poolMatches } from "../../db/model/card-query.ts";
import type { Grouping } from "./board-url.ts";

export const NO_CARDS: StateCounts = { busy: 0, idle_held: 0, free: 0, starting: 0, fault: 0, unknown: 0 };

const NOTHING_SAID: Utilisation = { meanRatio: null, saidMs: 0, observedMs: 0, ownedMs: 0 };

/** One line of the summary table. `key` is the vendor, region … itself; "" where nobody said. */
export type GroupLine = { readonly key: string; readonly counts: StateCounts; readonly last24h: Utilisation };

export const totalOf = (counts: StateCounts): number => CARD_STATES.reduce((sum, state) => sum + counts[state], 0);

export function addCounts(a: StateCounts, b: StateCounts): StateCounts {
  return Object.fromEntries(CARD_STATES.map((state) => [state, a[state] + b[state]])) as Record<CardState, number>;
}

/** Two windows' or two pools' utilisation as one: the mean stays weighted by what was said. */
export function addUtilisation(a: Utilisation, b: Utilisation): Utilisation {
  const saidMs = a.saidMs + b.saidMs;
  const weighted = (a.meanRatio ?? 0) * a.saidMs + (b.meanRatio ?? 0) * b.saidMs;
  return {
    meanRatio: saidMs === 0 ? null : weighted / saidMs,
    saidMs,
    observedMs: a.observedMs + b.observedMs,
    ownedMs: a.ownedMs + b.ownedMs,
  };
}

/**
 * The pools within the asked vendors, regions …, with counts taken from the live cards when those are here,
 * so that a card that just fell over moves in every figure at once.
 */
export function poolsInScope(
  summary: FleetSummary,
  cards: readonly CardRow[] | undefined,
  query: CardQuery,
): PoolView[] {
  const live = cards === undefined ? null : countsByPool(cards);
  return summary.pools
    .filter((pool) => poolMatches(pool, query))
    .map((pool) => (live === null ? pool : { ...pool, counts: live.get(pool.id) ?? NO_CARDS }));
}

/** The sums of some pools: what the KPI strip shows and the totals row repeats. */
export function sumPools(pools: readonly PoolView[]): Omit<GroupLine, "key"> {
  return {
    counts: pools.reduce((sum, pool) => addCounts(sum, pool.counts), NO_CARDS),
    last24h: pools.reduce((sum, pool) => addUtilisation(sum, pool.last24h), NOTHING_SAID),
  };
}

/** Pools gathered by vendor, region, model or billing type; most cards first. */
export function groupPools(pools: readonly PoolView[], by: Grouping): GroupLine[] {
  const groups = new Map<string, PoolView[]>();
  for (const pool of pools) groups.set(pool[by], [...(groups.get(pool[by]) ?? []), pool]);
  return [...groups]
    .map(([key, members]) => ({ key, ...sumPools(members) }))
    .sort((a, b) => totalOf(b.counts) - totalOf(a.counts) || (a.key < b.key ? -1 : 1));
}

/** Observed share of owned time; null when nothing was owned. */
export function coverageOf(util: Pick<Utilisation, "observedMs" | "ownedMs">): number | null {
  return util.ownedMs === 0 ? null : util.observedMs / util.ownedMs;
}

function countsByPool(cards: readonly CardRow[]): Map<number, StateCounts> {
  const counts = new Map<number, Record<CardState, number>>();
  for (const card of cards) {
    let pool = counts.get(card.poolId);
    if (pool === undefined) counts.set(card.poolId, (pool = { ...NO_CARDS }));
    pool[card.state] += 1;
  }
  return counts;
}
