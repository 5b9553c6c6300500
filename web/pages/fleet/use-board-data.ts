import { useDeferredValue, useMemo } from "react";
import { sumBoard } from "../../../db/model/board-groups.ts";
import type { BoardPool } from "../../../db/model/board-views.ts";
import { EVERY_CARD, filterCards } from "../../../db/model/card-query.ts";
import type { CardRow } from "../../../db/model/views.ts";
import { cardsWithin, isNarrowed, poolsWithin, withLiveCounts } from "../../lib/board-scope.ts";
import type { BoardView } from "../../lib/board-url.ts";
import { comparedOf } from "../../lib/compared.ts";
import { useBoard, useBoardCards, useCompare } from "../../live/use-board.ts";

const NO_POOLS: readonly BoardPool[] = [];
const NO_CURRENCY = "CNY"; // until the board says its own nothing is shown

/** Everything the board shows, narrowed as asked. Figures follow a moment later than the controls, which never wait. */
export function useBoardData(asked: BoardView) {
  const view = useDeferredValue(asked);
  const board = useBoard(asked);
  const cards = useBoardCards(asked.at);
  const compare = useCompare(asked);
  const rows = useDeferredValue(cards.rows);
  const all = board.data?.pools ?? NO_POOLS;
  const currency = board.data?.currency ?? NO_CURRENCY;
  const isLive = board.data?.isLive === true && view.at === null;

  const still = useMemo(() => poolsWithin(all, view), [all, view]);
  const pools = useMemo(() => (isLive ? withLiveCounts(still, rows) : still), [isLive, still, rows]);
  const sum = useMemo(() => sumBoard(pools, currency), [pools, currency]);
  const byId = useMemo(() => new Map(all.map((pool) => [pool.id, pool])), [all]);
  const scoped = useScopedRows(rows, still, view);
  const kept = useKeptCards(scoped, byId, view);
  const data = compare.data;
  const before = useMemo(() => {
    return data === undefined ? null : comparedOf(data, still, view, currency);
  }, [data, still, view, currency]);
  return { view, board, cards, compare, all, still, pools, sum, byId, scoped, kept, before };
}

function useScopedRows(
  rows: readonly CardRow[] | undefined,
  pools: readonly BoardPool[],
  view: BoardView,
): readonly CardRow[] | undefined {
  const narrowed = isNarrowed(view);
  const { nodes } = view.query;
  return useMemo(
    () => (rows === undefined || !narrowed ? rows : cardsWithin(rows, new Set(pools.map((pool) => pool.id)), nodes)),
    [rows, narrowed, pools, nodes],
  );
}

/** Ids of the cards that words and states leave; null = all of them. */
function useKeptCards(
  rows: readonly CardRow[] | undefined,
  pools: ReadonlyMap<number, BoardPool>,
  { query: { q, states } }: BoardView,
): ReadonlySet<number> | null {
  return useMemo(() => {
    if (rows === undefined || (q === "" && states.length === 0)) return null;
    return new Set(filterCards(rows, pools, { ...EVERY_CARD, q, states }).map((row) => row.id));
  }, [rows, pools, q, states]);
}
