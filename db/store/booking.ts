import type { Executor, Tx } from "../database.ts";
import type { Currency } from "../model/money.ts";
import { SLOTS_PER_HOUR } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { STATE_MS } from "./holder-sql.ts";
import { AMOUNTS } from "./ledger-lines.ts";
import { hourOfSlot, hourStart, slotStart } from "./steps.ts";

/**
 * Whether a source had told a slot's hour before: it had committed the slot itself, or slots on both sides of it in its
 * hour, or at its borders, or any slot of the hour a good while ago. A past that a source is read of for the first time,
 * oldest or newest slot first, is not late data. Call it in the slot's transaction, after its row of slot_ledger.
 * @param since what the source committed before this instant, unix ms, has been seen by people
 */
export async function wasToldBefore(tx: Executor, sourceId: number, slotNo: number, since: UnixMs): Promise<boolean> {
  const first = hourOfSlot(slotNo) * SLOTS_PER_HOUR;
  const [row] = await tx.query<{ told: boolean | null }>(
    `SELECT count(*) FILTER (WHERE slot_no = $1) > 1
       OR (bool_or(slot_no < $1) AND bool_or(slot_no > $1))
       OR bool_or(slot_no > $2 AND slot_no < $3 AND committed_at_ms <= $5) AS told
     FROM slot_ledger WHERE slot_no BETWEEN $2 AND $3 AND source_id = $4`,
    [slotNo, first - 1, first + SLOTS_PER_HOUR, sourceId, since],
  );
  return row?.told === true;
}

/** Hours `[from, to)` by their number from 1970. */
export type Hours = { readonly from: number; readonly to: number };

/** From the oldest to the newest hour with lines; null = there are none. */
export async function readBookedHours(db: Executor): Promise<Hours | null> {
  const [row] = await db.query<{ first: number | null; last: number | null }>(
    "SELECT min(hour_no) AS first, max(hour_no) AS last FROM ledger_hour",
  );
  return row?.first == null || row.last === null ? null : { from: row.first, to: row.last + 1 };
}

/** Until when card time is booked: the end of the newest hour with lines, or of the newest slot in it; null = no line. */
export async function readBookedTo(db: Executor): Promise<UnixMs | null> {
  const hours = await readBookedHours(db);
  if (hours === null) return null;
  const [row] = await db.query<{ slot: number | null }>("SELECT max(slot_no) AS slot FROM slot_ledger");
  const hourEnd = hourStart(hours.to);
  return row?.slot == null ? hourEnd : (Math.min(hourEnd, slotStart(row.slot + 1)) as UnixMs);
}

/** How many hours with card time some pools have. */
export async function countPoolHours(db: Executor, { from, to }: Hours, poolIds: readonly number[]): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    "SELECT count(*)::int8 AS n FROM pool_hour WHERE hour_no >= $1 AND hour_no < $2 AND pool_id = ANY($3)",
    [from, to, poolIds],
  );
  return row?.n ?? 0;
}

/** Hours of pools that have card time and no line, in card-milliseconds. By hour and pool. @param poolIds null = all */
export async function readUnbooked(
  db: Executor,
  { from, to }: Hours,
  poolIds: readonly number[] | null,
): Promise<{ readonly hourNo: number; readonly poolId: number; readonly ownedMs: number }[]> {
  return await db.query<{ hourNo: number; poolId: number; ownedMs: number }>(
    `SELECT p.hour_no AS "hourNo", p.pool_id AS "poolId", p.owned_ms AS "ownedMs" FROM pool_hour p
     WHERE p.hour_no >= $1 AND p.hour_no < $2 AND ($3::int4[] IS NULL OR p.pool_id = ANY($3)) AND p.owned_ms > 0
       AND NOT EXISTS (SELECT FROM ledger_hour x WHERE x.hour_no = p.hour_no AND x.pool_id = p.pool_id)
     ORDER BY 1, 2`,
    [from, to, poolIds],
  );
}

/** Hours of pools whose holders' time is kept. @param poolIds null = all */
export async function readHeldPoolHours(
  db: Executor,
  { from, to }: Hours,
  poolIds: readonly number[] | null,
): Promise<{ readonly hourNo: number; readonly poolId: number }[]> {
  return await db.query<{ hourNo: number; poolId: number }>(
    `SELECT DISTINCT hour_no AS "hourNo", pool_id AS "poolId" FROM holder_hour
     WHERE hour_no >= $1 AND hour_no < $2 AND ($3::int4[] IS NULL OR pool_id = ANY($3))`,
    [from, to, poolIds],
  );
}

