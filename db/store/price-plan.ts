import type { Price, PriceChange, PriceTerms } from "../model/price.ts";
import type { UnixMs } from "../model/units.ts";

/** A price as the change leaves it, before it has an id. */
export type PlannedPrice = PriceTerms &
  Pick<Price, "isList" | "from" | "to" | "anchor"> & { readonly selectorId: number };

/** A price of the belief in force. */
export type HeldPrice = PlannedPrice & { readonly id: number };

export type PlannedChange = Omit<PriceChange, "selector"> & { readonly selectorId: number };

/** What a change of the book comes to: beliefs that end, rows that begin, wishes that were true already. */
export type PricePlan = {
  readonly ended: readonly HeldPrice[];
  readonly added: readonly PlannedPrice[];
  readonly unchanged: number;
};

/**
 * The book after the wishes: what a wish overlaps ends, and what is left of it on either side is said again with its
 * anchor, so that its months and its rounding stay where they were. A wish that says what stands already touches
 * nothing: a repeated import writes no row. Wishes come in order; a later one may overlap an earlier one.
 * @param held the belief in force of all selectors the wishes name
 */
export function planChanges(held: readonly HeldPrice[], wishes: readonly PlannedChange[]): PricePlan {
  const books = new Map<string, Book>();
  const bookOf = (row: { selectorId: number; isList: boolean }): Book => {
    const key = `${row.selectorId} ${row.isList}`;
    const book = books.get(key) ?? { rows: [], ended: [] };
    books.set(key, book);
    return book;
  };
  for (const row of held) bookOf(row).rows.push(row);
  let unchanged = 0;
  for (const wish of wishes) if (!apply(bookOf(wish), wish)) unchanged++;
  const all = [...books.values()];
  return {
    ended: all.flatMap(({ ended }) => ended),
    added: all.flatMap(({ rows }) => rows.filter((row) => !isHeld(row))),
    unchanged,
  };
}

type Row = HeldPrice | PlannedPrice;
type Book = { rows: Row[]; readonly ended: HeldPrice[] };

const isHeld = (row: Row): row is HeldPrice => "id" in row;

/** @returns whether it changed anything */
function apply(book: Book, wish: PlannedChange): boolean {
  const { from, to, terms, selectorId, isList } = wish;
  const touched = book.rows.filter((row) => row.from < end(to) && from < end(row.to));
  if (isTrueAlready(touched, wish)) return false;
  const kept = book.rows.filter((row) => !touched.includes(row));
  for (const row of touched) {
    if (isHeld(row)) book.ended.push(row);
    const rest = plain(row);
    if (row.from < from) kept.push({ ...rest, to: from });
    if (to !== null && to < end(row.to)) kept.push({ ...rest, from: to });
  }
  if (terms !== null) kept.push({ ...terms, selectorId, isList, from, to, anchor: from });
  book.rows = kept;
  return true;
}

const end = (to: UnixMs | null): number => to ?? Infinity;

function plain(row: Row): PlannedPrice {
  if (!isHeld(row)) return row;
  const { id: _, ...rest } = row;
  return rest;
}

/** Nothing to end, or one row that says the same over all of the wish. */
function isTrueAlready(touched: readonly Row[], { from, to, terms }: PlannedChange): boolean {
  if (terms === null) return touched.length === 0;
  const [only] = touched;
  return (
    touched.length === 1 && only !== undefined && only.from <= from && end(only.to) >= end(to) && isSame(only, terms)
  );
}

/** Whether two prices say the same money. */
export function isSame(a: PriceTerms, b: PriceTerms): boolean {
  return (
    a.basis === b.basis &&
    a.currency === b.currency &&
    a.amountMicro === b.amountMicro &&
    a.cardsPerInstance === b.cardsPerInstance &&
    a.termTo === b.termTo &&
    (a.owned === null || b.owned === null
      ? a.owned === b.owned
      : a.owned.purchaseMicro === b.owned.purchaseMicro &&
        a.owned.months === b.owned.months &&
        a.owned.watts === b.owned.watts &&
        a.owned.powerMicroPerKwh === b.owned.powerMicroPerKwh)
  );
}
