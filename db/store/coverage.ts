import type { Executor } from "../database.ts";
import type { ReportScope } from "../model/report.ts";
import { HOUR_MS, SLOT_MS, SLOTS_PER_DAY, SLOTS_PER_HOUR, type Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { decodeDay, hasPoint } from "./day-points.ts";
import { type PackedAnswer, packedRows, unpackRows } from "./packed-rows.ts";
import { partitionAt } from "./partitions.ts";
import { dayNoOf, dayStart, hourNoOf, slotNoOf, slotStart } from "./steps.ts";

/** A stretch in which a card was ours; `to` Infinity = it still is. */
export type CardStay = {
  readonly cardId: number;
  readonly poolId: number;
  readonly node: string;
  readonly source: string; // that settles its slots
  readonly from: number; // unix ms
  readonly to: number;
};

/** Every stretch that overlaps the window, by card and time. */
export async function readStays(db: Executor, { from, to }: Window): Promise<CardStay[]> {
  const [row] = await db.query<
    Record<"cardId" | "poolId" | "from" | "to", (number | null)[] | null> & Record<"node" | "source", string[] | null>
  >(
    `SELECT array_agg(q.card_id) AS "cardId", array_agg(q.pool_id) AS "poolId", array_agg(q.name) AS node,
       array_agg(q.source) AS source, array_agg(q.from_ms::float8) AS "from", array_agg(q.to_ms::float8) AS "to"
     FROM (SELECT o.card_id, o.pool_id, n.name, c.source, o.from_ms, o.to_ms
           FROM card_ownership o JOIN card c ON c.id = o.card_id JOIN node n ON n.id = o.node_id
           WHERE o.from_ms < $2 AND (o.to_ms IS NULL OR o.to_ms > $1) ORDER BY o.card_id, o.from_ms) q`,
    [from, to],
  );
  return (row?.cardId ?? []).map((cardId, i) => ({
    cardId: cardId as number,
    poolId: row?.poolId?.[i] as number,
    node: row?.node?.[i] ?? "",
    source: row?.source?.[i] ?? "",
    from: row?.from?.[i] as number,
    to: row?.to?.[i] ?? Infinity,
  }));
}

/** A card's day, as its slots add up. */
export type CardDayTime = {
  readonly cardId: number;
  readonly slots: number; // that have a row
  readonly ownedMs: number;
  readonly observedMs: number;
};

const DAY_TIME = { int4: ["card_id", "slots", "owned_ms", "observed_ms"], int8: [] } as const;
const READ_DAY = packedRows(
  DAY_TIME,
  "SELECT card_id, slots::int4 AS slots, owned_ms::int4 AS owned_ms, observed_ms::int4 AS observed_ms FROM card_day WHERE day_no = $1",
);

/** The cards with slots in a UTC day. */
export async function readCardDays(db: Executor, day: UnixMs): Promise<Map<number, CardDayTime>> {
  const rows = unpackRows(await db.query<PackedAnswer>(READ_DAY, [dayNoOf(day)]), DAY_TIME, (view, at) => ({
    cardId: view.getInt32(at),
    slots: view.getInt32(at + 4),
    ownedMs: view.getInt32(at + 8),
    observedMs: view.getInt32(at + 12),
  }));
  return new Map(rows.map((row) => [row.cardId, row]));
}

/** The slots of a card in a UTC day, by place 0..287; `ownedMs` −1 = no row. */
export type CardDaySlots = {
  readonly ownedMs: Int32Array;
  readonly observedMs: Int32Array;
  readonly gapCause: Uint8Array; // index into GAP_CAUSES
};

const blank = (): CardDaySlots => ({
  ownedMs: new Int32Array(SLOTS_PER_DAY).fill(-1),
  observedMs: new Int32Array(SLOTS_PER_DAY),
  gapCause: new Uint8Array(SLOTS_PER_DAY),
});

/**
 * What is kept of the slots of some cards in a UTC day, up to the end of the window, which begins with the day. Rows are newer than what was packed of them. Hours observed from
 * end to end are taken from card_hour, so that only what misses something is looked for slot by slot.
 */
export async function readCardSlots(
  db: Executor,
  { from, to }: Window,
  cardIds: readonly number[],
): Promise<Map<number, CardDaySlots>> {
  const day = dayStart(dayNoOf(from));
  const days = new Map(cardIds.map((id) => [id, blank()]));
  if (cardIds.length === 0) return days;
  const packed = await db.query<{ id: number; presence: Uint8Array; points: Uint8Array }>(
    "SELECT card_id AS id, presence, points FROM card_day_points WHERE day_no = $1 AND card_id = ANY($2)",
    [dayNoOf(day), cardIds],
  );
  for (const { id, presence, points } of packed) putPacked(days.get(id) as CardDaySlots, presence, points);
  const rows = partitionAt("card_slot", day).name;
  const [{ exists } = { exists: false }] = await db.query<{ exists: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AS exists",
    [rows],
  );
  if (exists) await readRows(db, rows, { first: hourNoOf(day), last: hourNoOf(to - 1) }, days);
  return days;
}

const [OWNED, OBSERVED, GAP] = [0, SLOTS_PER_DAY, 12 * SLOTS_PER_DAY] as const; // columns of POINT_COLUMNS

function putPacked(into: CardDaySlots, presence: Uint8Array, points: Uint8Array): void {
  const { values } = decodeDay(Uint8Array.from(presence), points);
  for (let place = 0; place < SLOTS_PER_DAY; place++) {
    if (!hasPoint(presence, place)) continue;
    into.ownedMs[place] = values[OWNED + place] as number;
    into.observedMs[place] = values[OBSERVED + place] as number;
    into.gapCause[place] = values[GAP + place] as number;
  }
}

const HOURS = { int4: ["card_id", "hour_no"], int8: [] } as const;
/** Looked for card by card: of a day of a whole fleet few hours are asked for. */
const READ_WHOLE_HOURS = packedRows(
  HOURS,
  `SELECT card.id AS card_id, hour.no AS hour_no FROM unnest($1::int4[]) card (id) CROSS JOIN generate_series($2::int4, $3::int4) hour (no)
   CROSS JOIN LATERAL (SELECT h.observed_ms FROM card_hour h WHERE h.hour_no = hour.no AND h.card_id = card.id LIMIT 1) h
   WHERE h.observed_ms = ${HOUR_MS}`,
);
const ROWS = { int4: ["card_id", "slot_no", "owned_ms", "observed_ms", "gap_cause"], int8: [] } as const;
/** The key of card_slot begins with the slot: asked for slot by slot from the index (card-history.ts says why). */
const readRowsOf = (table: string): string =>
  packedRows(
    ROWS,
    `SELECT s.card_id, s.slot_no, s.owned_ms, s.observed_ms, s.gap_cause::int4 AS gap_cause
     FROM unnest($1::int4[], $2::int4[]) hour (card_id, no)
     CROSS JOIN generate_series(hour.no * ${SLOTS_PER_HOUR}, hour.no * ${SLOTS_PER_HOUR} + ${SLOTS_PER_HOUR - 1}) g (slot_no)
     CROSS JOIN LATERAL (SELECT * FROM ${table} c WHERE c.slot_no = g.slot_no AND c.card_id = hour.card_id LIMIT 1) s`,
  );

async function readRows(
  db: Executor,
  table: string,
  { first, last }: { readonly first: number; readonly last: number }, // hours
  days: ReadonlyMap<number, CardDaySlots>,
): Promise<void> {
  const ids = [...days.keys()];
  const firstSlot = first * SLOTS_PER_HOUR;
  const whole = new Set<string>();
  unpackRows(await db.query<PackedAnswer>(READ_WHOLE_HOURS, [ids, first, last]), HOURS, (view, at) => {
    const [card, hour] = [view.getInt32(at), view.getInt32(at + 4)];
    const into = days.get(card) as CardDaySlots;
    const place = hour * SLOTS_PER_HOUR - firstSlot;
    into.ownedMs.fill(SLOT_MS, place, place + SLOTS_PER_HOUR);
    into.observedMs.fill(SLOT_MS, place, place + SLOTS_PER_HOUR);
    whole.add(`${card} ${hour}`);
  });
  const [cards, hours] = [[] as number[], [] as number[]];
  for (const id of ids)
    for (let hour = first; hour <= last; hour++)
      if (!whole.has(`${id} ${hour}`)) {
        cards.push(id);
        hours.push(hour);
      }
  unpackRows(await db.query<PackedAnswer>(readRowsOf(table), [cards, hours]), ROWS, (view, at) => {
    const into = days.get(view.getInt32(at)) as CardDaySlots;
    const place = view.getInt32(at + 4) - firstSlot;
    into.ownedMs[place] = view.getInt32(at + 8);
    into.observedMs[place] = view.getInt32(at + 12);
    into.gapCause[place] = view.getInt32(at + 16);
  });
}

/** Which sources settled the slots of a UTC day while it was going on, or within the hour after: Dapan was running then. */
export async function readSettledInTime(db: Executor, day: UnixMs): Promise<Map<UnixMs, ReadonlySet<string>>> {
  const first = slotNoOf(dayStart(dayNoOf(day)));
  const rows = await db.query<{ slotNo: number; sources: string[] }>(
    `SELECT l.slot_no AS "slotNo", array_agg(DISTINCT s.name) AS sources FROM slot_ledger l JOIN source s ON s.id = l.source_id
     WHERE l.slot_no >= $1 AND l.slot_no < $2 AND l.committed_at_ms < (l.slot_no + 1)::int8 * ${SLOT_MS} + ${HOUR_MS}
     GROUP BY l.slot_no`,
    [first, first + SLOTS_PER_DAY],
  );
  return new Map(rows.map(({ slotNo, sources }) => [slotStart(slotNo), new Set(sources)]));
}

/** The end of the newest slot each source settled. Sources that settled none are absent. */
export async function readNewestSlotEnds(db: Executor): Promise<Map<string, UnixMs>> {
  const rows = await db.query<{ name: string; slotNo: number | null }>(
    `SELECT name, (SELECT max(slot_no) FROM slot_ledger l WHERE l.source_id = s.id) AS "slotNo" FROM source s`,
  );
  return new Map(rows.flatMap(({ name, slotNo }) => (slotNo === null ? [] : [[name, slotStart(slotNo + 1)]])));
}

/** The pools a scope lets through; a list that names nothing lets everything through. */
export async function readPoolsIn(
  db: Executor,
  { vendors, regions, models, billings }: ReportScope,
): Promise<ReadonlySet<number>> {
  const rows = await db.query<{ id: number }>(
    `SELECT id FROM pool WHERE (cardinality($1::text[]) = 0 OR vendor = ANY($1)) AND (cardinality($2::text[]) = 0 OR region = ANY($2))
       AND (cardinality($3::text[]) = 0 OR model = ANY($3)) AND (cardinality($4::text[]) = 0 OR billing = ANY($4))`,
    [vendors, regions, models, billings],
  );
  return new Set(rows.map(({ id }) => id));
}
