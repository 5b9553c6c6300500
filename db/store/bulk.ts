import type { Database, Tx } from "../database.ts";
import type { CardEvent } from "../model/events.ts";
import type { SlotBatch } from "../model/slot.ts";
import { DAY_MS, SLOTS_PER_DAY, SLOTS_PER_HOUR } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { CopyRows, encodeInts, type IntColumn } from "./copy-binary.ts";
import { blankDay, encodeDay, setPoint } from "./day-points.ts";
import { DaySums } from "./day-sums.ts";
import { putEvents } from "./events.ts";
import { HOLD_LIST, PART_LIST, STATE_MS } from "./holder-sql.ts";
import { sourceIdOf } from "./ledger.ts";
import { daysAround } from "./ledger-lines.ts";
import { ensurePartitions, type PartitionedTable, partitionAt } from "./partitions.ts";
import { putPoint } from "./points.ts";
import { bounded, CARD_SLOT_LIST, cardSlotColumns, MEASURED, MEASURED_LIST } from "./slot-columns.ts";
import { checkParts, encodeHolds, encodeParts } from "./slot-parts.ts";
import { type BookedHour, commitSlot, takeTurn } from "./slots.ts";
import { dayNoOf, placeInDay, slotNoOf } from "./steps.ts";

export type DayCommit = {
  readonly source: string;
  readonly batches: readonly SlotBatch[]; // of one UTC day, at most one a slot, seq 1
  readonly events: readonly CardEvent[];
  readonly committedAt: UnixMs;
  /** Where single slots go: rows for a day that retention still keeps as rows (keepsRows), else packed points. */
  readonly as: "rows" | "points";
  /**
   * As SlotCommit.book, with all hours of the day that have rows, oldest first. A day that goes slot by slot calls it once
   * a slot with that slot's hour.
   */
  readonly bookDay?: (tx: Tx, hours: readonly BookedHour[]) => Promise<void>;
};

/**
 * Stores a day of history at once, with the same card_hour, card_day, pool_hour, holder_hour and ledger rows as slot by slot, in
 * one transaction: the sums are made here instead of in 288 rounds of SQL. A day that somebody has begun goes slot by slot.
 * To keep both threads busy, begin the next day before awaiting this one, but only one ahead: a day is large.
 * @returns how many batches were new
 */
export async function commitDay(db: Database, commit: DayCommit): Promise<{ committed: number }> {
  const [first] = commit.batches;
  if (!first) return { committed: 0 };
  const dayNo = dayNoOf(first.slot);
  if (commit.batches.some(({ slot }) => dayNoOf(slot) !== dayNo))
    throw new RangeError("commitDay: batches of more than one day");
  const sourceId = await sourceIdOf(db, commit.source);
  await ensurePartitions(db, DAY_TABLES, [first.slot]);
  await ensurePartitions(db, ["feature_day"], daysAround(first.slot));
  if (commit.events.length > 0)
    await ensurePartitions(
      db,
      ["card_event"],
      commit.events.map(({ at }) => at),
    );
  const batches = commit.batches.map(capped);
  batches.forEach(checkParts);
  const { copies, hours } = encodeTables(dayNo, { ...commit, batches }, sourceId);
  const isDone = await db.transaction(async (tx) => {
    await takeTurn(tx);
    if (await isBegun(tx, dayNo)) return false;
    for (const { target, bytes } of copies) await tx.copyBinary(target, bytes);
    if (commit.as === "rows") await copyRows(tx, batches, partitionAt("card_slot", first.slot).name, sourceId);
    await putEvents(tx, commit.events);
    if (commit.bookDay && hours.length > 0) await commit.bookDay(tx, hours);
    return true;
  });
  return { committed: isDone ? batches.length : await oneByOne(db, commit) };
}

const DAY_TABLES: readonly PartitionedTable[] = [
  "card_slot",
  "slot_hold",
  "hour_part",
  "card_day_points",
  "card_hour",
  "card_day",
  "pool_hour",
  "holder_hour",
  "ledger_hour",
  "slot_ledger",
];

async function isBegun(tx: Tx, dayNo: number): Promise<boolean> {
  const [row] = await tx.query<{ begun: boolean }>(
    "SELECT EXISTS (SELECT FROM slot_ledger WHERE slot_no >= $1 AND slot_no < $2) AS begun",
    [dayNo * SLOTS_PER_DAY, (dayNo + 1) * SLOTS_PER_DAY],
  );
  return row?.begun === true;
}

async function oneByOne(db: Database, commit: DayCommit): Promise<number> {
  const { source, batches, committedAt, bookDay } = commit;
  const book = bookDay ? { book: (tx: Tx, hour: BookedHour) => bookDay(tx, [hour]) } : {};
  let committed = 0;
  for (const [i, batch] of batches.entries()) {
    const events = i === 0 ? commit.events : [];
    const answer = await commitSlot(db, { source, seq: 1, batch, events, committedAt, ...book });
    if (answer.committed) committed++;
  }
  return committed;
}

