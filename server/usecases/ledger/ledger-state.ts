import type { Executor, Tx } from "../../../db/database.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { type Knowledge, readInstants } from "../../../db/store/revisions.ts";
import { putSetting, readSetting } from "../../../db/store/settings.ts";
import { BOOK_SUBJECTS, type BookSubject } from "./price-sheet.ts";

/** Until when each part of the price book is known, unix ms; 0 = nothing of it is. Parts may be said by different clocks. */
export type BookInstants = Readonly<Record<BookSubject, number>>;

/**
 * By which prices, and in which calendar, every line of the ledger stands. What came to be known since is still to be
 * worked into older hours. Lines of newer hours may know more already.
 */
export type LedgerState = {
  readonly key: string; // of the knowledge of the price book
  readonly revision: number; // newest of it; 0 = none
  readonly known: BookInstants;
  readonly zone: string; // contract months are counted in; SEVERAL while it is being changed
  readonly daysZone: string; // days are counted in; SEVERAL alike
};

/** How far a pass over older hours is, so that a restart goes on where it was. */
export type PassMark = { readonly name: string; readonly downTo: number; readonly done: number };

const STATE = "ledger.state";
const PASS = "ledger.pass";

/** No name of a zone: some hours are of one, some of another. */
export const SEVERAL = "";

/** null = nothing was ever booked. */
export async function readLedgerState(db: Executor): Promise<LedgerState | null> {
  return ((await readSetting(db, STATE)) as LedgerState | undefined) ?? null; // only this file writes it
}

export const putLedgerState = (tx: Executor, state: LedgerState, at: UnixMs): Promise<void> =>
  putSetting(tx, STATE, state, at);

/** The part of the state that is about prices: all lines stand on this knowledge. */
export async function booked(
  db: Executor,
  { key, newest }: Knowledge,
): Promise<Omit<LedgerState, "zone" | "daysZone">> {
  const instants = await readInstants(db, BOOK_SUBJECTS, newest);
  const known = Object.fromEntries(BOOK_SUBJECTS.map((subject) => [subject, instants.get(subject) ?? 0]));
  return { key, revision: newest, known: known as BookInstants };
}

/**
 * Notes what the ledger stands on: with the first booking of all, and when an hour is booked by another calendar than the
 * others are. In the transaction that books.
 */
export async function noteBooking(tx: Tx, knowledge: Knowledge, zone: string, at: UnixMs): Promise<void> {
  const state = await readLedgerState(tx);
  if (state === null) await putLedgerState(tx, { ...(await booked(tx, knowledge)), zone, daysZone: zone }, at);
  else if (state.zone !== zone || state.daysZone !== zone)
    await putLedgerState(tx, { ...state, zone: onlyIf(state.zone, zone), daysZone: onlyIf(state.daysZone, zone) }, at);
}

const onlyIf = (was: string, is: string): string => (was === is ? is : SEVERAL);

/** The mark of a pass; null when it has none, or another pass has. */
export async function readPassMark(db: Executor, name: string): Promise<PassMark | null> {
  const mark = (await readSetting(db, PASS)) as PassMark | undefined;
  return mark?.name === name ? mark : null;
}

export const putPassMark = (tx: Executor, mark: PassMark, at: UnixMs): Promise<void> => putSetting(tx, PASS, mark, at);

/** The pass is over; the next one may be called the same. */
export const clearPassMark = (tx: Executor, at: UnixMs): Promise<void> =>
  putPassMark(tx, { name: "", downTo: 0, done: 0 }, at);