/** The oldest hour holders' time is kept of; null = none is. */
export async function readHeldSince(db: Executor): Promise<number | null> {
  const [row] = await db.query<{ hour: number | null }>("SELECT min(hour_no) AS hour FROM holder_hour");
  return row?.hour ?? null;
}

const signed = (sign: string): string => STATE_MS.map((column) => `${sign}x.${column} AS ${column}`).join(", ");

/** Time by feature as holders have it, minus as the lines have it: what is left of a pool's hour is to be booked anew. */
const DISAGREEING = `
  SELECT hour_no, pool_id FROM (
    SELECT x.hour_no, x.pool_id, CASE WHEN x.holder_id = 0 THEN 0 ELSE coalesce(f.feature_id, -1) END AS feature_id, ${signed("")}
    FROM holder_hour x JOIN touched USING (hour_no, pool_id)
    LEFT JOIN holder_feature f ON f.holder_id = x.holder_id AND f.from_hour <= x.hour_no AND (f.to_hour IS NULL OR f.to_hour > x.hour_no)
    WHERE x.hour_no >= $1 AND x.hour_no < $2
    UNION ALL
    SELECT x.hour_no, x.pool_id, x.feature_id, ${signed("-")}
    FROM ledger_hour x JOIN touched USING (hour_no, pool_id)
    WHERE x.hour_no >= $1 AND x.hour_no < $2) d
  GROUP BY hour_no, pool_id, feature_id HAVING ${STATE_MS.map((column) => `sum(${column}) <> 0`).join(" OR ")}`;

/**
 * Booked hours of pools whose lines are of other features than their holders are today. Hours without lines, or whose
 * holders are no longer kept, are left out. By hour and pool.
 * @param holderIds only hours that one of these held a card in; null = all
 */
export async function readMovedHours(
  db: Executor,
  { from, to }: Hours,
  holderIds: readonly number[] | null,
): Promise<{ readonly hourNo: number; readonly poolId: number }[]> {
  return await db.query<{ hourNo: number; poolId: number }>(
    `WITH touched AS (
       SELECT h.hour_no, h.pool_id FROM holder_hour h
       WHERE h.hour_no >= $1 AND h.hour_no < $2 AND h.holder_id > 0 AND ($3::int4[] IS NULL OR h.holder_id = ANY($3))
       GROUP BY 1, 2
       HAVING EXISTS (SELECT FROM ledger_hour l WHERE l.hour_no = h.hour_no AND l.pool_id = h.pool_id))
     SELECT DISTINCT hour_no AS "hourNo", pool_id AS "poolId" FROM (${DISAGREEING}) m ORDER BY 1, 2`,
    [from, to, holderIds],
  );
}

/** A calendar day and the hours that begin in it. */
export type DayHours = Hours & { readonly dayNo: number };

/** Makes feature_day of some days anew from the lines. @param days ascending and without a hole; their partitions exist */
export async function rebuildDays(tx: Tx, days: readonly DayHours[]): Promise<void> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return;
  await tx.query("DELETE FROM feature_day WHERE day_no >= $1 AND day_no <= $2", [first.dayNo, last.dayNo]);
  await tx.query(
    `INSERT INTO feature_day (day_no, feature_id, pool_id, price_id, ${AMOUNTS.join(", ")})
     SELECT d.day_no, l.feature_id, l.pool_id, l.price_id, ${AMOUNTS.map((c) => `sum(l.${c})::int8`).join(", ")}
     FROM unnest($1::int4[], $2::int4[], $3::int4[]) d (day_no, from_hour, to_hour)
     JOIN ledger_hour l ON l.hour_no >= d.from_hour AND l.hour_no < d.to_hour
     GROUP BY d.day_no, l.feature_id, l.pool_id, l.price_id`,
    [days.map(({ dayNo }) => dayNo), days.map(({ from }) => from), days.map(({ to }) => to)],
  );
}

/** Takes days out of feature_day that hold no hour any more: the calendar was another. */
export async function dropDaysOutside(tx: Tx, firstDay: number, lastDay: number): Promise<void> {
  await tx.query("DELETE FROM feature_day WHERE day_no < $1 OR day_no > $2", [firstDay, lastDay]);
}

/** The currency of prices, whoever believes in them today. */
export async function readCurrencies(db: Executor, priceIds: readonly number[]): Promise<Map<number, Currency>> {
  const rows = await db.query<{ id: number; currency: Currency }>("SELECT id, currency FROM price WHERE id = ANY($1)", [
    priceIds,
  ]);
  return new Map(rows.map(({ id, currency }) => [id, currency]));
}
