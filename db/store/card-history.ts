import type { Database, Executor } from "../database.ts";
import type { CardEvent } from "../model/events.ts";
import { SLOTS_PER_DAY, type Window } from "../model/time.ts";
import { blankDay, decodeDay, hasPoint, setPoint, type DayPoints } from "./day-points.ts";
import { POINT_SOURCES, pointAt, putPoint, type PointColumns, type SlotPoint } from "./points.ts";
import { columnName } from "./slot-columns.ts";
import { dayOfSlot, hourNoOf, hourStart, placeInDay, slotNoOf, slotStart } from "./steps.ts";
import type { UnixMs } from "../model/units.ts";

/**
 * One card's slots that start in a window, ascending, from card_slot and from packed days alike. A slot without a row is
 * absent, which is not the same as a slot without a reading.
 */
export async function readCardPoints(db: Executor, cardId: number, window: Window): Promise<SlotPoint[]> {
  const [from, to] = [slotNoOf(window.from), slotNoOf(window.to)];
  if (to <= from) return [];
  const days = await readPackedDays(db, cardId, dayOfSlot(from), dayOfSlot(to - 1));
  await readSlotRows(db, cardId, from, to, days); // rows are newer than what was packed of them
  const points: SlotPoint[] = [];
  for (let slot = from; slot < to; slot++) {
    const [day, place] = [days.get(dayOfSlot(slot)), placeInDay(slot)];
    if (day && hasPoint(day.presence, place)) points.push(pointAt(day.values, place, slotStart(slot)));
  }
  return points;
}

async function readPackedDays(
  db: Executor,
  cardId: number,
  first: number,
  last: number,
): Promise<Map<number, DayPoints>> {
  const rows = await db.query<{ dayNo: number; presence: Uint8Array; points: Uint8Array }>(
    `SELECT day_no AS "dayNo", presence, points FROM card_day_points WHERE day_no BETWEEN $1 AND $2 AND card_id = $3`,
    [first, last, cardId],
  );
  return new Map(rows.map(({ dayNo, presence, points }) => [dayNo, decodeDay(Uint8Array.from(presence), points)]));
}

type SlotRow = { slotNo: number; gapCause: number; holderId: number } & Record<string, number>;

/**
 * The key of card_slot begins with the slot, so one card's rows lie on one page a slot: asked for slot by slot from the
 * index, never as "WHERE card_id", which reads the whole index on PostgreSQL 15 (storage.md section 3, c and c2).
 */
async function readSlotRows(
  db: Executor,
  cardId: number,
  from: number,
  to: number,
  days: Map<number, DayPoints>,
): Promise<void> {
  const rows = await db.query<SlotRow>(
    `SELECT s.slot_no AS "slotNo", s.gap_cause AS "gapCause", s.holder_id AS "holderId",
       ${POINT_SOURCES.map((name) => `s.${columnName(name)} AS "${name}"`).join(", ")}
     FROM (SELECT min(slot_no) AS first, max(slot_no) AS last FROM card_slot) kept,
       generate_series(greatest($1::int4, kept.first), least($2::int4 - 1, kept.last)) g (slot_no)
     CROSS JOIN LATERAL (SELECT * FROM card_slot c WHERE c.slot_no = g.slot_no AND c.card_id = $3 LIMIT 1) s`,
    [from, to, cardId],
  );
  for (const row of rows) {
    const dayNo = dayOfSlot(row.slotNo);
    const day = days.get(dayNo) ?? blankDay();
    days.set(dayNo, day);
    const place = row.slotNo - dayNo * SLOTS_PER_DAY;
    const columns = Object.fromEntries(
      POINT_SOURCES.map((name) => [name, [row[name] as number]]),
    ) as unknown as PointColumns;
    setPoint(day.presence, place);
    putPoint(day.values, place, columns, 0, row.gapCause, row.holderId);
  }
}

export type CardHourTime = {
  readonly at: UnixMs;
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly startingMs: number;
  readonly faultMs: number;
  readonly utilMs: number;
  readonly utilSaidMs: number;
};

/** One card's hours in a window, ascending: a week without touching slots. */
export async function readCardHours(db: Executor, cardId: number, window: Window): Promise<CardHourTime[]> {
  const rows = await db.query<Omit<CardHourTime, "at"> & { hourNo: number }>(
    `SELECT h.hour_no AS "hourNo", h.owned_ms AS "ownedMs", h.observed_ms AS "observedMs", h.busy_ms AS "busyMs",
       h.idle_held_ms AS "idleHeldMs", h.free_ms AS "freeMs", h.starting_ms AS "startingMs", h.fault_ms AS "faultMs",
       h.util_ms AS "utilMs", h.util_said_ms AS "utilSaidMs"
     FROM generate_series($1::int4, $2::int4 - 1) g (hour_no)
     CROSS JOIN LATERAL (SELECT * FROM card_hour c WHERE c.hour_no = g.hour_no AND c.card_id = $3 LIMIT 1) h
     ORDER BY h.hour_no`,
    [hourNoOf(window.from), hourNoOf(window.to), cardId],
  );
  return rows.map(({ hourNo, ...sums }) => ({ at: hourStart(hourNo), ...sums }));
}

/** One card's events in a window, newest first, at most `limit`. */
export async function readCardEvents(
  db: Executor,
  cardId: number,
  window: Window,
  limit: number,
): Promise<CardEvent[]> {
  return await db.query<CardEvent>(
    `SELECT card_id AS "cardId", at_ms AS at, kind, code, count, detail FROM card_event
     WHERE card_id = $1 AND at_ms >= $2 AND at_ms < $3 ORDER BY at_ms DESC, kind, code LIMIT $4`,
    [cardId, window.from, window.to, limit],
  );
}

export type SlotHolder = {
  readonly slot: UnixMs;
  readonly holderId: number;
  readonly heldMs: number;
  readonly busyMs: number;
};

/** Who shared one card in the slots of a window; slots with a single holder are not here but in the point itself. */
export async function readCardHolds(db: Database, cardId: number, window: Window): Promise<SlotHolder[]> {
  const rows = await db.query<Omit<SlotHolder, "slot"> & { slotNo: number }>(
    `SELECT h.slot_no AS "slotNo", h.holder_id AS "holderId", h.busy_ms AS "busyMs",
       h.busy_ms + h.idle_held_ms + h.starting_ms + h.fault_ms AS "heldMs"
     FROM generate_series($1::int4, $2::int4 - 1) g (slot_no)
     JOIN slot_hold h ON h.slot_no = g.slot_no AND h.card_id = $3 ORDER BY h.slot_no, h.holder_id`,
    [slotNoOf(window.from), slotNoOf(window.to), cardId],
  );
  return rows.map(({ slotNo, ...hold }) => ({ slot: slotStart(slotNo), ...hold }));
}
