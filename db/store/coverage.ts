import type { Executor } from "../database.ts";
import type { ReportScope } from "../model/report.ts";
import { HOUR_MS, SLOT_MS, SLOTS_PER_DAY, SLOTS_PER_HOUR, type Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { decodeEnds, hasPoint } from "./day-points.ts";
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
  readonly holderId: Int32Array; // who held it, or most of it; 0 nobody or not said. Only where holders were asked for
};

const blank = (): CardDaySlots => ({
  ownedMs: new Int32Array(SLOTS_PER_DAY).fill(-1),
  observedMs: new Int32Array(SLOTS_PER_DAY),
  gapCause: new Uint8Array(SLOTS_PER_DAY),
  holderId: new Int32Array(SLOTS_PER_DAY),
});

/**
 * What is kept of the slots of some cards in a UTC day, up to the end of the window, which begins with the day. Rows are
 * newer than what was packed of them. Hours observed from end to end are taken from card_hour, so that only what misses
 * something is looked for slot by slot; card_hour knows no holders: with them every slot is looked for.
 */
export async function readCardSlots(
  db: Executor,
  { from, to }: Window,
  cardIds: readonly number[],
  withHolders = false,
): Promise<Map<number, CardDaySlots>> {
  const day = dayStart(dayNoOf(from));
  const days = new Map(cardIds.map((id) => [id, blank()]));
  if (cardIds.length === 0) return days;
  await readPackedEnds(db, dayNoOf(day), days);
  const rows = partitionAt("card_slot", day).name;
  const [{ exists } = { exists: false }] = await db.query<{ exists: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AS exists",
    [rows],
  );
  if (exists) await readRows(db, rows, { first: hourNoOf(day), last: hourNoOf(to - 1) }, days, withHolders);
  if (withHolders) await readSharedSlots(db, day, days);
  return days;
}

/** owned and observed are the first columns of a packed day, cause and holder the last: what lies between is not read. */
const ENDS = { head: 2, tail: 2 } as const;
const [OWNED, OBSERVED, GAP, HOLDER] = [0, SLOTS_PER_DAY, 2 * SLOTS_PER_DAY, 3 * SLOTS_PER_DAY] as const;
/** Bytes of each end that are asked for: a day of dozens of holes and holders fits. Where one does not, all of it is read. */
const END_BYTES = 192;

async function readPackedEnds(db: Executor, dayNo: number, days: ReadonlyMap<number, CardDaySlots>): Promise<void> {
  const read = (ids: readonly number[], bytes: number) =>
    db.query<{ id: number; presence: Uint8Array; first: Uint8Array; last: Uint8Array }>(
      `SELECT card_id AS id, presence, substr(points, 1, $3) AS first, substr(points, greatest(1, octet_length(points) - $3 + 1)) AS last
       FROM card_day_points WHERE day_no = $1 AND card_id = ANY($2)`,
      [dayNo, ids, bytes],
    );
  const long: number[] = [];
  const put = ({ id, presence, first, last }: Awaited<ReturnType<typeof read>>[number]): void => {
    const present = Uint8Array.from(presence);
    const values = decodeEnds(present, first, last, ENDS);
    if (values === null) long.push(id);
    else putPacked(days.get(id) as CardDaySlots, present, values);
  };
  for (const row of await read([...days.keys()], END_BYTES)) put(row);
  if (long.length > 0) for (const row of await read(long.splice(0), WHOLE_BYTES)) put(row);
  if (long.length > 0) throw new RangeError(`packed day ${dayNo} of card ${long[0]}: its columns are not whole`);
}
const WHOLE_BYTES = 2 ** 30;

function putPacked(into: CardDaySlots, presence: Uint8Array, values: Int32Array): void {
  for (let place = 0; place < SLOTS_PER_DAY; place++) {
    if (!hasPoint(presence, place)) continue;
    into.ownedMs[place] = values[OWNED + place] as number;
    into.observedMs[place] = values[OBSERVED + place] as number;
    into.gapCause[place] = values[GAP + place] as number;
    into.holderId[place] = values[HOLDER + place] as number;
  }
}

