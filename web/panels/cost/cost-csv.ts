import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { CostPivot, CostView } from "../../../db/model/ledger-views.ts";
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

/** One line a cell that is not empty. */
export function costPivotCsv(pivot: CostPivot, rows: string, columns: string): Cell[][] {
  return [
    [rows, columns, "cost_micro", "card_ms", "currency"],
    ...pivot.cells.map((cell): Cell[] => [cell.row, cell.column, BigInt(cell.micro), cell.ms, pivot.currency]),
  ];
}
