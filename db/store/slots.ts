import type { Database, Executor, Tx } from "../database.ts";
import type { CardEvent } from "../model/events.ts";
import type { SlotBatch } from "../model/slot.ts";
import type { UnixMs } from "../model/units.ts";
import { encodeInts } from "./copy-binary.ts";
import { putEvents } from "./events.ts";
import { freshTime, HOLD_LIST, mergeHolders, PART_LIST } from "./holder-sql.ts";
import { closeJournalSlot, putJournalRow } from "./journal.ts";
import { sourceIdOf } from "./ledger.ts";
import { daysAround } from "./ledger-lines.ts";
import { ensurePartitions, forgetPartitions } from "./partitions.ts";
import { checkParts, encodeHolds, encodeParts } from "./slot-parts.ts";
import { CARD_SLOT_LIST, cardSlotColumns } from "./slot-columns.ts";
import { type Place, type Stored, tablesOf } from "./slot-place.ts";
import { storeRevision } from "./slot-revision.ts";
import * as sql from "./slot-sql.ts";
import { slotNoOf } from "./steps.ts";

export type SlotCommit = {
  readonly source: string; // the scraper, or a Prometheus by name
  readonly seq: number; // 1 for the first batch of a slot, +1 for each recomputation
  readonly batch: SlotBatch; // absolute totals, each card at most once
  readonly events: readonly CardEvent[];
  readonly committedAt: UnixMs; // now
  /** What the next slot must know of this one: its first journal row, written in the same transaction. */
  readonly carry?: { readonly slot: UnixMs; readonly payload: Uint8Array };
  /** The journal of this slot is no longer needed once the slot is committed. */
  readonly closeJournalSlot?: boolean;
  /**
   * Called inside the transaction, after the rows, with the pools whose time in the slot's hour may have changed (never
   * with none). What it writes is committed with the slot; when it throws nothing is. It must use `tx` alone.
   */
  readonly book?: (tx: Tx, hour: BookedHour) => Promise<void>;
};

export type BookedHour = { readonly hourNo: number; readonly poolIds: readonly number[] };

export type SlotCommitted = {
  readonly committed: boolean; // false: this (source, slot, seq) is already there, nothing was done
  readonly stored: number; // rows written; a row that knows less than the stored one is not
  readonly replaced: number; // of these, rows that were there before
  readonly revised: number; // of these, rows that now say something else
};

/** Commits of slots take turns: two of them add to the same hours, days and pools. */
export const COMMIT_LOCK = 7_346_203;

/** Waits for the turn, which ends with the transaction, and sees to the plans of what follows (slot-sql.ts). */
export async function takeTurn(tx: Executor): Promise<void> {
  await tx.query(sql.beginCommit, [COMMIT_LOCK]);
}

const SLOT_TABLES = [
  "card_slot",
  "slot_hold",
  "hour_part",
  "card_hour",
  "card_day",
  "pool_hour",
  "holder_hour",
  "ledger_hour",
  "slot_ledger",
] as const;

/**
 * Stores one slot of a source, and brings card_hour, card_day, pool_hour and holder_hour to the exact sum of their slots,
 * all in one transaction: after a crash it has happened or it has not. The same batch again does nothing; batches may come in any
 * order, twice, or again with another seq, and leave the same rows (test/db/slots.test.ts against test/oracle).
 *
 * A day that has left card_slot (retention) still takes cards it has no point for; what it has stays as it is.
 * @throws RangeError when the batch holds what no summary can say (times past the slot, fractions, holders that held
 *   more than the card did)
 */
export async function commitSlot(db: Database, commit: SlotCommit): Promise<SlotCommitted> {
  const { batch, events } = commit;
  checkParts(batch);
  const sourceId = await sourceIdOf(db, commit.source);
  const rows = encodeInts(cardSlotColumns(batch, slotNoOf(batch.slot), commit.seq, sourceId), batch.count);
  return await withPartitions(db, batch.slot, events, () =>
    db.transaction((tx) => commitIn(tx, commit, sourceId, rows)),
  );
}

/** Runs `work` once more when a partition was missing: another replica's retention may have dropped what we remember. */
async function withPartitions<T>(
  db: Database,
  slot: UnixMs,
  events: readonly CardEvent[],
  work: () => Promise<T>,
): Promise<T> {
  const ensure = async () => {
    await ensurePartitions(db, SLOT_TABLES, [slot]);
    await ensurePartitions(db, ["feature_day"], daysAround(slot));
    if (events.length > 0)
      await ensurePartitions(
        db,
        ["card_event"],
        events.map(({ at }) => at),
      );
  };
  await ensure();
  try {
    return await work();
  } catch (error) {
    if (!isMissingPartition(error)) throw error;
    forgetPartitions(db);
    await ensure();
    return await work();
  }
}