/** Cards are dense where the fleet misses time together: ranges of the index are read then, not card by card. */
const isDense = (ids: readonly number[]): boolean => (ids.at(-1) ?? 0) - (ids[0] ?? 0) < 4 * ids.length;

const HOURS = { int4: ["card_id", "hours"], int8: [] } as const;
const bits = "bit_or(1 << (h.hour_no - $2::int4))::int4 AS hours"; // of the at most 24 hours of a day
const READ_WHOLE_HOURS = {
  /** Looked for card by card: of a day of a whole fleet few hours are asked for. */
  sparse: packedRows(
    HOURS,
    `SELECT h.card_id, ${bits} FROM unnest($1::int4[]) card (id) CROSS JOIN generate_series($2::int4, $3::int4) hour (no)
     CROSS JOIN LATERAL (SELECT * FROM card_hour h WHERE h.hour_no = hour.no AND h.card_id = card.id LIMIT 1) h
     WHERE h.observed_ms = ${HOUR_MS} GROUP BY h.card_id`,
  ),
  dense: packedRows(
    HOURS,
    `SELECT h.card_id, ${bits} FROM card_hour h WHERE h.hour_no BETWEEN $2 AND $3
       AND h.card_id BETWEEN ($1::int4[])[1] AND ($1::int4[])[cardinality($1::int4[])] AND h.observed_ms = ${HOUR_MS} GROUP BY h.card_id`,
  ),
} as const;
const ROWS = { int4: ["card_id", "slot_no", "owned_ms", "observed_ms", "gap_cause", "holder_id"], int8: [] } as const;
const ROW = "s.card_id, s.slot_no, s.owned_ms, s.observed_ms, s.gap_cause::int4 AS gap_cause, s.holder_id";
/** The key of card_slot begins with the slot: asked for slot by slot from the index (card-history.ts says why). */
const sparseRowsOf = (table: string): string =>
  packedRows(
    ROWS,
    `SELECT ${ROW} FROM unnest($1::int4[], $2::int4[]) hour (card_id, no)
     CROSS JOIN generate_series(hour.no * ${SLOTS_PER_HOUR}, hour.no * ${SLOTS_PER_HOUR} + ${SLOTS_PER_HOUR - 1}) g (slot_no)
     CROSS JOIN LATERAL (SELECT * FROM ${table} c WHERE c.slot_no = g.slot_no AND c.card_id = hour.card_id LIMIT 1) s`,
  );
const denseRowsOf = (table: string): string =>
  packedRows(
    ROWS,
    `SELECT ${ROW} FROM ${table} s WHERE s.slot_no >= $2::int4 * ${SLOTS_PER_HOUR} AND s.slot_no < ($2::int4 + 1) * ${SLOTS_PER_HOUR}
       AND s.card_id BETWEEN ($1::int4[])[1] AND ($1::int4[])[cardinality($1::int4[])]`,
  );

