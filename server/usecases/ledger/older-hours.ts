import type { Logger } from "pino";
import type { Database, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { DifferenceCause } from "../../../db/model/ledger.ts";
import type { BookingProgress } from "../../../db/model/ledger-views.ts";
import type { Hours } from "../../../db/store/booking.ts";
import { readLines } from "../../../db/store/ledger-lines.ts";
import { partitionAt, readPartitions } from "../../../db/store/partitions.ts";
import { COMMIT_LOCK } from "../../../db/store/slots.ts";
import { dayStart, hourStart } from "../../../db/store/steps.ts";
import { type Booked, bookHours, type BookTerms, type HoursToBook, type Skipped } from "./book-hours.ts";
import { TOLD_AFTER_MS } from "./book-slots.ts";
import { type BookingCalendar, refuseMoved } from "./booking-calendar.ts";
import { clearPassMark, type PassMark, putPassMark, readPassMark } from "./ledger-state.ts";
import { countedStep } from "./ledger-telemetry.ts";
import { type PriceSheet, refuseStale } from "./price-sheet.ts";

export type OlderHoursParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
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
  readonly calendar: BookingCalendar;
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
 * @throws StaleBook when prices or the zone changed meanwhile: what is to be done is another work now
 */
export async function bookOlderHours(parts: OlderHoursParts, pass: Pass): Promise<void> {
  const { db, clock, log, onProgress, stopping } = parts;
  const mark = await readPassMark(db, pass.name);
  const of = pass.blocks.reduce((sum, { poolHours }) => sum + poolHours, 0);
  const progress = { cause: pass.cause, of, startedAt: clock.now() };
  const left = new SkippedHours();
  let done = mark?.done ?? 0;
  for (const block of pass.blocks) {
    if (mark !== null && block.from >= mark.downTo) continue;
    onProgress({ ...progress, done: Math.min(done, progress.of) });
    const pieces = await block.pieces();
    for (const [i, piece] of pieces.entries()) {
      stopping.throwIfAborted();
      const isLast = i === pieces.length - 1;
      const reached = { name: pass.name, downTo: block.from, done: done + block.poolHours };
      left.add((await bookPiece(parts, pass, piece, isLast ? reached : null)).skipped);
      await clock.sleep(0); // somebody else's turn
    }
    done += block.poolHours;
  }
  await db.transaction(async (tx) => {
    await lockCommits(tx);
    await clearPassMark(tx, clock.now());
    await pass.finish(tx);
  });
  left.tell(log, pass.cause);
}

/** Pools' hours a pass could not book anew, told once at its end. */
class SkippedHours {
  #first: Skipped | null = null;
  #count = 0;

  add(skipped: readonly Skipped[]): void {
    this.#first ??= skipped[0] ?? null;
    this.#count += skipped.length;
  }

  tell(log: Logger, cause: DifferenceCause): void {
    if (this.#first === null) return;
    const { hourNo, poolId, why } = this.#first;
    const hour = new Date(hourStart(hourNo)).toISOString();
    log.warn(
      { cause, poolHours: this.#count, hour, poolId, why },
      "some pools' hours could not be booked anew; their lines stay as they are",
    );
  }
}

async function bookPiece(parts: OlderHoursParts, pass: Pass, piece: Piece, mark: PassMark | null): Promise<Booked> {
  const { db, clock } = parts;
  const { calendar, sheet, time } = pass;
  const wasTold = (hourNo: number) => hourStart(hourNo + 1) + TOLD_AFTER_MS <= clock.now();
  return await countedStep(pass.cause === "price" ? "price" : "mapping", clock, () =>
    db.transaction(async (tx) => {
      await lockCommits(tx);
      await refuseStale(tx, sheet);
      refuseMoved(parts.calendar, calendar);
      const { hourNos, gone } = await withPlace(tx, piece, calendar);
      const terms = { ...calendar, sheet, time, difference: piece.difference, wasTold };
      const booked = await bookHours(tx, { ...piece, hourNos }, terms, clock);
      if (mark !== null) await putPassMark(tx, mark, clock.now());
      return { ...booked, skipped: [...booked.skipped, ...gone] };
    }),
  );
}

/** The hours of a piece that still have a day to be counted in, and those whose day has been dropped as too old. */
async function withPlace(
  tx: Tx,
  { hourNos, poolIds }: HoursToBook,
  { dayNoOf }: BookingCalendar,
): Promise<{ readonly hourNos: readonly number[]; readonly gone: readonly Skipped[] }> {
  const [hours, days] = [await readPartitions(tx, "ledger_hour"), await readPartitions(tx, "feature_day")];
  const hasPlace = (hourNo: number) =>
    hours.has(partitionAt("ledger_hour", hourStart(hourNo)).name) &&
    days.has(partitionAt("feature_day", dayStart(dayNoOf(hourNo))).name);
  const without = hourNos.filter((hourNo) => !hasPlace(hourNo));
  const lines = await readLines(tx, without, poolIds);
  const names = new Map(lines.map(({ hourNo, poolId }) => [`${hourNo} ${poolId}`, { hourNo, poolId }]));
  const gone = [...names.values()].map((at) => ({ ...at, why: "the day it belongs to is no longer kept" }));
  return { hourNos: hourNos.filter(hasPlace), gone };
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
