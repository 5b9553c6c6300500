import type { Executor } from "../database.ts";
import { type CardState, CARD_STATES } from "../model/fleet.ts";
import { MAIN_STATE_ORDER, mainStateOf } from "../model/main-state.ts";
import { HOUR_MS, type Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { readPlace } from "./day-points.ts";
import { dayOfSlot, hourNoOf, placeInDay, slotNoOf, slotStart } from "./steps.ts";

/**
 * What the board of a past moment is made of. One array a column instead of one row a card: PGlite spends more on
 * decoding rows than on finding them.
 */

/** A slot committed later than this after its end came from reading the past again, not from watching it. */
const BACKFILL_MS = HOUR_MS;
/** Ledger rows looked at: several sources and revisions speak of one slot. */
const LEDGER_ROWS = 64;

/**
 * The last slot that was over and on the books at `at`; null when there is none. It is on the books when every source
 * that had committed the slot before it has committed it too: sources take turns, and a board between two of them would
 * lack the cards of the later one. A commit after `at` counts only when it came much later (history that was read
 * again): the board of that moment knew nothing of it, and today it is the best that is known.
 */
export async function readSlotBefore(db: Executor, at: UnixMs): Promise<UnixMs | null> {
  const rows = await db.query<{ slotNo: number; source: number; committedAt: number }>(
    `SELECT slot_no AS "slotNo", source_id AS source, committed_at_ms AS "committedAt" FROM slot_ledger WHERE slot_no < $1
     ORDER BY slot_no DESC LIMIT ${LEDGER_ROWS}`,
    [slotNoOf(at)],
  );
  const bySlot = new Map<number, Set<number>>(); // sources that count at `at`, newest slot first
  for (const { slotNo, source, committedAt } of rows) {
    const sources = bySlot.get(slotNo) ?? new Set();
    bySlot.set(slotNo, sources);
    if (committedAt <= at || committedAt > slotStart(slotNo + 1) + BACKFILL_MS) sources.add(source);
  }
  for (const [slotNo, sources] of bySlot) {
    const before = bySlot.get(slotNo - 1) ?? NO_SOURCES;
    if (sources.size > 0 && [...before].every((source) => sources.has(source))) return slotStart(slotNo);
  }
  return null;
}
const NO_SOURCES: ReadonlySet<number> = new Set();

/** Row i of every array is the same hour of the same pool. */
export type PoolHours = {
  readonly poolId: readonly number[];
  readonly at: readonly UnixMs[]; // start of the hour
  readonly ownedMs: readonly number[];
  readonly observedMs: readonly number[];
  readonly utilMs: readonly number[]; // mean = utilMs / saidMs
  readonly saidMs: readonly number[];
};

/** Every hour of every pool in a window of whole hours. Hours without a row are absent. */
export async function readPoolHours(db: Executor, window: Window): Promise<PoolHours> {
  const [row] = await db.query<
    Record<"poolId" | "hourNo" | "ownedMs" | "observedMs" | "utilMs" | "saidMs", number[] | null>
  >(
    `SELECT array_agg(pool_id) AS "poolId", array_agg(hour_no) AS "hourNo", array_agg(owned_ms::float8) AS "ownedMs",
       array_agg(observed_ms::float8) AS "observedMs", array_agg(util_ms::float8) AS "utilMs", array_agg(util_said_ms::float8) AS "saidMs"
     FROM pool_hour WHERE hour_no >= $1 AND hour_no < $2`,
    [hourNoOf(window.from), hourNoOf(window.to)],
  );
  return {
    poolId: row?.poolId ?? [],
    at: (row?.hourNo ?? []).map((hourNo) => (hourNo * HOUR_MS) as UnixMs),
    ownedMs: row?.ownedMs ?? [],
    observedMs: row?.observedMs ?? [],
    utilMs: row?.utilMs ?? [],
    saidMs: row?.saidMs ?? [],
  };
}

/** Row i of every array is the same card. */
export type PastCards = {
  readonly cardId: readonly number[];
  readonly uuid: readonly string[];
  readonly poolId: readonly number[];
  readonly node: readonly string[]; // where it stood then
  readonly state: readonly CardState[]; // most of the slot
  readonly utilRatio: readonly (number | null)[];
};

const NO_CARDS: PastCards = { cardId: [], uuid: [], poolId: [], node: [], state: [], utilRatio: [] };

const UNKNOWN_MS = "(s.owned_ms - s.busy_ms - s.idle_held_ms - s.free_ms - s.starting_ms - s.fault_ms)";
const MS_OF: Readonly<Record<CardState, string>> = {
  unknown: UNKNOWN_MS,
  fault: "s.fault_ms",
  busy: "s.busy_ms",
  idle_held: "s.idle_held_ms",
  starting: "s.starting_ms",
  free: "s.free_ms",
};
const MOST = `greatest(${MAIN_STATE_ORDER.map((state) => MS_OF[state]).join(", ")})`;
/** `mainStateOf` in SQL, as an index into CARD_STATES. */
const MAIN_STATE = `CASE ${MAIN_STATE_ORDER.map((state) => `WHEN ${MS_OF[state]} = ${MOST} THEN ${CARD_STATES.indexOf(state)}`).join(" ")} END`;

/** The stretch a card stood in when the slot began; one that first appeared inside the slot stood in its first one. */
const STOOD = `(SELECT DISTINCT ON (card_id) card_id, pool_id, node_id FROM card_ownership
  WHERE from_ms < $2 AND (to_ms IS NULL OR to_ms > $3) ORDER BY card_id, from_ms)`;

/** Every card of a slot whose rows are still there; null when they are not. */
export async function readSlotCards(db: Executor, slot: UnixMs): Promise<PastCards | null> {
  type Columns = Record<"cardId" | "poolId" | "state", number[] | null> &
    Record<"uuid" | "node", string[] | null> & { util: (number | null)[] | null };
  const slotNo = slotNoOf(slot);
  const [row] = await db.query<Columns>(
    `SELECT array_agg(q.card_id) AS "cardId", array_agg(q.uuid) AS uuid, array_agg(q.pool_id) AS "poolId", array_agg(q.node) AS node,
       array_agg(q.state) AS state, array_agg(q.util) AS util
     FROM (SELECT s.card_id, c.uuid, s.pool_id, n.name AS node, ${MAIN_STATE} AS state,
             CASE WHEN s.util_said_ms > 0 THEN s.util_ms::float8 / s.util_said_ms END AS util
           FROM card_slot s JOIN card c ON c.id = s.card_id LEFT JOIN ${STOOD} o ON o.card_id = s.card_id
           JOIN node n ON n.id = coalesce(o.node_id, c.node_id)
           WHERE s.slot_no = $1 ORDER BY s.card_id) q`,
    [slotNo, slotStart(slotNo + 1), slot],
  );
  if (!row?.cardId) return null;
  return {
    cardId: row.cardId,
    uuid: row.uuid ?? [],
    poolId: row.poolId ?? [],
    node: row.node ?? [],
    state: (row.state ?? []).map((index) => CARD_STATES[index] ?? "unknown"),
    utilRatio: row.util ?? [],
  };
}

/** How many cards of each pool were in each state, from the rows of a slot; null when they are not there any more. */
export async function readSlotStates(
  db: Executor,
  slot: UnixMs,
): Promise<{ readonly poolId: number; readonly state: CardState; readonly cards: number }[] | null> {
  const rows = await db.query<{ poolId: number; state: number; cards: number }>(
    `SELECT pool_id AS "poolId", state, count(*)::int4 AS cards
     FROM (SELECT s.pool_id, ${MAIN_STATE} AS state FROM card_slot s WHERE s.slot_no = $1) q GROUP BY pool_id, state`,
    [slotNoOf(slot)],
  );
  if (rows.length === 0) return null;
  return rows.map(({ poolId, state, cards }) => ({ poolId, state: CARD_STATES[state] ?? "unknown", cards }));
}

/** The columns asked for stand first: this much of a day holds them, but for cards that changed their state all day. */
const PREFIX_BYTES = 900;
const PRESENCE_BYTES = 36;

type PackedColumns = Record<"cardId" | "poolId" | "length", number[] | null> &
  Record<"uuid" | "node", string[] | null> &
  Record<"points" | "presence", Uint8Array | null>;

/** Every card of a slot whose day is packed, or not kept at all: then there is none. */
export async function readPackedCards(db: Executor, slot: UnixMs): Promise<PastCards> {
  const slotNo = slotNoOf(slot);
  const [row] = await db.query<PackedColumns>(
    `SELECT array_agg(q.card_id) AS "cardId", array_agg(q.uuid) AS uuid, array_agg(q.pool_id) AS "poolId", array_agg(q.node) AS node,
       array_agg(length(q.points)) AS length, string_agg(q.points, ''::bytea) AS points, string_agg(q.presence, ''::bytea) AS presence
     FROM (SELECT d.card_id, c.uuid, coalesce(o.pool_id, c.pool_id) AS pool_id, n.name AS node,
             substring(d.points FROM 1 FOR ${PREFIX_BYTES}) AS points, d.presence
           FROM card_day_points d JOIN card c ON c.id = d.card_id LEFT JOIN ${STOOD} o ON o.card_id = d.card_id
           JOIN node n ON n.id = coalesce(o.node_id, c.node_id)
           WHERE d.day_no = $1 AND get_bit(d.presence, $4) = 1 ORDER BY d.card_id) q`,
    [dayOfSlot(slotNo), slotStart(slotNo + 1), slot, placeInDay(slotNo)],
  );
  if (!row?.cardId || !row.points || !row.presence || !row.length) return NO_CARDS;
  const cards = row.cardId.map((cardId) => ({ cardId, said: null as Said | null }));
  let at = 0;
  for (const [i, length] of row.length.entries()) {
    const presence = row.presence.subarray(i * PRESENCE_BYTES, (i + 1) * PRESENCE_BYTES);
    cards[i]!.said = readSaid(presence, row.points.subarray(at, at + length), placeInDay(slotNo));
    at += length;
  }
  const long = cards.filter(({ said }) => said === null);
  if (long.length > 0) await readWhole(db, slotNo, long);
  return {
    cardId: row.cardId,
    uuid: row.uuid ?? [],
    poolId: row.poolId ?? [],
    node: row.node ?? [],
    state: cards.map(({ said }) => said?.state ?? "unknown"),
    utilRatio: cards.map(({ said }) => said?.utilRatio ?? null),
  };
}

type Said = { readonly state: CardState; readonly utilRatio: number | null };

/** What a day says of one slot; null when the bytes end before it. */
function readSaid(presence: Uint8Array, bytes: Uint8Array, place: number): Said | null {
  const row = readPlace(presence, bytes, place, 8);
  if (row === null) return null;
  const [ownedMs, , busyMs, idleHeldMs, freeMs, startingMs, faultMs, util] = row as [...Eight];
  const unknownMs = ownedMs - busyMs - idleHeldMs - freeMs - startingMs - faultMs;
  const state = mainStateOf({ unknownMs, faultMs, busyMs, idleHeldMs, startingMs, freeMs });
  return { state, utilRatio: util < 0 ? null : util / 10_000 };
}
type Eight = [number, number, number, number, number, number, number, number];

/** Days too long for their first piece, one by one. */
async function readWhole(db: Executor, slotNo: number, cards: { cardId: number; said: Said | null }[]): Promise<void> {
  const rows = await db.query<{ cardId: number; presence: Uint8Array; points: Uint8Array }>(
    `SELECT card_id AS "cardId", presence, points FROM card_day_points WHERE day_no = $1 AND card_id = ANY($2)`,
    [dayOfSlot(slotNo), cards.map(({ cardId }) => cardId)],
  );
  const byCard = new Map(rows.map((row) => [row.cardId, row]));
  for (const card of cards) {
    const row = byCard.get(card.cardId);
    if (row !== undefined) card.said = readSaid(row.presence, row.points, placeInDay(slotNo));
  }
}
