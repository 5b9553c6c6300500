import type { Database, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { DifferenceCause } from "../../../db/model/ledger.ts";
import type { BookingProgress } from "../../../db/model/ledger-views.ts";
import type { Hours } from "../../../db/store/booking.ts";
import { COMMIT_LOCK } from "../../../db/store/slots.ts";
import { hourStart } from "../../../db/store/steps.ts";
import { type Booked, bookHours, type BookTerms, type HoursToBook } from "./book-hours.ts";
import { TOLD_AFTER_MS } from "./book-slots.ts";
import type { BookingCalendar } from "./booking-calendar.ts";
import { clearPassMark, type PassMark, putPassMark, readPassMark } from "./ledger-state.ts";
import { countedStep } from "./ledger-telemetry.ts";
import { type PriceSheet, refuseStale } from "./price-sheet.ts";

export type OlderHoursParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly calendar: () => BookingCalendar;
  readonly onProgress: (progress: BookingProgress | null) => void;
  readonly stopping: AbortSignal; // between two pieces; what is done stays done
};

/** What one transaction works out anew. Small: closing slots waits behind it. */
export type Piece = HoursToBook & { readonly difference: BookTerms["difference"] };

/** A stretch of hours; from newest to oldest they make a pass. */
export type Block = {
  readonly from: number; // its first hour
  readonly poolHours: number; // hours of pools in it, for the progress
  readonly pieces: () => Promise<readonly Piece[]>;
};

export type Pass = {
  readonly name: string; // the same for the same work, in another process too
  readonly cause: DifferenceCause;
  readonly blocks: readonly Block[]; // newest first
  readonly sheet: PriceSheet;
  readonly time: BookTerms["time"];
  /** Says, in the transaction of the last step, that the pass is over. */
  readonly finish: (tx: Tx) => Promise<void>;
};

/** Pools' hours in one piece: some 50 ms on the embedded database. "ours" */
const POOL_HOURS_A_PIECE = 96;
/** The hours of a block: what is lost when the process is killed within one. */
export const HOURS_A_BLOCK = 24;

/**
 * Works older hours out anew, newest first, a piece a transaction, and remembers how far it is: killed anywhere, the next
 * call goes on. A piece that is worked out twice changes nothing the second time.
 * @throws StaleBook when prices changed meanwhile: what is to be done is another work now
 */
export async function bookOlderHours(parts: OlderHoursParts, pass: Pass): Promise<void> {
  const { db, clock, onProgress, stopping } = parts;
  const mark = await readPassMark(db, pass.name);
  const of = pass.blocks.reduce((sum, { poolHours }) => sum + poolHours, 0);
  const progress = { cause: pass.cause, of, startedAt: clock.now() };
  let done = mark?.done ?? 0;
  for (const block of pass.blocks) {
    if (mark !== null && block.from >= mark.downTo) continue;
    onProgress({ ...progress, done: Math.min(done, progress.of) });
    const pieces = await block.pieces();
    for (const [i, piece] of pieces.entries()) {
      stopping.throwIfAborted();
      const isLast = i === pieces.length - 1;
      const reached = { name: pass.name, downTo: block.from, done: done + block.poolHours };
      await bookPiece(parts, pass, piece, isLast ? reached : null);
      await clock.sleep(0); // somebody else's turn
    }
    done += block.poolHours;
  }
  await db.transaction(async (tx) => {
    await lockCommits(tx);
    await clearPassMark(tx, clock.now());
    await pass.finish(tx);
  });
}

async function bookPiece(parts: OlderHoursParts, pass: Pass, piece: Piece, mark: PassMark | null): Promise<Booked> {
  const { db, clock, calendar } = parts;
  const { sheet, time } = pass;
  const wasTold = (hourNo: number) => hourStart(hourNo + 1) + TOLD_AFTER_MS <= clock.now();
  return await countedStep(pass.cause === "price" ? "price" : "mapping", clock, () =>
    db.transaction(async (tx) => {
      await lockCommits(tx);
      await refuseStale(tx, sheet);
      const terms = { ...calendar(), sheet, time, difference: piece.difference, wasTold };
      const booked = await bookHours(tx, piece, terms, clock);
      if (mark !== null) await putPassMark(tx, mark, clock.now());
      return booked;
    }),
  );
}

/** Waits until no slot is being committed, and lets none begin before the transaction ends. */
export async function lockCommits(tx: Tx): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock($1)", [COMMIT_LOCK]);
}

/** Cuts hours of some pools into pieces. */
export function cutPieces(hours: Hours, poolIds: readonly number[], difference: Piece["difference"]): Piece[] {
  const hourNos = Array.from({ length: hours.to - hours.from }, (_, i) => hours.from + i);
  return cutPools(hourNos, poolIds, difference);
}

/** The same of any hours, at most a block of them. */
export function cutPools(
  hourNos: readonly number[],
  poolIds: readonly number[],
  difference: Piece["difference"],
): Piece[] {
  const step = Math.max(1, Math.floor(POOL_HOURS_A_PIECE / hourNos.length));
  const pieces: Piece[] = [];
  for (let i = 0; i < poolIds.length; i += step)
    pieces.push({ hourNos, poolIds: poolIds.slice(i, i + step), difference });
  return pieces;
}

/** Stretches of HOURS_A_BLOCK hours that cover some hours, newest first. They lie alike whatever the hours are. */
export function blocksOf({ from, to }: Hours): Hours[] {
  const blocks: Hours[] = [];
  const first = Math.floor(from / HOURS_A_BLOCK) * HOURS_A_BLOCK;
  for (let start = first; start < to; start += HOURS_A_BLOCK)
    blocks.push({ from: Math.max(start, from), to: Math.min(start + HOURS_A_BLOCK, to) });
  return blocks.reverse();
}
