/** Tables of the page as CSV, made here so that the file is the table on the screen, also of a past moment. */

import { BOM, type Cell, csvLine } from "../../db/model/csv.ts";

export type { Cell } from "../../db/model/csv.ts";

/** RFC 4180 with a byte order mark, which tells Excel that it is UTF-8. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return BOM + rows.map(csvLine).join("");
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
