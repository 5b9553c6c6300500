import type { ReadOffer } from "../../../collectors/price-lists/offer.ts";
import { settleOffers } from "../../../collectors/price-lists/settle.ts";
import type { ReadBenchmark } from "../../../collectors/price-lists/benchmark-list.ts";
import type { ReadRate } from "../../../collectors/price-lists/rate-list.ts";
import { type ImportPick, ROW_FATES, type RowFate } from "../../../db/model/import-views.ts";
import type { FileFault, RowIssue } from "../../../db/model/imports.ts";
import type { TableReading } from "./read-table.ts";

/** A file with the rows a person picked: what would be taken, and what becomes of each row. */
export type PickedTable = {
  readonly rows: readonly number[];
  readonly fates: ReadonlyMap<number, RowFate>;
  readonly counts: Readonly<Record<RowFate, number>>;
  readonly issues: readonly RowIssue[]; // by row
  readonly offers: readonly ReadOffer[]; // all that were read
  readonly taken: {
    readonly offers: readonly ReadOffer[];
    readonly benchmarks: readonly ReadBenchmark[];
    readonly rates: readonly ReadRate[];
  };
  /** Nothing wanted is wrong, and something is wanted. */
  readonly mayApply: boolean;
};

/**
 * Decides about the rows of a reading. Rows with errors are never taken; whether they stand in the way is the pick's
 * affair: `all` means every row or none, the others mean what they name.
 */
export function pickRows(table: TableReading, pick: ImportPick): PickedTable | FileFault {
  const { reading } = table;
  if (!reading.ok) return reading.fault;
  const read = table.kind === "prices" && table.reading.ok ? table.reading.list : null;
  const { rows, issues } = read ?? (reading as { rows: readonly number[]; issues: readonly RowIssue[] });
  const wanted = wantedRows(rows, pick);
  const isWanted = ({ row }: { readonly row: number }): boolean => wanted.has(row);
  const offers = read?.offers ?? [];
  const settled = read === null ? { taken: [], issues: [] } : settleOffers(offers.filter(isWanted), read.repeats);
  const all = settled.issues.length === 0 ? issues : byRow([...issues, ...settled.issues]);
  const wrong = new Set(all.filter(({ level }) => level === "error").map(({ row }) => row));
  const isGood = (thing: { readonly row: number }): boolean => isWanted(thing) && !wrong.has(thing.row);
  const taken = {
    offers: settled.taken.filter(isGood),
    benchmarks: table.kind === "benchmarks" && table.reading.ok ? table.reading.benchmarks.filter(isGood) : [],
    rates: table.kind === "rates" && table.reading.ok ? table.reading.rates.filter(isGood) : [],
  };
  const things = [...taken.offers, ...taken.benchmarks, ...taken.rates];
  const fates = fatesOf(rows, { wanted, wrong, taken: rowsOf(things), noted: rowsOf(all) });
  const counts = countFates(fates);
  const isBlocked =
    pick.mode === "all" ? wrong.size > 0 : pick.mode === "only" && pick.rows.some((row) => wrong.has(row));
  return { rows, fates, counts, issues: all, offers, taken, mayApply: things.length > 0 && !isBlocked };
}

export const isFault = (picked: PickedTable | FileFault): picked is FileFault => "key" in picked;

function wantedRows(rows: readonly number[], pick: ImportPick): ReadonlySet<number> {
  if (pick.mode === "only") return new Set(pick.rows);
  if (pick.mode === "all" || pick.except.length === 0) return new Set(rows);
  const except = new Set(pick.except);
  return new Set(rows.filter((row) => !except.has(row)));
}

const rowsOf = (things: readonly { readonly row: number }[]): ReadonlySet<number> =>
  new Set(things.map(({ row }) => row));

/** Readers and the settling give theirs by row; together they must be, too. A stable sort keeps each one's order. */
const byRow = (issues: readonly RowIssue[]): RowIssue[] => issues.toSorted((a, b) => a.row - b.row);

type Marks = Readonly<Record<"wanted" | "wrong" | "taken" | "noted", ReadonlySet<number>>>;

function fatesOf(rows: readonly number[], { wanted, wrong, taken, noted }: Marks): Map<number, RowFate> {
  const fateOf = (row: number): RowFate => {
    if (wrong.has(row)) return "error";
    if (!wanted.has(row)) return "unpicked";
    if (!taken.has(row)) return "left_out";
    return noted.has(row) ? "note" : "ok";
  };
  return new Map(rows.map((row) => [row, fateOf(row)]));
}

function countFates(fates: ReadonlyMap<number, RowFate>): Record<RowFate, number> {
  const counts = Object.fromEntries(ROW_FATES.map((fate) => [fate, 0])) as Record<RowFate, number>;
  for (const fate of fates.values()) counts[fate]++;
  return counts;
}
