/** What reading a table a person drops on Dapan can say: shared by the readers, the preview and the page. Plain JSON. */

/** Tables that can be imported on the Pricing page. */
export const IMPORT_KINDS = ["prices", "benchmarks", "rates"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** What is wrong with a row: it cannot be taken. Words and the way out are in the web's catalogue (imports.issue). */
export const ROW_ERRORS = [
  "columns", // `read` cells where the header has `expected`
  "quote", // a quote inside a cell that is not quoted, or text after a closing quote
  "quote_open", // a quoted cell that never ends
  "blank", // the column must say something
  "formula", // "=1+1": a spreadsheet formula, not a figure
  "separators", // "1.234,56" or "1,234": thousands separators or a decimal comma, which read differently in Berlin and Boston
  "currency_sign", // "¥1,234": the currency belongs in its own column
  "exponent", // "1e3"
  "decimals", // more than a millionth
  "number", // not a number at all
  "too_large",
  "zero", // a price of 0 would make the cards free
  "negative",
  "whole", // a whole number from 1 was expected
  "currency_missing",
  "currency_unknown", // not a code of ISO 4217
  "currency_same", // a rate of a currency to itself
  "per_card", // On-demand ÷ GPUs is `expected`, Per-GPU says `read`
  "two_prices", // row `other` says another price (or figure) for the same thing at the same time
  "billing", // not a billing type
  "basis", // not a basis
  "workload",
  "flag", // yes or no was expected
  "date", // YYYY-MM-DD was expected
  "window", // `to` is not after `from`
  "model_unknown", // a benchmark of a model that has no data sheet has nothing to be compared with
  "too_long", // more than 200 characters
] as const;

/** What a person should know of a row that is taken, or why it is left out without being wrong. */
export const ROW_NOTES = [
  "form_assumed", // SXM or PCIe is not said: taken as `expected`
  "unknown_model", // kept under the name `expected`
  "memory_total", // GPU RAM is not cards × memory of the card
  "spot_above", // spot is not below on-demand
  "duplicate", // left out: row `other` says the same
  "cheaper_row", // left out: row `other` offers the same card for less; a list price of a card is its cheapest machine
  "no_cards", // left out: a machine without accelerators
] as const;

export type RowError = (typeof ROW_ERRORS)[number];
export type RowNote = (typeof ROW_NOTES)[number];
export type RowIssueKey = RowError | RowNote;

/** Something about one row. `row` is what a spreadsheet shows at its left edge: the header is row 1. */
export type RowIssue = {
  readonly row: number;
  readonly level: "error" | "note";
  readonly key: RowIssueKey;
  readonly column: string; // as the header of the file says it; "" = the whole row
  readonly read: string; // what stands there, cut to 80 characters; external text
  readonly expected: string; // what the key's sentence shows beside it; "" = nothing
  readonly other: number | null; // the other row it is about
};

/** Why nothing of a file can be read. Words are in the web's catalogue (imports.fault). */
export const FILE_FAULTS = [
  "empty", // no rows below the header
  "encoding", // neither UTF-8, UTF-16 nor GBK: byte `at`, in row `row`
  "header", // the columns are of no table we know
  "binary", // a workbook or another binary file, not text
  "too_many_rows",
  "currency_missing", // the table has no currency column: say which currency its figures are in
  "vendor_missing", // the table does not say whose prices these are
] as const;
export type FileFault = {
  readonly key: (typeof FILE_FAULTS)[number];
  readonly row: number | null;
  readonly at: number | null; // byte, from 0
  readonly read: string;
  readonly expected: string;
};

/** Tables of prices that are recognised by their header. */
export const PRICE_LIST_DIALECTS = ["price_book", "cloud_gpus", "skypilot", "gpuhunt"] as const;
export type PriceListDialect = (typeof PRICE_LIST_DIALECTS)[number];

/** Rows one file may have. */
export const MOST_IMPORT_ROWS = 200_000;
/** Bytes one file may have. */
export const MOST_IMPORT_BYTES = 32 * 1_048_576;
