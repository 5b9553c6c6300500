import type { Database, Executor, Tx } from "../database.ts";
import { SLOTS_PER_DAY } from "../model/time.ts";
import { CopyRows } from "./copy-binary.ts";
import { blankDay, type DayPoints, decodeDay, encodeDay, setPoint } from "./day-points.ts";
import { ensurePartitions, partitionAt } from "./partitions.ts";
import { POINT_SOURCES, type PointColumns, putPoint } from "./points.ts";
import { columnName } from "./slot-columns.ts";
import { dayStart, placeInDay } from "./steps.ts";

/** Cards packed together: 40 MB of points in memory at most. */
const CARDS_AT_ONCE = 2_500;
/** Slots read by one statement. On PGlite everything else waits for a statement: this one takes a quarter of a second. */
const SLOTS_AT_ONCE = 36;

/**
 * Packs the rows of a day of card_slot into card_day_points, over what is already there. May be repeated and may be
 * killed: it only rewrites the same rows.
 */
export async function packDay(db: Database, dayNo: number): Promise<void> {
  const slots = partitionAt("card_slot", dayStart(dayNo)).name;
  await ensurePartitions(db, ["card_day_points"], [dayStart(dayNo)]);
  const cards = await db.query<{ id: number }>(
    "SELECT card_id AS id FROM card_day WHERE day_no = $1 ORDER BY card_id",
    [dayNo],
  );
  for (let i = 0; i < cards.length; i += CARDS_AT_ONCE) {
    const ids = cards.slice(i, i + CARDS_AT_ONCE).map(({ id }) => id);
    const days = await readPacked(db, dayNo, ids);
    for (let slot = dayNo * SLOTS_PER_DAY; slot < (dayNo + 1) * SLOTS_PER_DAY; slot += SLOTS_AT_ONCE) {
      await readRows(db, slots, slot, ids, days);
    }
    await db.transaction((tx) => writePacked(tx, dayNo, ids, days));
  }
}

/**
 * A day of cards as points, packed or not yet. Cards without a row are absent; others may be there, whose numbers lie in
 * between.
 */
export async function readDay(
  db: Executor,
  dayNo: number,
  cardIds: readonly number[],
): Promise<Map<number, DayPoints>> {
  const ids = [...cardIds].sort((a, b) => a - b);
  const days = await readPacked(db, dayNo, ids);
  const slots = partitionAt("card_slot", dayStart(dayNo)).name;
  const [{ exists } = { exists: false }] = await db.query<{ exists: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AS exists",
    [slots],
  );
  if (!exists || ids.length === 0) return days;
  for (let slot = dayNo * SLOTS_PER_DAY; slot < (dayNo + 1) * SLOTS_PER_DAY; slot += SLOTS_AT_ONCE) {
    await readRows(db, slots, slot, ids, days);
  }
  return days;
}

async function readPacked(db: Executor, dayNo: number, ids: readonly number[]): Promise<Map<number, DayPoints>> {
  const rows = await db.query<{ id: number; presence: Uint8Array; points: Uint8Array }>(
    "SELECT card_id AS id, presence, points FROM card_day_points WHERE day_no = $1 AND card_id = ANY($2)",
    [dayNo, ids],
  );
  return new Map(rows.map(({ id, presence, points }) => [id, decodeDay(Uint8Array.from(presence), points)]));
}

const FIELDS = ["slot_no", "gap_cause::int4", "holder_id", ...POINT_SOURCES.map((name) => `${columnName(name)}::int4`)];
const ROW_BYTES = 4 * FIELDS.length;

/** One bytea a card: rows as values cost PGlite ten times as much on the way to JavaScript. */
async function readRows(
  db: Executor,
  table: string,
  from: number,
  ids: readonly number[],
  days: Map<number, DayPoints>,
): Promise<void> {
  const rows = await db.query<{ id: number; bytes: Uint8Array }>(
    `SELECT card_id AS id, string_agg(${FIELDS.map((field) => `int4send(${field})`).join(" || ")}, ''::bytea) AS bytes
     FROM ${table} WHERE slot_no >= $1 AND slot_no < $2 AND card_id BETWEEN $3 AND $4 GROUP BY card_id`,
    [from, from + SLOTS_AT_ONCE, ids[0], ids.at(-1)],
  );
  for (const { id, bytes } of rows) {
    const day = days.get(id) ?? blankDay();
    days.set(id, day);
    putRows(day, bytes);
  }
}

function putRows({ presence, values }: DayPoints, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.byteLength / ROW_BYTES;
  const field = (index: number) =>
    Int32Array.from({ length: count }, (_, row) => view.getInt32(row * ROW_BYTES + 4 * index));
  const columns = Object.fromEntries(POINT_SOURCES.map((name, i) => [name, field(3 + i)])) as unknown as PointColumns;
  const [slotNo, gapCause, holderId] = [field(0), field(1), field(2)];
  for (let row = 0; row < count; row++) {
    const place = placeInDay(slotNo[row] as number);
    setPoint(presence, place);
    putPoint(values, place, columns, row, gapCause[row] as number, holderId[row] as number);
  }
}

async function writePacked(
  tx: Tx,
  dayNo: number,
  ids: readonly number[],
  days: ReadonlyMap<number, DayPoints>,
): Promise<void> {
  const out = new CopyRows();
  for (const [id, day] of days) out.row(4).int4(dayNo).int4(id).bytes(day.presence).bytes(encodeDay(day));
  await tx.query("DELETE FROM card_day_points WHERE day_no = $1 AND card_id = ANY($2)", [dayNo, ids]); // only a repeated packing has any
  const table = partitionAt("card_day_points", dayStart(dayNo)).name;
  await tx.copyBinary(`${table} (day_no, card_id, presence, points)`, out.finish());
}
