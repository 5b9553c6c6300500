/** Where each card stands on the wall. Pure geometry in CSS pixels; knows neither canvas nor card. */
import type { WallGrouping } from "../../lib/board-url.ts";

export type WallBlock = {
  readonly group: number;
  readonly x: number;
  readonly y: number; // of the label's top
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly first: number; // its first cell
  readonly count: number;
};

export type WallLayout = {
  readonly cell: number; // distance from one card to the next
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly WallBlock[];
  readonly cells: number;
};

export const LABEL_PX = 18;
const GAP = { pool: { x: 14, y: 8 }, node: { x: 10, y: 4 } } as const;
const LEAST_BLOCK = { pool: 136, node: 64 } as const;
/** From well seen to just told apart. Below the last one shapes blur, so the wall scrolls instead. */
const CELLS = [22, 20, 18, 16, 14, 13, 12, 11, 10, 9, 8] as const;
/** A node's cards stand in rows of eight, as they do in the machine. */
const NODE_COLUMNS = 8;
/** Pools beside each other; more would leave no room for their names. */
const MOST_BESIDE = 6;

/** The largest cells with which all groups stand within the height; the smallest ones, and scrolling, where none do. */
export function layoutWall(
  sizes: readonly number[],
  by: WallGrouping,
  room: { readonly width: number; readonly height: number },
): WallLayout {
  let made = layoutAt(sizes, by, room.width, CELLS[0]);
  for (const cell of CELLS) {
    made = layoutAt(sizes, by, room.width, cell);
    if (made.height <= room.height) break;
  }
  return made;
}

/** Pools take as many places beside each other as give the flattest wall; nodes are all alike. */
function layoutAt(sizes: readonly number[], by: WallGrouping, width: number, cell: number): WallLayout {
  const gap = GAP[by].x;
  if (by === "node") return shelve(sizes, by, width, cell, NODE_COLUMNS);
  let best: WallLayout | null = null;
  for (let beside = 1; beside <= MOST_BESIDE; beside++) {
    const columns = Math.floor((width - (beside - 1) * gap) / beside / cell);
    if (beside > 1 && columns * cell < LEAST_BLOCK.pool) break;
    const made = shelve(sizes, by, width, cell, columns);
    if (best === null || made.height < best.height) best = made;
  }
  return best ?? shelve(sizes, by, width, cell, 1);
}

/** Groups as blocks on shelves, left to right, top to bottom. */
function shelve(
  sizes: readonly number[],
  by: WallGrouping,
  width: number,
  cell: number,
  columnsAtMost: number,
): WallLayout {
  const gap = GAP[by];
  const most = Math.max(1, Math.floor(width / cell));
  const blocks: WallBlock[] = [];
  let [x, y, shelf, first] = [0, 0, 0, 0];
  sizes.forEach((count, group) => {
    const columns = Math.max(1, Math.min(most, count, columnsAtMost));
    const own = { width: Math.min(width, Math.max(columns * cell, LEAST_BLOCK[by])), columns };
    const height = LABEL_PX + Math.ceil(count / columns) * cell;
    if (x > 0 && x + own.width > width) [x, y, shelf] = [0, y + shelf + gap.y, 0];
    blocks.push({ group, x, y, ...own, height, first, count });
    x += own.width + gap.x;
    shelf = Math.max(shelf, height);
    first += count;
  });
  return { cell, width, height: y + shelf, blocks, cells: first };
}

/** Where a cell's top left corner is. */
export function placeOf(layout: WallLayout, at: number): { readonly x: number; readonly y: number } | null {
  const block = blockOf(layout, at);
  if (block === null) return null;
  const within = at - block.first;
  return {
    x: block.x + (within % block.columns) * layout.cell,
    y: block.y + LABEL_PX + Math.floor(within / block.columns) * layout.cell,
  };
}

/** What lies under a point: a cell, the label of a block, or nothing. */
export function hitWall(
  layout: WallLayout,
  x: number,
  y: number,
): { readonly cell: number } | { readonly label: number } | null {
  for (const block of layout.blocks) {
    if (x < block.x || x >= block.x + block.width || y < block.y || y >= block.y + block.height) continue;
    if (y < block.y + LABEL_PX) return { label: block.group };
    const column = Math.floor((x - block.x) / layout.cell);
    const within = Math.floor((y - block.y - LABEL_PX) / layout.cell) * block.columns + column;
    return column < block.columns && within < block.count ? { cell: block.first + within } : null;
  }
  return null;
}

export type WallStep = "left" | "right" | "up" | "down" | "first" | "last";

/** The cell a key leads to. Left and right follow the order; up and down go to what lies nearest there, across blocks. */
export function stepWall(layout: WallLayout, at: number, step: WallStep): number {
  const last = layout.cells - 1;
  if (last < 0) return -1;
  if (at < 0) return step === "last" ? last : 0;
  switch (step) {
    case "first":
      return 0;
    case "last":
      return last;
    case "left":
      return Math.max(0, at - 1);
    case "right":
      return Math.min(last, at + 1);
    case "up":
      return nearest(layout, at, -1);
    case "down":
      return nearest(layout, at, 1);
  }
}

/** Sideways counts double: a step down should not wander off. */
function nearest(layout: WallLayout, at: number, way: 1 | -1): number {
  const here = placeOf(layout, at);
  if (here === null) return at;
  let [best, cost] = [at, Number.POSITIVE_INFINITY];
  for (const block of layout.blocks) {
    for (let within = 0; within < block.count; within++) {
      const dy = (block.y + LABEL_PX + Math.floor(within / block.columns) * layout.cell - here.y) * way;
      if (dy <= 0) continue;
      const far = dy + 2 * Math.abs(block.x + (within % block.columns) * layout.cell - here.x);
      if (far < cost) [best, cost] = [block.first + within, far];
    }
  }
  return best;
}

function blockOf(layout: WallLayout, at: number): WallBlock | null {
  if (at < 0 || at >= layout.cells) return null;
  let [low, high] = [0, layout.blocks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((layout.blocks[middle]?.first ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return layout.blocks[low] ?? null;
}
