import type { Database } from "../../../db/database.ts";
import type { PricePiece } from "../../../db/model/price.ts";
import type { Window } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { readAliases } from "../../../db/store/aliases.ts";
import type { Hours } from "../../../db/store/booking.ts";
import { readCapacity } from "../../../db/store/capacity.ts";
import { readPrices } from "../../../db/store/prices.ts";
import { readPools } from "../../../db/store/registry.ts";
import { readRevisionsAfter } from "../../../db/store/revisions.ts";
import { priceBook, poolPieces } from "../../domain/pricing/price-book.ts";
import { changedHours } from "./changed-hours.ts";
import type { BookInstants } from "./ledger-state.ts";
import { BOOK_SUBJECTS } from "./price-sheet.ts";

/** One act of changing the price book, and the hours it moved, by pool. */
export type PriceStep = {
  readonly revisionId: number | null;
  readonly hours: ReadonlyMap<number, readonly Hours[]>;
};

export type Pieces = ReadonlyMap<number, readonly PricePiece[]>; // by pool

/** After more acts of changing than this, every hour is looked at instead of what each of them did. "ours" */
const MOST_STEPS = 16;

/**
 * What each act did to the book since some knowledge, act by act and in the order they were made. Not only what the last
 * book says against the first: hours booked in between, by a price that was taken back at once, stand on neither.
 *
 * @param since what was known, and the newest revision in it
 * @param upTo the newest revision to look at
 * @param after the pieces of then
 */
export async function priceSteps(
  db: Database,
  window: Window,
  since: { readonly known: BookInstants; readonly revision: number },
  upTo: number,
  after: Pieces,
): Promise<PriceStep[]> {
  const acts = (await readRevisionsAfter(db, BOOK_SUBJECTS, since.revision)).filter(({ id }) => id <= upTo);
  if (acts.length > MOST_STEPS)
    return [{ revisionId: upTo, hours: hoursByPool(after, (_, own) => changedHours(own, own, () => true)) }];
  const book = await readBook(db, since.known);
  const pools = await readPools(db);
  const piecesNow = (): Pieces => {
    const { prices, contracts, aliases } = book;
    const made = priceBook(prices, [], contracts, new Map(aliases.map(({ name, model }) => [name, model])));
    return new Map(pools.map((pool) => [pool.id, poolPieces(made, pool, window)]));
  };
  const steps: PriceStep[] = [];
  let was = piecesNow();
  for (const { id, at, subject } of acts) {
    if (subject === "price") book.prices = await readPrices(db, at);
    if (subject === "capacity") book.contracts = await readCapacity(db, at);
    if (subject === "alias") book.aliases = await readAliases(db, at);
    const before = was;
    was = piecesNow();
    const hours = hoursByPool(was, (pool, own) => changedHours(before.get(pool) ?? [{ ...window, price: null }], own));
    steps.push({ revisionId: id, hours });
  }
  return steps;
}

/** The hours of each pool that has any. */
export function hoursByPool(
  pieces: Pieces,
  hoursOf: (poolId: number, pieces: readonly PricePiece[]) => readonly Hours[],
): Map<number, readonly Hours[]> {
  const hours = new Map<number, readonly Hours[]>();
  for (const [id, own] of pieces) {
    const found = hoursOf(id, own);
    if (found.length > 0) hours.set(id, found);
  }
  return hours;
}

async function readBook(db: Database, known: BookInstants) {
  const [prices, contracts, aliases] = await Promise.all([
    readPrices(db, unixMs(known.price)),
    readCapacity(db, unixMs(known.capacity)),
    readAliases(db, unixMs(known.alias)),
  ]);
  return { prices, contracts, aliases };
}
