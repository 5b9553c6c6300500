import type { Database, Executor } from "../../../db/database.ts";
import type { PricePiece } from "../../../db/model/price.ts";
import type { Window } from "../../../db/model/time.ts";
import { type Knowledge, readKnowledge } from "../../../db/store/revisions.ts";
import type { PricingPort } from "../../context.ts";

/** What decides which price is a pool's. Rates of exchange do not: the ledger keeps the price's own currency. */
export const BOOK_SUBJECTS = ["price", "capacity", "alias"] as const;
export type BookSubject = (typeof BOOK_SUBJECTS)[number];

/** Which price is whose in a window, and of which knowledge. */
export type PriceSheet = {
  readonly knowledge: Knowledge;
  readonly window: Window;
  readonly pieces: ReadonlyMap<number, readonly PricePiece[]>; // by pool id; they tile the window
};

/** The price book, or the calendar, moved after it was read: read it again, and do the transaction again. */
export class StaleBook extends Error {
  constructor(what = "the price book") {
    super(`${what} changed while hours were being booked; they are booked again with the new one`);
  }
}

/** Refuses to book with prices that are no longer the newest. Inside the transaction that books. @throws StaleBook */
export async function refuseStale(tx: Executor, { knowledge }: PriceSheet): Promise<void> {
  if ((await readBookKnowledge(tx)).key !== knowledge.key) throw new StaleBook();
}

export const readBookKnowledge = (db: Executor): Promise<Knowledge> => readKnowledge(db, BOOK_SUBJECTS, null);

/** Hours that are booked in turn come again twelve times; sources that catch up have their own. */
const MOST_SHEETS = 8;

/**
 * Price sheets, kept while nothing says they are old: who books with one asks in its transaction (refuseStale), and
 * forgets all of them when it was told so.
 */
export class PriceSheets {
  readonly #db: Database;
  readonly #pricing: Pick<PricingPort, "piecesByPool">;
  readonly #known = new Map<string, PriceSheet>();

  constructor(db: Database, pricing: Pick<PricingPort, "piecesByPool">) {
    this.#db = db;
    this.#pricing = pricing;
  }

  /** The sheet of a window. Never inside a transaction. @param poolIds pools it has to speak of */
  async of(window: Window, poolIds: Iterable<number>): Promise<PriceSheet> {
    const name = `${window.from} ${window.to}`;
    const known = this.#known.get(name);
    if (known !== undefined && hasAll(known, poolIds)) return known;
    const knowledge = await readBookKnowledge(this.#db); // first: pieces that know more than it says are stale, not wrong
    const sheet = { knowledge, window, pieces: await this.#pricing.piecesByPool(window, null) };
    this.#known.delete(name);
    this.#known.set(name, sheet);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_SHEETS && oldest !== undefined) this.#known.delete(oldest);
    return sheet;
  }

  forget(): void {
    this.#known.clear();
  }
}

function hasAll({ pieces }: PriceSheet, poolIds: Iterable<number>): boolean {
  for (const id of poolIds) if (!pieces.has(id)) return false;
  return true;
}

/** The part of a pool's pieces that lies in a window. A pool the sheet does not know is unpriced. */
export function piecesWithin({ pieces }: PriceSheet, poolId: number, { from, to }: Window): PricePiece[] {
  const own = pieces.get(poolId) ?? [{ from, to, price: null }];
  const inside: PricePiece[] = [];
  for (let i = firstEndingAfter(own, from); i < own.length && own[i]!.from < to; i++) {
    const piece = own[i]!;
    const cut = { from: piece.from < from ? from : piece.from, to: piece.to > to ? to : piece.to, price: piece.price };
    inside.push(cut);
  }
  return inside;
}

function firstEndingAfter(pieces: readonly PricePiece[], at: number): number {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.to <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
