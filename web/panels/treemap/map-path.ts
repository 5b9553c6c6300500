/** Where in vendor → region → model → pool the board stands, and where a click leads. Pure. */
import type { BoardPool } from "../../../db/model/board-views.ts";
import { type CardQuery, EVERY_CARD, POOL_FACETS } from "../../../db/model/card-query.ts";
import { MAP_LEVELS, type MapArea, type MapLevel } from "../../../reports/charts/pool-treemap.ts";

type PoolFilter = CardQuery["pool"];

/** The values the board is narrowed to, from the vendor down, as far as each level has exactly one. */
export function pathOf(pool: PoolFilter): string[] {
  const open = MAP_LEVELS.findIndex((level) => pool[level].length !== 1);
  return MAP_LEVELS.slice(0, open < 0 ? MAP_LEVELS.length : open).flatMap((level) => pool[level]);
}

/** The level whose values the board shows next; null = single pools. */
export const levelBelow = (path: readonly string[]): MapLevel | null => MAP_LEVELS[path.length] ?? null;

/** Filters that stand at this path and nothing below it; filters of other kinds (billing …) go: they belonged below. */
export function standAt(path: readonly string[]): PoolFilter {
  const levels = MAP_LEVELS.map((level, i) => [level, path[i] === undefined ? [] : [path[i]]]);
  return { ...EVERY_CARD.pool, ...Object.fromEntries(levels) };
}

/**
 * Where a click on an area leads: one level deeper than the board stands, or, below the model, to the one pool.
 * A frame leads to itself. null = there is nothing deeper.
 */
export function drillInto(pool: PoolFilter, area: MapArea, pools: ReadonlyMap<number, BoardPool>): PoolFilter | null {
  const here = pathOf(pool);
  if (area.poolId === null) return { ...pool, ...pick(area.path) };
  const next = area.path.slice(0, here.length + 1);
  if (next.length > here.length) return { ...pool, ...pick(next) };
  const target = pools.get(area.poolId);
  if (target === undefined || POOL_FACETS.every((facet) => pool[facet].length === 1)) return null;
  return { ...pool, ...Object.fromEntries(POOL_FACETS.map((facet) => [facet, [target[facet]]])) };
}

function pick(path: readonly string[]): Partial<PoolFilter> {
  return Object.fromEntries(
    path.flatMap((value, i) => (MAP_LEVELS[i] === undefined ? [] : [[MAP_LEVELS[i], [value]]])),
  );
}
