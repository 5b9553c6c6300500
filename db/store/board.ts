import type { Executor } from "../database.ts";
import type { BillingType } from "../model/fleet.ts";
import type { Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { dayNoOf, hourNoOf, hourStart } from "./steps.ts";

/**
 * What the board asks. Every statement adds up small rows first and joins names last, and reads rollups, never slots:
 * that is what keeps it under 90 ms at 10 000 cards (storage.md section 3). Windows are of whole hours or whole UTC days;
 * an instant inside one counts with the step it lies in for `from`, and up to it for `to`.
 */
const hours = ({ from, to }: Window): [number, number] => [hourNoOf(from), hourNoOf(to)];
const days = ({ from, to }: Window): [number, number] => [dayNoOf(from), dayNoOf(to)];

/** Sums of owned time, by what the cards did in it. unknown = owned − the five states. */
export type TimeSums = {
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly startingMs: number;
  readonly faultMs: number;
  readonly utilMs: number; // mean = utilMs / utilSaidMs
  readonly utilSaidMs: number;
};

/** sum(int8) is numeric in PostgreSQL; our sums stay below 2^53, so int8 and a number are exact. */
const SUMS = [
  "owned_ms",
  "observed_ms",
  "busy_ms",
  "idle_held_ms",
  "free_ms",
  "starting_ms",
  "fault_ms",
  "util_ms",
  "util_said_ms",
];
const SUMMED = SUMS.map((column) => `sum(${column})::int8 AS ${column}`).join(", ");
const NAMED = SUMS.map(
  (column) => `s.${column} AS "${column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())}"`,
).join(", ");

export type PoolTime = TimeSums & { readonly poolId: number };

/** Time of each pool in a window of hours: the board's 24 h, or a week by pool. Pools without a row are absent. */
export async function readPoolTime(db: Executor, window: Window): Promise<PoolTime[]> {
  return await db.query<PoolTime>(
    `SELECT s.pool_id AS "poolId", ${NAMED} FROM (
       SELECT pool_id, ${SUMMED} FROM pool_hour WHERE hour_no >= $1 AND hour_no < $2 GROUP BY pool_id) s ORDER BY s.pool_id`,
    hours(window),
  );
}

/** The sides of a pool the board may group by. */
export const POOL_SIDES = ["vendor", "region", "zone", "cluster", "model", "billing"] as const;
export type PoolSide = (typeof POOL_SIDES)[number];

export type SideTime = TimeSums & { readonly name: string };

/** The same by vendor, region, model or billing type. */
export async function readTimeBy(db: Executor, side: PoolSide, window: Window): Promise<SideTime[]> {
  const column = POOL_SIDES[POOL_SIDES.indexOf(side)]; // only ever a name of the list
  return await db.query<SideTime>(
    `SELECT s.name, ${NAMED} FROM (
       SELECT p.${column} AS name, ${SUMS.map((c) => `sum(h.${c})::int8 AS ${c}`).join(", ")} FROM (
         SELECT pool_id, ${SUMMED} FROM pool_hour WHERE hour_no >= $1 AND hour_no < $2 GROUP BY pool_id) h
       JOIN pool p ON p.id = h.pool_id GROUP BY p.${column}) s ORDER BY s.name`,
    hours(window),
  );
}

export type HourTime = TimeSums & { readonly at: UnixMs };

/** The fleet's hours, ascending; with pools, only of these. Hours nobody observed or owned are absent. */
export async function readFleetHours(
  db: Executor,
  window: Window,
  poolIds: readonly number[] | null = null,
): Promise<HourTime[]> {
  const rows = await db.query<TimeSums & { hourNo: number }>(
    `SELECT s.hour_no AS "hourNo", ${NAMED} FROM (
       SELECT hour_no, ${SUMMED} FROM pool_hour
       WHERE hour_no >= $1 AND hour_no < $2 AND ($3::int4[] IS NULL OR pool_id = ANY($3)) GROUP BY hour_no) s ORDER BY s.hour_no`,
    [...hours(window), poolIds],
  );
  return rows.map(({ hourNo, ...sums }) => ({ at: hourStart(hourNo), ...sums }));
}

export type CardUtilisation = {
  readonly cardId: number;
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly utilMs: number;
  readonly utilSaidMs: number;
};

/** Utilisation and coverage of every card in a window of hours, by card: about 24 rows of card_hour each. */
export async function readCardUtilisation(db: Executor, window: Window): Promise<CardUtilisation[]> {
  // One array a column instead of one row a card: PGlite spends more on decoding 10 000 rows than on the sums.
  const [row] = await db.query<Record<keyof CardUtilisation, number[] | null>>(
    `SELECT array_agg(card_id) AS "cardId", array_agg(owned) AS "ownedMs", array_agg(observed) AS "observedMs",
       array_agg(util) AS "utilMs", array_agg(said) AS "utilSaidMs"
     FROM (SELECT card_id, sum(owned_ms)::float8 AS owned, sum(observed_ms)::float8 AS observed, sum(util_ms)::float8 AS util,
             sum(util_said_ms)::float8 AS said
           FROM card_hour WHERE hour_no >= $1 AND hour_no < $2 GROUP BY card_id ORDER BY card_id) s`,
    hours(window),
  );
  return (row?.cardId ?? []).map((cardId, i) => ({
    cardId,
    ownedMs: row?.ownedMs?.[i] ?? 0,
    observedMs: row?.observedMs?.[i] ?? 0,
    utilMs: row?.utilMs?.[i] ?? 0,
    utilSaidMs: row?.utilSaidMs?.[i] ?? 0,
  }));
}

export type IdleCard = {
  readonly cardId: number;
  readonly uuid: string;
  readonly node: string;
  readonly position: string;
  readonly vendor: string;
  readonly region: string;
  readonly model: string;
  readonly billing: BillingType;
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly idleMs: number; // held without activity, or free
};

/** The cards with the most idle time in a window of whole UTC days, most idle first; equal ones by id. */
export async function readMostIdle(db: Executor, window: Window, limit: number): Promise<IdleCard[]> {
  return await db.query<IdleCard>(
    `SELECT s.card_id AS "cardId", c.uuid, n.name AS node, c.position, p.vendor, p.region, p.model, p.billing,
       s.owned AS "ownedMs", s.observed AS "observedMs", s.idle AS "idleMs"
     FROM (SELECT card_id, sum(owned_ms)::int8 AS owned, sum(observed_ms)::int8 AS observed, sum(idle_held_ms + free_ms)::int8 AS idle
           FROM card_day WHERE day_no >= $1 AND day_no < $2 GROUP BY card_id ORDER BY idle DESC, card_id LIMIT $3) s
     JOIN card c ON c.id = s.card_id JOIN node n ON n.id = c.node_id JOIN pool p ON p.id = c.pool_id
     ORDER BY s.idle DESC, s.card_id`,
    [...days(window), limit],
  );
}
