import type { CostDimension, CostFilter, CostPivot, DayRange } from "../../../db/model/ledger-views.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import { numberAt } from "../../../db/store/ledger-reads.ts";
import { eachCell, groupBy, type Grouping, sieveOf } from "./dimensions.ts";
import { ExactSums } from "./exact-sums.ts";
import { type LedgerDay, ledgerFacts } from "./ledger-facts.ts";
import { factsOfTeams, filterOfTeams, type Teams } from "./team-facts.ts";
import type { CostDeps } from "./ports.ts";

export type PivotQuestion = {
  readonly range?: DayRange | undefined; // left out = the last 7 days
  readonly rows: CostDimension;
  readonly columns: CostDimension;
  readonly filter?: CostFilter | undefined;
  readonly teams?: Teams; // left out = everybody's
};

/** The same money by two dimensions. Cells without time and money are left out. @throws ServiceError invalid */
export async function costPivot(deps: CostDeps, question: PivotQuestion): Promise<CostPivot> {
  const { teams = null } = question;
  const facts = factsOfTeams(await ledgerFacts(deps, question.range), teams);
  const tiers = await deps.costs.tiers(facts.asked, facts.zone);
  const sieve = sieveOf(facts, tiers, filterOfTeams(question.filter ?? {}, teams));
  const [rows, columns] = [groupBy(facts, tiers, question.rows), groupBy(facts, tiers, question.columns)];
  const width = columns.keys.length;
  const cellOf = (day: LedgerDay, line: number, state: number): number =>
    rows.of(day, line, state) * width + columns.of(day, line, state);
  const places = new Map<number, number>(); // few of all cells that could be are there
  eachCell(facts, sieve, (day, line, state) => {
    const cell = cellOf(day, line, state);
    if (!places.has(cell)) places.set(cell, places.size);
  });
  const sums = new ExactSums(places.size);
  const ms = new Float64Array(places.size);
  eachCell(facts, sieve, (day, line, state) => {
    const place = places.get(cellOf(day, line, state))!;
    sums.add(place, day.micro[state]!, line);
    ms[place]! += numberAt(day.lines.ms[state]!, line);
  });
  const cells = [...places].map(([cell, place]) => ({
    row: Math.floor(cell / width),
    column: cell % width,
    micro: sums.at(place),
    ms: ms[place]!,
  }));
  return {
    currency: facts.currency,
    rows: edge(rows, cells, "row"),
    columns: edge(columns, cells, "column"),
    cells: cells.map(({ row, column, micro, ms }) => ({
      row: rows.keys[row] ?? "",
      column: columns.keys[column] ?? "",
      micro: microText(micro),
      ms,
    })),
    totalMicro: microText(cells.reduce((all, { micro }) => all + micro, 0n)),
  };
}

type Cell = { readonly row: number; readonly column: number; readonly micro: Micro };

/** Sums of a side, most money first. */
function edge({ keys, labels }: Grouping, cells: readonly Cell[], side: "row" | "column"): CostPivot["rows"] {
  const sums = new Map<number, Micro>();
  for (const cell of cells) sums.set(cell[side], (sums.get(cell[side]) ?? 0n) + cell.micro);
  return [...sums]
    .toSorted(([i, a], [j, b]) => (a === b ? i - j : a > b ? -1 : 1))
    .map(([i, micro]) => ({ key: keys[i] ?? "", label: labels[i] ?? "", micro: microText(micro) }));
}
