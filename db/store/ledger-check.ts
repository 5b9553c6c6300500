import type { Executor } from "../database.ts";
import { type DayHours, type Hours, readBookedHours, readMovedHours } from "./booking.ts";
import { STATE_MS } from "./holder-sql.ts";
import { AMOUNTS } from "./ledger-lines.ts";
import { partitionNamed, readPartitions } from "./partitions.ts";
import { hourNoOf } from "./steps.ts";

/** What must hold of the ledger at every moment at which no transaction is open. */
export const LEDGER_RULES = {
  pool: "the lines of a pool's hour add up to its card time, in every state",
  holders: "the holders of a pool's hour add up to its card time, in every state",
  missing: "every hour with card time has lines",
  day: "a day of a feature is the sum of its hours, in time and in money",
  unpriced: "a line without a price has no money",
  sign: "no line has negative time or money",
  features: "time is of the feature that today's rules give its holder to",
} as const;
export type LedgerRule = keyof typeof LEDGER_RULES;

/** A rule, and the first place where it does not hold. `hourNo` is a day's number for the rule about days. */
export type LedgerFault = {
  readonly rule: LedgerRule;
  readonly hourNo: number;
  readonly poolId: number;
  readonly places: number; // in all
};

const POOL_STATES = STATE_MS.map((column) =>
  column === "unknown_ms"
    ? "p.owned_ms - p.busy_ms - p.idle_held_ms - p.starting_ms - p.free_ms - p.fault_ms"
    : `p.${column}`,
);
const differ = (columns: readonly string[]): string => columns.map((column) => `sum(${column}) <> 0`).join(" OR ");
const inHours = (alias: string): string => `${alias}.hour_no >= $1 AND ${alias}.hour_no < $2`;

/** Pools' hours in which a table's rows and pool_hour do not tell the same. $1, $2 = hours. */
const againstPools = (table: string): string => `
  SELECT hour_no AS at, pool_id FROM (
    SELECT x.hour_no, x.pool_id, ${STATE_MS.map((c) => `x.${c}`).join(", ")} FROM ${table} x WHERE ${inHours("x")}
    UNION ALL
    SELECT p.hour_no, p.pool_id, ${POOL_STATES.map((state, i) => `-(${state}) AS ${STATE_MS[i]!}`).join(", ")}
    FROM pool_hour p WHERE ${inHours("p")}
      AND EXISTS (SELECT FROM ${table} x WHERE x.hour_no = p.hour_no AND x.pool_id = p.pool_id)) d
  GROUP BY hour_no, pool_id HAVING ${differ(STATE_MS)}`;

const STATEMENTS: Readonly<Partial<Record<LedgerRule, string>>> = {
  pool: againstPools("ledger_hour"),
  holders: againstPools("holder_hour"),
  missing: `SELECT p.hour_no AS at, p.pool_id FROM pool_hour p WHERE ${inHours("p")} AND p.owned_ms > 0
    AND NOT EXISTS (SELECT FROM ledger_hour x WHERE x.hour_no = p.hour_no AND x.pool_id = p.pool_id)`,
  unpriced: `SELECT x.hour_no AS at, x.pool_id FROM ledger_hour x WHERE ${inHours("x")} AND x.price_id = 0
    AND (${AMOUNTS.filter((c) => c.endsWith("_micro"))
      .map((c) => `x.${c} <> 0`)
      .join(" OR ")})`,
  sign: `SELECT x.hour_no AS at, x.pool_id FROM ledger_hour x WHERE ${inHours("x")} AND least(${AMOUNTS.map((c) => `x.${c}`).join(", ")}) < 0`,
};

