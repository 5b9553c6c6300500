import { type BoardSum, sumBoard } from "../../db/model/board-groups.ts";
import type { BoardCompare, BoardPool } from "../../db/model/board-views.ts";
import type { Currency } from "../../db/model/money.ts";
import { comparable, poolsWithin } from "./board-scope.ts";
import type { BoardView } from "./board-url.ts";

/** The board of then, and both boards' sums of what has a price in both. */
export type Compared = {
  readonly pools: readonly BoardPool[];
  readonly sum: BoardSum;
  readonly priced: { readonly now: BoardSum; readonly before: BoardSum };
  readonly from: number;
  readonly to: number;
};

/** What the pools shown are compared with, narrowed as they are; null = nothing was recorded then. */
export function comparedOf(
  answer: BoardCompare,
  now: readonly BoardPool[],
  view: BoardView,
  currency: Currency,
): Compared | null {
  if (answer.beforeAsOf === null) return null;
  const pools = poolsWithin(answer.before, view);
  const [pricedNow, pricedThen] = comparable(now, pools);
  return {
    pools,
    sum: sumBoard(pools, currency),
    priced: { now: sumBoard(pricedNow, currency), before: sumBoard(pricedThen, currency) },
    from: answer.dayFrom,
    to: answer.dayTo,
  };
}
