import { type FileFault, MOST_IMPORT_ROWS, type RowIssue } from "../../db/model/imports.ts";
import type { FxRate } from "../../db/model/price.ts";
import { DAY_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { RowCells } from "./cells.ts";
import { fault, hasColumns, openTable } from "./table.ts";

export type ReadRate = { readonly row: number; readonly rate: Pick<FxRate, "base" | "quote" | "day" | "rateNano"> };
export type RateListReading =
  | {
      readonly ok: true;
      readonly rows: readonly number[];
      readonly rates: readonly ReadRate[];
      readonly issues: readonly RowIssue[];
    }
  | { readonly ok: false; readonly fault: FileFault };

/** Columns of a table of exchange rates: on `day`, one unit of `base` was worth `rate` units of `quote`. */
export const RATE_COLUMNS = ["base", "quote", "day", "rate"] as const;

/** Reads dated exchange rates. A pair and day twice with the same rate counts once, with another contradicts. Never throws. */
export function readRateList(bytes: Uint8Array): RateListReading {
  const opening = openTable(bytes, (header) => hasColumns(header, RATE_COLUMNS), RATE_COLUMNS.join(", "));
  if (!opening.ok) return opening;
  const { header, rows: table } = opening.table;
  const rows: number[] = [];
  const issues: RowIssue[] = [];
  const found = new Map<string, ReadRate>();
  for (const row of table) {
    if (rows.length >= MOST_IMPORT_ROWS) return fault("too_many_rows", "", String(MOST_IMPORT_ROWS));
    rows.push(row.row);
    const cells = new RowCells(header, row);
    const rate = cells.isWrong ? null : readRow(cells);
    if (rate !== null) {
      const key = `${rate.base} ${rate.quote} ${rate.day}`;
      const first = found.get(key);
      if (first === undefined) found.set(key, { row: row.row, rate });
      else if (first.rate.rateNano === rate.rateNano)
        cells.note("duplicate", "rate", cells.text("rate"), "", first.row);
      else cells.error("two_prices", "rate", cells.text("rate"), plainNano(first.rate.rateNano), first.row);
    }
    issues.push(...cells.issues);
  }
  if (rows.length === 0) return fault("empty", "", "");
  return { ok: true, rows, rates: [...found.values()], issues };
}

function readRow(cells: RowCells): ReadRate["rate"] | null {
  const base = cells.currency("base", null);
  const quote = cells.currency("quote", null);
  if (base !== null && base === quote) cells.error("currency_same", "quote", quote);
  if (cells.text("day") === "") cells.needed("day");
  const day = cells.day("day", (year, month, date) => unixMs(Date.UTC(year, month - 1, date)));
  if (day !== null && day % DAY_MS !== 0) cells.error("date", "day", cells.text("day"), "YYYY-MM-DD");
  const rateNano = cells.rate("rate");
  if (cells.isWrong || base === null || quote === null || day === null || rateNano === null) return null;
  return { base, quote, day, rateNano };
}

const plainNano = (nano: bigint): string =>
  `${nano / 1_000_000_000n}.${(nano % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "")}`;
