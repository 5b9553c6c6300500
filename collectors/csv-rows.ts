/** One row of a table as it stands in the file. `row` is what a spreadsheet shows at its left edge, from 1. */
export type CsvRow = {
  readonly row: number;
  readonly cells: readonly string[];
  /** What is wrong with its quotes; such a row says nothing that could be believed. */
  readonly fault: "quote" | "quote_open" | null;
};

export const DELIMITERS = [",", ";", "\t"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** A quoted cell longer than this is a quote that was never closed: the rows it swallowed are read again without it. */
const MOST_QUOTED = 20_000;

/**
 * The rows of a text by RFC 4180: cells in quotes may hold the delimiter, line breaks and doubled quotes; lines end in
 * LF, CRLF or CR. Blank lines count and are not given. A row with a broken quote is given as such and ends with its
 * line, so that one bad row costs nobody else (csv-parse 7 takes the next row with it and stops counting).
 */
export function* csvRows(text: string, delimiter: Delimiter): Generator<CsvRow> {
  let at = 0;
  for (let row = 1; at < text.length; row++) {
    const read = readRow(text, at, delimiter);
    at = read.next;
    if (read.fault !== null || read.cells.length > 1 || read.cells[0] !== "")
      yield { row, cells: read.cells, fault: read.fault };
  }
}

type ReadRow = { readonly cells: string[]; readonly next: number; readonly fault: CsvRow["fault"] };

function readRow(text: string, from: number, delimiter: Delimiter): ReadRow {
  const cells: string[] = [];
  let at = from;
  for (;;) {
    if (text[at] === '"') {
      const end = closingQuote(text, at);
      if (end === null) return broken(text, from, delimiter, "quote_open");
      const after = text[end + 1];
      if (after !== undefined && after !== delimiter && !isBreak(after)) return broken(text, from, delimiter, "quote");
      cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
    } else {
      let end = at;
      while (end < text.length && text[end] !== delimiter && !isBreak(text[end])) end++;
      const cell = text.slice(at, end);
      if (cell.includes('"')) return broken(text, from, delimiter, "quote");
      cells.push(cell);
      at = end;
    }
    if (text[at] !== delimiter) return { cells, next: afterBreak(text, at), fault: null };
    at++;
  }
}

/** The quote that ends the cell which begins at `open`. */
function closingQuote(text: string, open: number): number | null {
  let at = open + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0 || quote - open > MOST_QUOTED) return null;
    if (text[quote + 1] !== '"') return quote;
    at = quote + 2;
  }
}

/** The row up to the end of its line, its cells cut at every delimiter: good enough to show what stands there. */
function broken(text: string, from: number, delimiter: Delimiter, fault: "quote" | "quote_open"): ReadRow {
  let end = from;
  while (end < text.length && !isBreak(text[end])) end++;
  return { cells: text.slice(from, end).split(delimiter), next: afterBreak(text, end), fault };
}

const isBreak = (char: string | undefined): boolean => char === "\n" || char === "\r";

const afterBreak = (text: string, at: number): number =>
  text[at] === "\r" && text[at + 1] === "\n" ? at + 2 : at < text.length ? at + 1 : at;

/** The delimiter the first line uses most; a comma where none is used. */
export function delimiterOf(text: string): Delimiter {
  const [line = ""] = text.split(/[\r\n]/, 1);
  const uses = (delimiter: Delimiter): number => line.split(delimiter).length;
  return DELIMITERS.toSorted((a, b) => uses(b) - uses(a))[0] ?? ",";
}
