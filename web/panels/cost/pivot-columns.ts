import type { CostPivot } from "../../../db/model/ledger-views.ts";
import { type Micro, microOf, microText, type MicroText } from "../../../db/model/money.ts";

/** More columns than these cannot be read beside each other; the rest is one column of its own. */
export const MOST_COLUMNS = 20;

/** A column as shown: one value of the dimension, or all others together. */
export type PivotColumn = {
  readonly keys: readonly string[];
  readonly label: string;
  readonly micro: MicroText;
};

/** The dearest columns, and one of all others; nothing is left out of the sum. */
export function pivotColumns({ columns }: CostPivot): readonly PivotColumn[] {
  const shown = columns.length <= MOST_COLUMNS + 1 ? columns.length : MOST_COLUMNS;
  const rest = columns.slice(shown);
  const first = columns.slice(0, shown).map(({ key, label, micro }) => ({ keys: [key], label, micro }));
  if (rest.length === 0) return first;
  const micro = microText(rest.reduce((sum, column): Micro => sum + microOf(column.micro), 0n));
  return [...first, { keys: rest.map(({ key }) => key), label: "", micro }];
}

/** Money by row and shown column; a row without a line in a column has none there. */
export function pivotCells(pivot: CostPivot, columns: readonly PivotColumn[]): ReadonlyMap<string, (Micro | null)[]> {
  const placeOf = new Map(columns.flatMap(({ keys }, place) => keys.map((key) => [key, place] as const)));
  const rows = new Map(pivot.rows.map(({ key }) => [key, columns.map((): Micro | null => null)]));
  for (const { row, column, micro } of pivot.cells) {
    const cells = rows.get(row);
    const place = placeOf.get(column);
    if (cells !== undefined && place !== undefined) cells[place] = (cells[place] ?? 0n) + microOf(micro);
  }
  return rows;
}
