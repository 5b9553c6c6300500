/** A cell: text is made harmless for spreadsheets, numbers and money stay figures, null is empty. */
export type Cell = string | number | bigint | null;

/** Spreadsheets run a cell that begins so (OWASP, ASVS 1.2.10). */
// oxlint-disable-next-line no-control-regex -- a NUL is one of the ways
const FORMULA = /^[=+\-@\t\r\0]/;

/** Tells Excel that the file is UTF-8. */
export const BOM = "\uFEFF";

/** One line of RFC 4180, with its line break. Numbers are exempt from the guard by type: −5 stays −5. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** Text that would be a formula gets a leading ' ; what holds a comma, quote or line break is quoted. */
export function csvCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "bigint") return String(cell);
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  // oxlint-disable-next-line no-control-regex -- as above
  return /[",\r\n\t\0]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
