/** A table of a report as a file: RFC 4180, formulas made harmless, numbers left numbers, what is not known left empty. */
import { BOM, csvCell, csvLine } from "../db/model/csv.ts";
import type { ReportCell, ReportColumn, ReportTable } from "../db/model/report-document.ts";

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** The rows without the total: a sum over the file is the total. Money has all its digits. */
export function tableCsv({ columns, rows }: Pick<ReportTable, "columns" | "rows">): string {
  const lines = rows.map((row) => `${row.map((cell, i) => cellOf(cell, columns[i])).join(",")}\r\n`);
  return BOM + csvLine(columns.map(({ label }) => label)) + lines.join("");
}

/** By the column's kind, and not by what a text looks like: −5.00 in a column of figures stays a number. */
const cellOf = ({ value }: ReportCell, column: ReportColumn | undefined): string =>
  typeof value === "string" && column?.kind === "money" && DECIMAL.test(value) ? value : csvCell(value);
