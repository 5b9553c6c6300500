import type { BoardPool } from "../../../db/model/board-views.ts";
import type { CardRow } from "../../../db/model/views.ts";
import type { WallGrouping } from "../../lib/board-url.ts";

/** Cards that stand together on the wall: places of their rows, in the order they are drawn. */
export type WallGroup = { readonly key: string; readonly poolId: number; readonly rows: readonly number[] };

/**
 * Cards by pool (the largest first) or by node (by name). Within a group cards stand by node and position, so a machine's
 * cards are neighbours and keep their place while their states change.
 */
export function groupWall(
  rows: readonly CardRow[],
  pools: ReadonlyMap<number, BoardPool>,
  by: WallGrouping,
): WallGroup[] {
  const groups = new Map<string, { poolId: number; rows: number[] }>();
  rows.forEach((row, at) => {
    const key = by === "pool" ? String(row.poolId) : row.node;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { poolId: row.poolId, rows: [at] });
    else group.rows.push(at);
  });
  for (const group of groups.values()) group.rows.sort((a, b) => byPlace(rows[a], rows[b]));
  const found = [...groups].map(([key, group]) => ({ key, ...group }));
  if (by === "node") return found.sort((a, b) => order(a.key, b.key));
  const nameOf = (id: number): string => {
    const pool = pools.get(id);
    return pool === undefined ? "" : `${pool.vendor}\n${pool.region}\n${pool.model}`;
  };
  return found.sort(
    (a, b) => b.rows.length - a.rows.length || order(nameOf(a.poolId), nameOf(b.poolId)) || a.poolId - b.poolId,
  );
}

/** Same cards in the same groups: the layout may stay, only states are drawn anew. */
export function standsStill(before: readonly CardRow[], now: readonly CardRow[]): boolean {
  if (before === now) return true;
  if (before.length !== now.length) return false;
  return before.every((row, i) => {
    const next = now[i];
    return next === row || (next?.id === row.id && next.poolId === row.poolId && next.node === row.node);
  });
}

function byPlace(a: CardRow | undefined, b: CardRow | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return order(a.node, b.node) || order(a.position, b.position) || a.id - b.id;
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
