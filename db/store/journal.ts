import type { Database, Tx } from "../database.ts";
import type { UnixMs } from "../model/units.ts";
import { CopyRows } from "./copy-binary.ts";
import { sourceIdOf } from "./ledger.ts";
import { slotNoOf, slotStart } from "./steps.ts";

/** A piece of the journal of open slots: frames as ingest encoded them. */
export type JournalEntry = {
  readonly slot: UnixMs;
  readonly seq: number; // 0 = carried over from the slot before, then 1, 2, …
  readonly payload: Uint8Array;
};

type JournalRow = {
  readonly slotNo: number;
  readonly sourceId: number;
  readonly seq: number;
  readonly payload: Uint8Array;
};

const RINGS = 4;
const ringOf = (slotNo: number): number => slotNo % RINGS;
const COLUMNS = "ring, slot_no, source_id, seq, payload";
const ROW_BYTES = 2 + 6 + 8 + 6 + 8 + 4; // of a journal row as COPY writes it, without its payload

/**
 * Appends to the journal of an open slot. When this resolves the bytes are on disk.
 * @returns false when (source, slot, seq) is already there, e.g. after a lost answer: nothing was done
 */
export async function appendJournal(db: Database, source: string, entry: JournalEntry): Promise<boolean> {
  const sourceId = await sourceIdOf(db, source);
  const slotNo = slotNoOf(entry.slot);
  return await db.transaction(async (tx) => {
    const [there] = await tx.query(
      "SELECT FROM open_reading WHERE ring = $1 AND slot_no = $2 AND source_id = $3 AND seq = $4",
      [ringOf(slotNo), slotNo, sourceId, entry.seq],
    );
    if (there) return false;
    await copyIn(tx, { slotNo, sourceId, seq: entry.seq, payload: entry.payload });
    return true;
  });
}

/** Everything `source` has journaled and not closed, by slot and seq. */
export async function readJournal(db: Database, source: string): Promise<JournalEntry[]> {
  const rows = await db.query<{ slot_no: number; seq: number; payload: Uint8Array }>(
    "SELECT slot_no, seq, payload FROM open_reading WHERE source_id = $1 ORDER BY slot_no, seq",
    [await sourceIdOf(db, source)],
  );
  return rows.map(({ slot_no, seq, payload }) => ({ slot: slotStart(slot_no), seq, payload }));
}

/** Forgets the journal of one slot of a source, e.g. of a slot that was committed long ago. */
export async function dropJournalSlot(db: Database, source: string, slot: UnixMs): Promise<void> {
  const sourceId = await sourceIdOf(db, source);
  await db.transaction((tx) => closeJournalSlot(tx, slotNoOf(slot), sourceId));
}

/** Writes one row inside a transaction, in place of one with the same key. */
export async function putJournalRow(tx: Tx, row: JournalRow): Promise<void> {
  await tx.query("DELETE FROM open_reading WHERE ring = $1 AND slot_no = $2 AND source_id = $3 AND seq = $4", [
    ringOf(row.slotNo),
    row.slotNo,
    row.sourceId,
    row.seq,
  ]);
  await copyIn(tx, row);
}

async function copyIn(tx: Tx, { slotNo, sourceId, seq, payload }: JournalRow): Promise<void> {
  const rows = new CopyRows(payload.length + ROW_BYTES);
  rows.row(5).int2(ringOf(slotNo)).int4(slotNo).int2(sourceId).int4(seq).bytes(payload);
  await tx.copyBinary(`open_reading (${COLUMNS})`, rows.finish());
}

/**
 * Empties the slot's partition. Only when somebody else's rows are in it too (another replica, or a slot four slots away
 * that could not be closed in time) are rows deleted one by one.
 */
export async function closeJournalSlot(tx: Tx, slotNo: number, sourceId: number): Promise<void> {
  const partition = `open_reading_${ringOf(slotNo)}`;
  await tx.query(`LOCK TABLE ${partition} IN ACCESS EXCLUSIVE MODE`); // else a row could arrive between look and TRUNCATE
  const [row] = await tx.query<{ shared: boolean }>(
    `SELECT EXISTS (SELECT FROM ${partition} WHERE slot_no <> $1 OR source_id <> $2) AS shared`,
    [slotNo, sourceId],
  );
  if (row?.shared === false) await tx.query(`TRUNCATE ${partition}`);
  else await tx.query(`DELETE FROM ${partition} WHERE slot_no = $1 AND source_id = $2`, [slotNo, sourceId]);
}
