import type { FileFault } from "../../db/model/imports.ts";
import { type CsvRow, csvRows, type Delimiter, delimiterOf } from "../csv-rows.ts";
import { type Header, plainName, readHeader } from "./cells.ts";
import { decodeTable, type TextEncoding } from "./decode.ts";

/** A table whose bytes were read and whose header is known; its rows are yet to be read. */
export type OpenTable = {
  readonly encoding: TextEncoding;
  readonly delimiter: Delimiter;
  readonly header: Header;
  readonly rows: Iterable<CsvRow>;
};

export type TableOpening =
  | { readonly ok: true; readonly table: OpenTable }
  | { readonly ok: false; readonly fault: FileFault };

/** Rows that may stand above the header: AWS writes five lines about the file first. */
const MOST_ABOVE = 10;

/**
 * The header and rows of a file. The header is the first row, or one of the next few, that `isHeader` takes.
 * @param known the columns looked for, for the sentence of who gets it wrong
 */
export function openTable(bytes: Uint8Array, isHeader: (header: Header) => boolean, known: string): TableOpening {
  const decoded = decodeTable(bytes);
  if (!decoded.ok) return decoded;
  const text = decoded.text.replace(/^sep=.\r?\n/, ""); // Excel's own first line
  const delimiter = delimiterOf(text);
  const all = csvRows(text, delimiter);
  let first: CsvRow | null = null;
  for (let looked = 0; looked < MOST_ABOVE; looked++) {
    const next = all.next();
    if (next.done === true) break;
    first ??= next.value;
    const header = readHeader(next.value.cells);
    if (!isHeader(header)) continue;
    return { ok: true, table: { encoding: decoded.encoding, delimiter, header, rows: all } };
  }
  if (first === null) return fault("empty", "", "");
  return fault("header", first.cells.join(", ").slice(0, 200), known);
}

export const hasColumns = (header: Header, columns: readonly string[]): boolean =>
  columns.every((column) => header.at.has(plainName(column)));

export const fault = (
  key: FileFault["key"],
  read: string,
  expected: string,
): { readonly ok: false; readonly fault: FileFault } => ({
  ok: false,
  fault: { key, row: null, at: null, read, expected },
});