/** $1 = days, $2 = their first hours, $3 = the hours after their last. */
const DAYS = `
  SELECT day_no AS at, pool_id FROM (
    SELECT d.day_no, x.feature_id, x.pool_id, x.price_id, ${AMOUNTS.map((c) => `x.${c}`).join(", ")}
    FROM unnest($1::int4[], $2::int4[], $3::int4[]) d (day_no, from_hour, to_hour)
    JOIN ledger_hour x ON x.hour_no >= d.from_hour AND x.hour_no < d.to_hour
    UNION ALL
    SELECT f.day_no, f.feature_id, f.pool_id, f.price_id, ${AMOUNTS.map((c) => `-f.${c}`).join(", ")}
    FROM feature_day f WHERE f.day_no = ANY($1)) d
  GROUP BY day_no, feature_id, pool_id, price_id HAVING ${differ(AMOUNTS)}`;

/** The first hour of the oldest piece there is for lines; null = there is none. Older lines may have been dropped. */
async function readLinesSince(db: Executor): Promise<number | null> {
  const starts = [...(await readPartitions(db, "ledger_hour"))].flatMap((name) => {
    const piece = partitionNamed("ledger_hour", name);
    return piece === null ? [] : [hourNoOf(piece.from)];
  });
  return starts.length === 0 ? null : Math.min(...starts);
}

/** Hours looked at together: a large fleet's month does not fit into memory. */
const HOURS_A_PIECE = 24 * 7;

/**
 * Looks through the whole ledger for what must not be: read-only, one fault a rule. Hours from before the ledger was kept
 * are not looked at, nor are days that outlive the first of their hours (retention.ts).
 * @param daysOf the calendar days that hold some hours (server/usecases/ledger)
 */
export async function checkLedger(db: Executor, daysOf: (hours: Hours) => readonly DayHours[]): Promise<LedgerFault[]> {
  const booked = await readBookedHours(db);
  const found = new Map<LedgerRule, LedgerFault>();
  const note = (rule: LedgerRule, rows: readonly { readonly at: number; readonly poolId: number }[]) => {
    const [first] = rows;
    const known = found.get(rule);
    if (known) found.set(rule, { ...known, places: known.places + rows.length });
    else if (first) found.set(rule, { rule, hourNo: first.at, poolId: first.poolId, places: rows.length });
  };
  for (let from = booked?.from ?? 0; from < (booked?.to ?? 0); from += HOURS_A_PIECE) {
    const hours = { from, to: Math.min(from + HOURS_A_PIECE, booked?.to ?? 0) };
    for (const [rule, sql] of Object.entries(STATEMENTS) as [LedgerRule, string][])
      note(rule, await readPlaces(db, sql, [hours.from, hours.to]));
    note(
      "features",
      (await readMovedHours(db, hours, null)).map(({ hourNo, poolId }) => ({ at: hourNo, poolId })),
    );
  }
  const since = (await readLinesSince(db)) ?? booked?.from ?? 0;
  const days = booked === null ? [] : daysOf(booked).filter(({ from }) => from >= since);
  for (let i = 0; i < days.length; i += 7) {
    const some = days.slice(i, i + 7);
    const borders = [some.map(({ dayNo }) => dayNo), some.map(({ from }) => from), some.map(({ to }) => to)];
    note("day", await readPlaces(db, DAYS, borders));
  }
  const [stray] = await db.query<{ n: number }>(
    "SELECT count(*)::int8 AS n FROM feature_day WHERE NOT day_no = ANY($1) AND day_no >= $2",
    [
      days.map(({ dayNo }) => dayNo),
      daysOf({ from: since, to: since + 25 }).find(({ from }) => from >= since)?.dayNo ?? 0,
    ],
  );
  if (stray !== undefined && stray.n > 0) note("day", [{ at: 0, poolId: 0 }]);
  return [...found.values()];
}

const readPlaces = (db: Executor, sql: string, params: readonly unknown[]) =>
  db.query<{ readonly at: number; readonly poolId: number }>(
    `SELECT at, pool_id AS "poolId" FROM (${sql}) s ORDER BY at, pool_id`,
    params,
  );
