import type { Database } from "../database.ts";
import { DAY_MS, SLOTS_PER_DAY } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { packDay } from "./pack.ts";
import {
  ensurePartitions,
  forgetPartitions,
  type Partition,
  partitionAt,
  PARTITIONED,
  type PartitionedTable,
  partitionNamed,
} from "./partitions.ts";
import { COMMIT_LOCK } from "./slots.ts";
import { dayNoOf, hourNoOf } from "./steps.ts";

const TABLES = Object.keys(PARTITIONED) as PartitionedTable[];
const DAYS_AHEAD = 2;

export type Kept = {
  readonly dropped: readonly string[]; // partitions
  readonly packedDays: readonly UnixMs[]; // days that went from card_slot to card_day_points
  readonly postponed: readonly string[]; // in use just now, or changed while packing: next time
};

/** How many days a piece of a table is kept after its end. */
export type KeepDays = Readonly<Record<PartitionedTable, number>>;

/** What is kept where the configuration says nothing (design.md section 6). */
export const DEFAULT_KEEP_DAYS = Object.fromEntries(TABLES.map((t) => [t, PARTITIONED[t].keepDays])) as KeepDays;

/**
 * Keeps the tables in shape; call it once an hour or so. Makes partitions for the next two days, packs days that leave
 * card_slot, drops what is past its time. Nothing waits more than a second for it, and it may be killed anywhere.
 */
export async function keepHouse(db: Database, now: UnixMs, keepDays: KeepDays = DEFAULT_KEEP_DAYS): Promise<Kept> {
  await ensurePartitions(
    db,
    TABLES,
    Array.from({ length: DAYS_AHEAD + 1 }, (_, i) => now + i * DAY_MS),
  );
  const kept = { dropped: [] as string[], packedDays: [] as UnixMs[], postponed: [] as string[] };
  for (const { table, partition } of await readExpired(db, now, keepDays)) {
    const isGone = table === "card_slot" ? await packAndDrop(db, partition) : await drop(db, partition.name, null);
    forgetPartitions(db); // one of those seen is gone, and packing an old day may need it
    if (!isGone) kept.postponed.push(partition.name);
    else kept.dropped.push(partition.name);
    if (isGone && table === "card_slot") kept.packedDays.push(partition.from);
  }
  await forgetDifferences(db, partitionAt("ledger_hour", now - keepDays.ledger_hour * DAY_MS).from);
  return kept;
}

/** Rows deleted by one statement: everybody waits for it on the embedded database. */
const DIFFERENCES_AT_ONCE = 10_000;

/** Differences of hours whose lines are gone tell nothing any more. There are few: they are not cut by time. */
async function forgetDifferences(db: Database, before: UnixMs): Promise<void> {
  for (let deleted = DIFFERENCES_AT_ONCE; deleted === DIFFERENCES_AT_ONCE;) {
    const [row] = await db.query<{ n: number }>(
      `WITH gone AS (
         DELETE FROM ledger_difference
         WHERE id IN (SELECT id FROM ledger_difference WHERE hour_no < $1 LIMIT ${DIFFERENCES_AT_ONCE}) RETURNING id)
       SELECT count(*)::int AS n FROM gone`,
      [hourNoOf(before)],
    );
    deleted = row?.n ?? 0;
  }
}

/** True when a day is still kept as rows of card_slot at `now`; history older than that is stored packed (commitDay). */
export const keepsRows = (day: UnixMs, now: UnixMs): boolean =>
  day + DAY_MS + PARTITIONED.card_slot.keepDays * DAY_MS > now;

async function readExpired(
  db: Database,
  now: UnixMs,
  keepDays: KeepDays,
): Promise<{ table: PartitionedTable; partition: Partition }[]> {
  const rows = await db.query<{ parent: string; name: string }>(
    `SELECT p.relname AS parent, c.relname AS name FROM pg_inherits i
     JOIN pg_class p ON p.oid = i.inhparent JOIN pg_class c ON c.oid = i.inhrelid
     WHERE p.relkind = 'p' AND c.relkind = 'r' AND p.relnamespace = 'public'::regnamespace ORDER BY name`,
  );
  return rows.flatMap(({ parent, name }) => {
    const table = TABLES.find((known) => known === parent);
    const partition = table ? partitionNamed(table, name) : null;
    if (!table || !partition || endOf(table, partition) + keepDays[table] * DAY_MS > now) return [];
    return [{ table, partition }];
  });
}

/**
 * When what a piece holds is over. West of UTC the first hours of a year belong to the last day of the year before, and
 * must find it for as long as they can be priced anew: days stay one piece longer than their hours.
 */
const endOf = (table: PartitionedTable, { to }: Partition): UnixMs =>
  table === "feature_day" ? partitionAt(table, to).to : to;

/** Packs a day, then drops its rows, unless somebody committed to the day in between: then the next call packs it again. */
async function packAndDrop(db: Database, partition: Partition): Promise<boolean> {
  const dayNo = dayNoOf(partition.from);
  const before = await readDayMark(db, dayNo);
  await packDay(db, dayNo);
  return await drop(db, partition.name, async (tx) => (await readDayMark(tx, dayNo)) === before);
}

/** Changes with each commit to the day. */
async function readDayMark(db: Pick<Database, "query">, dayNo: number): Promise<string> {
  const [row] = await db.query<{ mark: string }>(
    "SELECT count(*) || ' ' || coalesce(sum(seq), 0) AS mark FROM slot_ledger WHERE slot_no >= $1 AND slot_no < $2",
    [dayNo * SLOTS_PER_DAY, (dayNo + 1) * SLOTS_PER_DAY],
  );
  return row?.mark ?? "";
}

/** DROP needs the table for itself; whoever reads it now is let finish, and we come again. */
async function drop(
  db: Database,
  name: string,
  isStillRight: ((tx: Pick<Database, "query">) => Promise<boolean>) | null,
): Promise<boolean> {
  try {
    return await db.transaction(async (tx) => {
      await tx.query("SET LOCAL lock_timeout = '1s'");
      await tx.query("SELECT pg_advisory_xact_lock($1)", [COMMIT_LOCK]);
      if (isStillRight && !(await isStillRight(tx))) return false;
      await tx.query(`DROP TABLE IF EXISTS ${name}`);
      return true;
    });
  } catch (error) {
    if ((error as { code?: string }).code === "55P03") return false; // lock_not_available
    throw error;
  }
}

/**
 * VACUUM and ANALYZE, table by table, for the embedded database, which has no autovacuum; call it once a night. On
 * PostgreSQL it does nothing. Between two tables others have their turn.
 */
export async function vacuum(db: Database): Promise<void> {
  if (db.kind !== "pglite") return;
  const rows = await db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
     AND relname NOT LIKE 'open\\_reading%' ORDER BY relname`,
  );
  for (const { name } of rows) await db.query(`VACUUM (ANALYZE) "${name}"`);
}

/** Writes the embedded database's pages down so that the next start has little to replay; call it once an hour. */
export async function checkpoint(db: Database): Promise<void> {
  if (db.kind === "pglite") await db.query("CHECKPOINT");
}