/** The batch as it will be stored: checked, and cut where an exporter said nonsense. */
function capped(batch: SlotBatch): SlotBatch {
  const columns = Object.fromEntries(MEASURED.map(({ name }) => [name, bounded(batch, name)]));
  return { ...batch, columns: columns as SlotBatch["columns"] };
}

type Copy = { readonly target: string; readonly bytes: Uint8Array };

/** Everything but card_slot, ready to be copied, and the hours it is about. */
function encodeTables(
  dayNo: number,
  commit: DayCommit,
  sourceId: number,
): { readonly copies: readonly Copy[]; readonly hours: readonly BookedHour[] } {
  const { batches } = commit;
  const sums = new DaySums(dayNo, batches);
  const hours = sums.bookedHours();
  const { cardHour, cardDay, poolHour, holderHour } = sums.encode();
  const at = dayNo * DAY_MS;
  const copies = [
    copy("card_hour", at, `hour_no, card_id, slots, ${MEASURED_LIST}`, cardHour),
    copy("card_day", at, `day_no, card_id, slots, ${MEASURED_LIST}`, cardDay),
    copy("pool_hour", at, `hour_no, pool_id, slots, whole, ${MEASURED_LIST}`, poolHour),
    copy("holder_hour", at, `hour_no, pool_id, holder_id, ${STATE_MS.join(", ")}`, holderHour),
    copy("slot_hold", at, HOLD_LIST, encodeHolds(batches)),
    copy("hour_part", at, PART_LIST, encodeParts(batches)),
    copy(
      "slot_ledger",
      at,
      "slot_no, source_id, seq, committed_at_ms, cards, owned_ms, observed_ms",
      encodeLedger(commit, sourceId),
    ),
  ];
  if (commit.as === "rows") return { copies, hours };
  const points = packPoints(dayNo, batches, sums.cards);
  return { copies: [...copies, copy("card_day_points", at, "day_no, card_id, presence, points", points)], hours };
}

const copy = (table: PartitionedTable, at: number, columns: string, bytes: Uint8Array): Copy => ({
  target: `${partitionAt(table, at).name} (${columns})`,
  bytes,
});

/** An hour of rows at a time: a whole day of a large fleet would be a buffer of hundreds of megabytes. */
async function copyRows(tx: Tx, batches: readonly SlotBatch[], table: string, sourceId: number): Promise<void> {
  for (let i = 0; i < batches.length; i += SLOTS_PER_HOUR) {
    const some = batches.slice(i, i + SLOTS_PER_HOUR);
    const columns = some.map((batch) => cardSlotColumns(batch, slotNoOf(batch.slot), 1, sourceId));
    const joined = (columns[0] ?? []).map(({ width }, c): IntColumn => {
      return { width, values: join(some.map(({ count }, b) => ({ count, values: columns[b]?.[c]?.values ?? 0 }))) };
    });
    const count = some.reduce((sum, batch) => sum + batch.count, 0);
    await tx.copyBinary(`${table} (${CARD_SLOT_LIST})`, encodeInts(joined, count));
  }
}

function join(parts: readonly { count: number; values: IntColumn["values"] }[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, { count }) => sum + count, 0));
  let offset = 0;
  for (const { count, values } of parts) {
    for (let i = 0; i < count; i++) out[offset + i] = typeof values === "number" ? values : (values[i] as number);
    offset += count;
  }
  return out;
}

function packPoints(dayNo: number, batches: readonly SlotBatch[], cards: DaySums["cards"]): Uint8Array {
  const slots = batches.map((batch) => {
    const rows = new Int32Array(cards.ids.length).fill(-1); // row of each card in the batch
    for (const [row, card] of cards.placesOf(batch.cardId.subarray(0, batch.count)).entries()) rows[card] = row;
    return { rows, place: placeInDay(slotNoOf(batch.slot)), batch };
  });
  const out = new CopyRows();
  const day = blankDay();
  for (const [card, id] of cards.ids.entries()) {
    day.presence.fill(0);
    for (const { rows, place, batch } of slots) {
      const row = rows[card] as number;
      if (row < 0) continue;
      setPoint(day.presence, place);
      putPoint(day.values, place, batch.columns, row, batch.gapCause[row] as number, batch.holderId[row] as number);
    }
    out.row(4).int4(dayNo).int4(id).bytes(day.presence).bytes(encodeDay(day));
  }
  return out.finish();
}

function encodeLedger({ batches, committedAt }: DayCommit, sourceId: number): Uint8Array {
  const out = new CopyRows();
  for (const { slot, count, columns } of batches) {
    out.row(7).int4(slotNoOf(slot)).int2(sourceId).int4(1).int8(committedAt).int4(count);
    out.int8(total(columns.ownedMs, count)).int8(total(columns.observedMs, count));
  }
  return out.finish();
}

const total = (values: Float64Array, count: number): number =>
  values.subarray(0, count).reduce((sum, value) => sum + value, 0);
