import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { CostDimension, CostGroup, CostPivot, CostView } from "../../../db/model/ledger-views.ts";
import type { Cell } from "../../lib/csv.ts";
import { lastDay } from "../../lib/day-range.ts";
import type { CostLine } from "./cost-rows.ts";

/** The table as a file: money in whole micro-units, unknown cells empty. */
export function costGroupsCsv(view: CostView, lines: readonly CostLine[]): Cell[][] {
  const head = [
    view.by,
    "name",
    "cost_micro",
    ...LEDGER_STATES.flatMap((state) => [`${state}_ms`, `${state}_micro`]),
    "coverage",
    "list_ratio",
    "unpriced_ms",
    "currency",
    "first_day",
    "last_day",
    "zone",
    "as_of",
  ];
  const end: Cell[] = [
    view.currency,
    view.range.from,
    lastDay(view.range),
    view.zone,
    new Date(view.asOf).toISOString(),
  ];
  return [
    head,
    ...lines.map((line): Cell[] => [
      line.key,
      line.name,
      BigInt(line.micro),
      ...LEDGER_STATES.flatMap((_, i): Cell[] => [line.byState.ms[i] ?? null, BigInt(line.byState.micro[i] ?? "0")]),
      line.estimate.coverage,
      line.estimate.listRatio,
      line.estimate.unpricedMs,
      ...end,
    ]),
  ];
}

/** One line a day and group; a day without a line of the ledger has an empty cell, not a zero. */
export function costDaysCsv(view: CostView, nameOf: (group: CostGroup) => string): Cell[][] {
  return [
    ["day", view.by, "name", "cost_micro", "currency", "zone"],
    ...view.days.flatMap((day, i) =>
      view.groups.map((group): Cell[] => {
        const micro = group.byDay[i] ?? null;
        return [day, group.key, nameOf(group), micro === null ? null : BigInt(micro), view.currency, view.zone];
      }),
    ),
  ];
}

/** One line a cell that is not empty. */
export function costPivotCsv(
  pivot: CostPivot,
  rows: CostDimension,
  columns: CostDimension,
  nameOf: (dimension: CostDimension, value: { key: string; label: string }) => string,
): Cell[][] {
  const names = (by: CostDimension, values: CostPivot["rows"]) =>
    new Map(values.map((value) => [value.key, nameOf(by, value)]));
  const rowNames = names(rows, pivot.rows);
  const columnNames = names(columns, pivot.columns);
  return [
    [rows, `${rows}_name`, columns, `${columns}_name`, "cost_micro", "card_ms", "currency"],
    ...pivot.cells.map((cell): Cell[] => [
      cell.row,
      rowNames.get(cell.row) ?? cell.row,
      cell.column,
      columnNames.get(cell.column) ?? cell.column,
      BigInt(cell.micro),
      cell.ms,
      pivot.currency,
    ]),
  ];
}