const isMissingPartition = (error: unknown): boolean => {
  const code = (error as { code?: string }).code;
  return code === "42P01" || (code === "23514" && /no partition/.test((error as Error).message));
};

const NOTHING: SlotCommitted = { committed: false, stored: 0, replaced: 0, revised: 0 };

async function commitIn(tx: Tx, commit: SlotCommit, sourceId: number, rows: Uint8Array): Promise<SlotCommitted> {
  const { batch, events, carry } = commit;
  const slotNo = slotNoOf(batch.slot);
  await takeTurn(tx);
  const others = await enterLedger(tx, commit, sourceId, slotNo);
  if (others === null) return NOTHING;
  const place = tablesOf(batch.slot, slotNo);
  const isFirst = !others.includes(sourceId) && (await isStillOpen(tx, place));
  const fresh = isFirst ? await storeFresh(tx, place, batch, rows, others.length === 0) : null;
  const { poolIds, ...stored } = fresh ?? (await storeRevision(tx, place, batch, rows));
  await putEvents(tx, events);
  if (commit.book && poolIds.length > 0) await commit.book(tx, { hourNo: place.hourNo, poolIds });
  if (carry) await putJournalRow(tx, { slotNo: slotNoOf(carry.slot), sourceId, seq: 0, payload: carry.payload });
  if (commit.closeJournalSlot) await closeJournalSlot(tx, slotNo, sourceId);
  return { committed: true, ...stored };
}

/** Writes the ledger row. @returns the sources that had committed this slot before; null when this batch itself had */
async function enterLedger(
  tx: Tx,
  { batch, seq, committedAt }: SlotCommit,
  sourceId: number,
  slotNo: number,
): Promise<number[] | null> {
  const before = await tx.query<{ source_id: number; seq: number }>(
    "SELECT source_id, seq FROM slot_ledger WHERE slot_no = $1",
    [slotNo],
  );
  if (before.some((row) => row.source_id === sourceId && row.seq === seq)) return null;
  const { ownedMs, observedMs } = batch.columns;
  await tx.query(
    `INSERT INTO slot_ledger (slot_no, source_id, seq, committed_at_ms, cards, owned_ms, observed_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [slotNo, sourceId, seq, committedAt, batch.count, total(ownedMs, batch.count), total(observedMs, batch.count)],
  );
  return before.map((row) => row.source_id);
}

function total(values: Float64Array, count: number): number {
  let sum = 0;
  for (let row = 0; row < count; row++) sum += values[row] as number;
  return sum;
}

/** A day nothing was packed of: every row it has is still in card_slot. */
async function isStillOpen(tx: Tx, { dayNo }: Place): Promise<boolean> {
  const [row] = await tx.query<{ packed: boolean }>(
    "SELECT EXISTS (SELECT FROM card_day_points WHERE day_no = $1) AS packed",
    [dayNo],
  );
  return row?.packed === false;
}

/**
 * The common case: nobody has stored these cards in this slot, so rows are copied straight into the partition and their
 * values added up. @returns null when a card was there after all (two sources read it): nothing is changed then
 */
async function storeFresh(
  tx: Tx,
  place: Place,
  batch: SlotBatch,
  rows: Uint8Array,
  isAlone: boolean,
): Promise<Stored | null> {
  if (batch.count === 0) return { stored: 0, replaced: 0, revised: 0, poolIds: [] };
  const { slotNo, hourNo, dayNo, inHour, slots, holds, parts, hours, days, pools, holders } = place;
  await tx.query("SAVEPOINT fresh");
  try {
    await tx.copyBinary(`${slots} (${CARD_SLOT_LIST})`, rows.slice()); // the worker takes the buffer; another try needs its own
  } catch (error) {
    if ((error as { code?: string }).code !== "23505") throw error;
    await tx.query("ROLLBACK TO SAVEPOINT fresh");
    return null;
  }
  if (batch.holds.length > 0) await tx.copyBinary(`${holds} (${HOLD_LIST})`, encodeHolds([batch]));
  if (batch.parts.length > 0) await tx.copyBinary(`${parts} (${PART_LIST})`, encodeParts([batch]));
  const cards = isAlone ? null : [...batch.cardId.subarray(0, batch.count)];
  await tx.query(sql.mergeCards(hours, "hour_no", sql.freshCards(slots)), [hourNo, slotNo, cards]);
  await tx.query(sql.mergeCards(days, "day_no", sql.freshCards(slots)), [dayNo, slotNo, cards]);
  await tx.query(sql.mergePools(pools, sql.freshPools(slots), "$4"), [hourNo, slotNo, cards, inHour]);
  await tx.query(mergeHolders(holders, freshTime(slots, holds)), [hourNo, slotNo, cards]);
  const poolIds = [...new Set(batch.poolId.subarray(0, batch.count))];
  return { stored: batch.count, replaced: 0, revised: 0, poolIds };
}
