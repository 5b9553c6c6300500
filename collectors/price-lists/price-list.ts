import { type FileFault, MOST_IMPORT_ROWS, type PriceListDialect, type RowIssue } from "../../db/model/imports.ts";
import type { Delimiter } from "../csv-rows.ts";
import { RowCells } from "./cells.ts";
import { cloudGpus } from "./cloud-gpus.ts";
import type { TextEncoding } from "./decode.ts";
import { gpuhunt } from "./gpuhunt.ts";
import type { Dialect, ListOptions, ReadOffer } from "./offer.ts";
import { priceBook } from "./price-book.ts";
import { skypilot } from "./skypilot.ts";
import { fault, hasColumns, openTable } from "./table.ts";

export const DIALECTS: readonly Dialect[] = [skypilot, gpuhunt, cloudGpus, priceBook];

/** What a price list says, before anything is decided about it. */
export type PriceList = {
  readonly dialect: PriceListDialect;
  readonly repeats: Dialect["repeats"];
  readonly encoding: TextEncoding;
  readonly delimiter: Delimiter;
  readonly rows: readonly number[]; // numbers of the rows read, ascending
  readonly offers: readonly ReadOffer[]; // of rows without an error
  readonly issues: readonly RowIssue[]; // by row
};

export type PriceListReading =
  | { readonly ok: true; readonly list: PriceList }
  | { readonly ok: false; readonly fault: FileFault };

/** Rows between two breaths: a few milliseconds of work. */
const BREATH = 500;

/**
 * Reads a price list of any dialect we know, told by its header. Never throws: what cannot be read is a fault of the
 * file or an issue of its row. Yields the rows read so far, so that whoever drives it may let others work in between.
 */
export function* readPriceList(bytes: Uint8Array, options: ListOptions): Generator<number, PriceListReading> {
  const opening = openTable(bytes, (header) => DIALECTS.some(({ needs }) => hasColumns(header, needs)), knownColumns());
  if (!opening.ok) return opening;
  const { header, rows: table, encoding, delimiter } = opening.table;
  const dialect = DIALECTS.find(({ needs }) => hasColumns(header, needs)) ?? priceBook;
  const { name, repeats } = dialect;
  if (dialect.isCurrencyAsked && options.currency === null) return fault("currency_missing", name, "");
  if (!dialect.namesVendor && options.vendor === "") return fault("vendor_missing", name, "");
  const withDefaults = { ...options, isList: options.isList ?? dialect.isList };
  const rows: number[] = [];
  const offers: ReadOffer[] = [];
  const issues: RowIssue[] = [];
  for (const row of table) {
    const cells = new RowCells(header, row);
    const read = cells.isWrong ? [] : dialect.readRow(cells, withDefaults);
    if (!cells.isWrong) offers.push(...read);
    issues.push(...distinct(cells.issues));
    rows.push(row.row);
    if (rows.length > MOST_IMPORT_ROWS) return fault("too_many_rows", "", String(MOST_IMPORT_ROWS));
    if (rows.length % BREATH === 0) yield rows.length;
  }
  if (rows.length === 0) return fault("empty", "", "");
  return { ok: true, list: { dialect: name, repeats, encoding, delimiter, rows, offers, issues } };
}

/** A cell that is looked at twice complains once. */
const distinct = (issues: readonly RowIssue[]): RowIssue[] =>
  issues.filter(
    (issue, i) => issues.findIndex(({ key, column }) => key === issue.key && column === issue.column) === i,
  );

/** "price_book: vendor, model, amount; …" */
const knownColumns = (): string => DIALECTS.map(({ name, needs }) => `${name}: ${needs.join(", ")}`).join("; ");

/** Drives a reading to its end without a pause. */
export function finish<T>(reading: Generator<unknown, T>): T {
  for (;;) {
    const next = reading.next();
    if (next.done === true) return next.value;
  }
}
