/** A table of a report as a file: RFC 4180, formulas made harmless, numbers left numbers, what is not known left empty. */
import type { ReportCell, ReportColumn, ReportTable } from "../db/model/report-document.ts";

/** Tells Excel that the file is UTF-8. */
const BOM = "\uFEFF";
/** Spreadsheets run a cell that begins so (OWASP, ASVS 1.2.10). */
const FORMULA = /^[=+\-@\t\r\0]/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** The rows without the total: a sum over the file is the total. Money has all its digits. */
export function tableCsv({ columns, rows }: Pick<ReportTable, "columns" | "rows">): string {
  const lines = rows.map((row) => row.map((cell, i) => csvCell(cell, columns[i])));
  return (
    BOM +
    [columns.map(({ label }) => quoted(harmless(label))), ...lines].map((line) => `${line.join(",")}\r\n`).join("")
  );
}

/** By the column's kind, and not by what a text looks like: −5.00 in a column of figures stays a number. */
function csvCell({ value }: ReportCell, column: ReportColumn | undefined): string {
  if (value === null) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  if (column?.kind === "money" && DECIMAL.test(value)) return value;
  return quoted(harmless(value));
}

const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

const quoted = (text: string): string =>
  /[",\r\n\t\0]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