async function readRows(
  db: Executor,
  table: string,
  { first, last }: { readonly first: number; readonly last: number }, // hours
  days: ReadonlyMap<number, CardDaySlots>,
  isEverySlot: boolean,
): Promise<void> {
  const ids = [...days.keys()].toSorted((a, b) => a - b);
  const firstSlot = first * SLOTS_PER_HOUR;
  const whole = new Map<number, number>(); // hours of a card, as bits
  const hours = READ_WHOLE_HOURS[isDense(ids) ? "dense" : "sparse"];
  if (!isEverySlot)
    unpackRows(await db.query<PackedAnswer>(hours, [ids, first, last]), HOURS, (view, at) =>
      whole.set(view.getInt32(at), view.getInt32(at + 4)),
    );
  const missing = new Map<number, number[]>(); // cards by hour that is not whole
  for (const [id, into] of days)
    for (let hour = first; hour <= last; hour++) {
      const place = (hour - first) * SLOTS_PER_HOUR;
      if ((((whole.get(id) ?? 0) >> (hour - first)) & 1) === 1) {
        into.ownedMs.fill(SLOT_MS, place, place + SLOTS_PER_HOUR);
        into.observedMs.fill(SLOT_MS, place, place + SLOTS_PER_HOUR);
      } else {
        const some = missing.get(hour);
        if (some === undefined) missing.set(hour, [id]);
        else some.push(id);
      }
    }
  const put = (answer: readonly PackedAnswer[]) =>
    unpackRows(answer, ROWS, (view, at) => {
      const into = days.get(view.getInt32(at));
      if (into === undefined) return;
      const place = view.getInt32(at + 4) - firstSlot;
      into.ownedMs[place] = view.getInt32(at + 8);
      into.observedMs[place] = view.getInt32(at + 12);
      into.gapCause[place] = view.getInt32(at + 16);
      into.holderId[place] = view.getInt32(at + 20);
    });
  const sparse = { cards: [] as number[], hours: [] as number[] };
  for (const [hour, cards] of missing) {
    const sorted = cards.toSorted((a, b) => a - b);
    if (isDense(sorted) && sorted.length > MANY) put(await db.query<PackedAnswer>(denseRowsOf(table), [sorted, hour]));
    else
      for (const id of cards) {
        sparse.cards.push(id);
        sparse.hours.push(hour);
      }
  }
  if (sparse.cards.length > 0) put(await db.query<PackedAnswer>(sparseRowsOf(table), [sparse.cards, sparse.hours]));
}
/** Cards of an hour from which a statement of their own is worth it. */
const MANY = 64;

const SEVERAL = -1;
/** A slot that several held is of who held it longest, then of who came first. */
async function readSharedSlots(db: Executor, day: UnixMs, days: ReadonlyMap<number, CardDaySlots>): Promise<void> {
  const shared = [...days].filter(([, { holderId }]) => holderId.includes(SEVERAL)).map(([id]) => id);
  if (shared.length === 0) return;
  const first = slotNoOf(day);
  const rows = await db.query<{ slotNo: number; cardId: number; holderId: number }>(
    `SELECT DISTINCT ON (slot_no, card_id) slot_no AS "slotNo", card_id AS "cardId", holder_id AS "holderId" FROM slot_hold
     WHERE slot_no >= $1 AND slot_no < $2 AND card_id = ANY($3)
     ORDER BY slot_no, card_id, busy_ms + idle_held_ms + starting_ms + fault_ms DESC, holder_id`,
    [first, first + SLOTS_PER_DAY, shared],
  );
  for (const { slotNo, cardId, holderId } of rows) {
    const holders = days.get(cardId)?.holderId;
    if (holders?.[slotNo - first] === SEVERAL) holders[slotNo - first] = holderId;
  }
}

export type TeamHold = { readonly holderId: number; readonly fromHour: number; readonly toHour: number | null };

/** When holders worked for features of some teams, as the rules of today have it. */
export async function readTeamHolds(db: Executor, teams: readonly string[], { from, to }: Window): Promise<TeamHold[]> {
  return await db.query<TeamHold>(
    `SELECT f.holder_id AS "holderId", f.from_hour AS "fromHour", f.to_hour AS "toHour"
     FROM holder_feature f JOIN feature ON feature.id = f.feature_id
     WHERE feature.team = ANY($1) AND f.from_hour <= $3 AND (f.to_hour IS NULL OR f.to_hour > $2)`,
    [teams, hourNoOf(from), hourNoOf(to)],
  );
}

/** The pools in which some of these holders held a card in a window; null = it is older than what is kept of it. */
export async function readPoolsHeld(
  db: Executor,
  { from, to }: Window,
  holderIds: readonly number[],
): Promise<ReadonlySet<number> | null> {
  const [kept] = await db.query<{ hour: number | null }>("SELECT min(hour_no) AS hour FROM holder_hour");
  if (kept?.hour == null || kept.hour > hourNoOf(from)) return null;
  const rows = await db.query<{ id: number }>(
    "SELECT DISTINCT pool_id AS id FROM holder_hour WHERE hour_no BETWEEN $1 AND $2 AND holder_id = ANY($3)",
    [hourNoOf(from), hourNoOf(to), holderIds],
  );
  return new Set(rows.map(({ id }) => id));
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
