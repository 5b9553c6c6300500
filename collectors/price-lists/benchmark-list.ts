import { type FileFault, MOST_IMPORT_ROWS, type RowIssue } from "../../db/model/imports.ts";
import { type Benchmark, type Workload, WORKLOADS } from "../../db/model/tier.ts";
import { readCardName } from "./card-names.ts";
import { dayParts, RowCells } from "./cells.ts";
import { fault, hasColumns, openTable } from "./table.ts";

export type ReadBenchmark = { readonly row: number; readonly written: string; readonly benchmark: Benchmark };
export type BenchmarkListReading =
  | {
      readonly ok: true;
      readonly rows: readonly number[];
      readonly benchmarks: readonly ReadBenchmark[];
      readonly issues: readonly RowIssue[];
    }
  | { readonly ok: false; readonly fault: FileFault };

/** Columns of a table of measured throughput. batch and precision may be blank. */
export const BENCHMARK_COLUMNS = [
  "workload",
  "card",
  "units_per_hour",
  "batch",
  "precision",
  "date",
  "source",
] as const;
const NEEDS = ["card", "units_per_hour", "date", "source"];

/**
 * Reads measured throughputs: one row a card model and workload. The first column may be called workload or model (of
 * the neural network, by the kind of work it stands for). Of two rows of one card, workload, batch, precision, day and
 * source the same figure counts once and another contradicts. Never throws.
 */
export function readBenchmarkList(bytes: Uint8Array, aliases: ReadonlyMap<string, string>): BenchmarkListReading {
  const opening = openTable(bytes, (header) => hasColumns(header, NEEDS), BENCHMARK_COLUMNS.join(", "));
  if (!opening.ok) return opening;
  const { header, rows: table } = opening.table;
  const rows: number[] = [];
  const issues: RowIssue[] = [];
  const found = new Map<string, ReadBenchmark>();
  for (const row of table) {
    if (rows.length >= MOST_IMPORT_ROWS) return fault("too_many_rows", "", String(MOST_IMPORT_ROWS));
    rows.push(row.row);
    const cells = new RowCells(header, row);
    const benchmark = cells.isWrong
      ? null
      : readRow(cells, hasColumns(header, ["workload"]) ? "workload" : "model", aliases);
    if (benchmark !== null) {
      const key = keyOf(benchmark);
      const first = found.get(key);
      if (first === undefined) found.set(key, { row: row.row, written: cells.text("card"), benchmark });
      else if (first.benchmark.unitsPerHour === benchmark.unitsPerHour) {
        cells.note("duplicate", "units_per_hour", String(benchmark.unitsPerHour), "", first.row);
      } else {
        const [mine, other] = [String(benchmark.unitsPerHour), String(first.benchmark.unitsPerHour)];
        cells.error("two_prices", "units_per_hour", mine, other, first.row);
      }
    }
    issues.push(...cells.issues);
  }
  if (rows.length === 0) return fault("empty", "", "");
  return { ok: true, rows, benchmarks: [...found.values()], issues };
}

const keyOf = ({ model, workload, batch, precision, day, source }: Benchmark): string =>
  [model, workload, batch, precision, day, source].join("\u0000");

function readRow(cells: RowCells, column: string, aliases: ReadonlyMap<string, string>): Benchmark | null {
  const workload = workloadOf(cells, column);
  const written = cells.needed("card");
  const card = written === null ? null : readCardName(written, null, aliases);
  if (card !== null && card.model === null) cells.error("model_unknown", "card", written ?? "", card.name);
  if (card?.why === "form_assumed") cells.note("form_assumed", "card", written ?? "", card.name);
  const unitsPerHour = cells.figure("units_per_hour");
  const batch = cells.text("batch") === "" ? null : cells.count("batch");
  const date = cells.needed("date");
  const parts = date === null ? null : dayParts(date);
  if (date !== null && parts === null) cells.error("date", "date", date, "YYYY-MM-DD");
  const source = cells.needed("source");
  if (cells.isWrong || workload === null || card?.model == null) return null;
  if (unitsPerHour === null || parts === null || source === null) return null;
  const precision = cells.text("precision").toLowerCase();
  return { model: card.model, workload, unitsPerHour, batch, precision, day: isoDay(parts), source };
}

function workloadOf(cells: RowCells, column: string): Workload | null {
  const text = cells.needed(column);
  if (text === null) return null;
  const plain = text.toLowerCase().replace(/[\s-]+/g, "_");
  const workload = WORKLOADS.find((name) => name === plain) ?? null;
  if (workload === null) cells.error("workload", column, text, WORKLOADS.join(", "));
  return workload;
}

const isoDay = ([year, month, day]: readonly [number, number, number]): string =>
  `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
