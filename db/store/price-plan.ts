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
  const books = new Map<number, Book>();
  for (const row of held) {
    const book = books.get(bookNo(row));
    if (book) book.rows.push(row);
    else books.set(bookNo(row), { rows: [row], ended: [] });
  }
  let unchanged = 0;
  for (const wish of wishes) {
    let book = books.get(bookNo(wish));
    if (book === undefined) books.set(bookNo(wish), (book = { rows: [], ended: [] }));
    if (!apply(book, wish)) unchanged++;
  }
  const ended: HeldPrice[] = [];
  const added: PlannedPrice[] = [];
  for (const book of books.values()) {
    for (const row of book.ended) ended.push(row);
    for (const row of book.rows) if (!isHeld(row)) added.push(row);
  }
  return { ended, added, unchanged };
}

type Row = HeldPrice | PlannedPrice;
/** The list or the real prices of one selector. */
type Book = { rows: Row[]; readonly ended: HeldPrice[] };

const bookNo = ({ selectorId, isList }: Pick<PlannedPrice, "selectorId" | "isList">): number =>
  selectorId * 2 + (isList ? 1 : 0);

const isHeld = (row: Row): row is HeldPrice => "id" in row;

/** @returns whether it changed anything */
function apply(book: Book, wish: PlannedChange): boolean {
  const { from, to } = wish;
  const touched = book.rows.filter((row) => row.from < end(to) && from < end(row.to));
  if (isTrueAlready(touched, wish)) return false;
  const kept = touched.length === 0 ? book.rows : book.rows.filter((row) => !touched.includes(row));
  for (const row of touched) {
    if (isHeld(row)) book.ended.push(row);
    if (row.from < from) kept.push({ ...plain(row), to: from });
    if (to !== null && to < end(row.to)) kept.push({ ...plain(row), from: to });
  }
  if (wish.terms !== null) kept.push(planned(wish, wish.terms));
  book.rows = kept;
  return true;
}

/** Field by field: a spread of each of a hundred thousand wishes takes a second. */
function planned({ selectorId, isList, from, to }: PlannedChange, terms: PriceTerms): PlannedPrice {
  const { basis, currency, amountMicro, cardsPerInstance, owned, termTo } = terms;
  return { selectorId, basis, currency, amountMicro, cardsPerInstance, owned, termTo, isList, from, to, anchor: from };
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
