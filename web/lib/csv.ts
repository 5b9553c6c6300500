/** Tables of the page as CSV, made here so that the file is the table on the screen, also of a past moment. */

/** A cell: text is made harmless for spreadsheets, numbers and money stay figures, null is empty. */
export type Cell = string | number | bigint | null;

/** Spreadsheets run a cell that begins so (OWASP, ASVS 1.2.10); the same guard as server/usecases/csv.ts. */
// oxlint-disable-next-line no-control-regex -- a NUL is one of the ways
const FORMULA = /^[=+\-@\t\r\0]/;

/** RFC 4180 with a byte order mark, which tells Excel that it is UTF-8. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("")}`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "bigint") return String(cell);
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Puts a file among the reader's downloads. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
