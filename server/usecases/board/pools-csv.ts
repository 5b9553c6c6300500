import {
  type BoardGroup,
  type BoardSum,
  GROUP_KEYS,
  type GroupKey,
  groupPools,
  groupValue,
  sumBoard,
} from "../../../db/model/board-groups.ts";
import type { BoardPool, BoardView } from "../../../db/model/board-views.ts";
import { type CardQuery, poolMatches } from "../../../db/model/card-query.ts";
import { CARD_STATES } from "../../../db/model/fleet.ts";
import type { Tier } from "../../../db/model/tier.ts";
import { BOM, type Cell, csvLine } from "../../../db/model/csv.ts";
import { shownTo, type Sight } from "../../domain/access/sight.ts";
import type { AskedMoment } from "./board-moment.ts";
import { boardView } from "./board-view.ts";
import type { BoardDeps } from "./ports.ts";

export type PoolsAsked = AskedMoment & {
  readonly by: readonly GroupKey[]; // [] = one line a pool
  readonly query: CardQuery; // of it only the parts of a pool
  readonly tiers: readonly Tier[]; // [] = all
  readonly sight: Sight;
};

/**
 * The pools of the board, or any grouping of them, with a line of totals: the same sums as on the page. Units stand in
 * the names; money in whole micro-units of the currency said in its column, never a float.
 * @throws ServiceError invalid for a moment ahead or beyond what is kept
 */
export async function* poolsCsv(deps: BoardDeps, asked: PoolsAsked): AsyncGenerator<string> {
  const view = await boardView(deps, asked);
  const pools = view.pools.filter(
    (pool) => poolMatches(pool, asked.query) && (asked.tiers.length === 0 || asked.tiers.includes(pool.tier.tier)),
  );
  const keys = asked.by.length === 0 ? GROUP_KEYS : asked.by;
  const isByPool = asked.by.length === 0;
  yield BOM + csvLine([...(isByPool ? ["pool_id"] : []), ...keys, ...FIGURES.map(([name]) => name)]);
  const line = (head: readonly Cell[], sum: BoardSum) =>
    csvLine([...head, ...FIGURES.map(([, cell]) => cell(shownTo(asked.sight, sum), view))]);
  if (isByPool) for (const pool of pools) yield line([pool.id, ...sidesOf(pool)], sumBoard([pool], view.currency));
  else for (const group of leaves(groupPools(pools, keys, view.currency))) yield line(group.path, group.sum);
  yield line(
    [...(isByPool ? ["total"] : []), ...keys.map((_, i) => (i === 0 && !isByPool ? "total" : null))],
    sumBoard(pools, view.currency),
  );
}

const sidesOf = (pool: BoardPool): string[] => GROUP_KEYS.map((key) => groupValue(pool, key));

/** The lines of the last level: each says its path, so nothing is said twice. */
function leaves(groups: readonly BoardGroup[]): BoardGroup[] {
  return groups.flatMap((group) => (group.groups.length === 0 ? [group] : leaves(group.groups)));
}

const coverage = ({ day }: BoardSum): number | null => (day.ownedMs === 0 ? null : day.observedMs / day.ownedMs);
const iso = (at: number): string => new Date(at).toISOString();

const FIGURES: readonly (readonly [string, (sum: BoardSum, view: BoardView) => Cell])[] = [
  ["pools", (sum) => sum.pools],
  ["declared", (sum) => sum.cardCounts.declared],
  ["delivered", (sum) => sum.cardCounts.delivered],
  ["healthy", (sum) => sum.cardCounts.healthy],
  ["held", (sum) => sum.cardCounts.held],
  ["busy", (sum) => sum.cardCounts.busy],
  ["ghost", (sum) => sum.cardCounts.ghost],
  ["missing", (sum) => sum.cardCounts.missing],
  ...CARD_STATES.map((state) => [`state_${state}`, (sum: BoardSum) => sum.counts[state]] as const),
  ["util_24h_ratio", (sum) => sum.day.meanRatio],
  ["coverage_24h_ratio", coverage],
  ["owned_ms_24h", (sum) => sum.day.ownedMs],
  ["unpriced_ms_24h", (sum) => sum.money.unpricedMs],
  ["currency", (_, view) => view.currency],
  ["price_micro_per_card_hour", (sum) => sum.price.micro],
  ["is_list_price", (sum) => String(sum.price.isList)],
  ["cost_micro_24h", (sum) => known(sum, sum.money.costMicro)],
  ["idle_micro_24h", (sum) => known(sum, sum.money.idleMicro)],
  ["sunk_idle_micro_24h", (sum) => known(sum, sum.money.sunkIdleMicro)],
  ["day_from", (_, view) => iso(view.dayFrom)],
  ["day_to", (_, view) => iso(view.dayTo)],
  ["as_of", (_, view) => iso(view.asOf)],
  ["known_at", (_, view) => iso(view.knownAt)],
];

/** Money of time none of which has a price is not known: an empty cell, never 0. */
const known = ({ day, money }: BoardSum, micro: string | null): string | null =>
  day.ownedMs === 0 || money.unpricedMs >= day.ownedMs ? null : micro;
