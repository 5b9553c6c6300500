import type { Database, Executor } from "../database.ts";
import { DAY_MS } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { dayNoOf, hourNoOf, slotNoOf } from "./steps.ts";

/**
 * Tables cut by time, how long each piece is and how many days it is kept after its end. Old pieces are dropped whole:
 * deleting rows costs PGlite seconds of standstill (storage.md section 4).
 */
export const PARTITIONED = {
  card_slot: { piece: "day", numberOf: slotNoOf, keepDays: 2, with: "" },
  slot_hold: { piece: "month", numberOf: slotNoOf, keepDays: 90, with: "" },
  card_day_points: { piece: "month", numberOf: dayNoOf, keepDays: 90, with: "" },
  // Each slot updates every row of its hour and day. Half-empty pages let the update stay on its page (HOT), so neither
  // the index nor the table grows, without waiting for VACUUM.
  card_hour: { piece: "month", numberOf: hourNoOf, keepDays: 35, with: "WITH (fillfactor = 50)" },
  card_day: { piece: "year", numberOf: dayNoOf, keepDays: 760, with: "WITH (fillfactor = 50)" },
  pool_hour: { piece: "year", numberOf: hourNoOf, keepDays: 760, with: "WITH (fillfactor = 50)" },
  holder_hour: { piece: "month", numberOf: hourNoOf, keepDays: 35, with: "WITH (fillfactor = 50)" },
  hour_part: { piece: "year", numberOf: slotNoOf, keepDays: 760, with: "" },
  ledger_hour: { piece: "year", numberOf: hourNoOf, keepDays: 760, with: "WITH (fillfactor = 50)" },
  feature_day: { piece: "year", numberOf: dayNoOf, keepDays: 760, with: "WITH (fillfactor = 50)" },
  card_event: { piece: "month", numberOf: (at: number) => at, keepDays: 400, with: "" },
  slot_ledger: { piece: "year", numberOf: slotNoOf, keepDays: 760, with: "" },
} as const;

export type PartitionedTable = keyof typeof PARTITIONED;
export type Partition = { readonly name: string; readonly from: UnixMs; readonly to: UnixMs };

/** The piece of `table` that holds the instant: `card_slot_20261122`, `card_hour_202611`, `card_day_2026`. */
export function partitionAt(table: PartitionedTable, at: number): Partition {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const mm = String(month + 1).padStart(2, "0");
  switch (PARTITIONED[table].piece) {
    case "day":
      return piece(
        `${table}_${year}${mm}${String(day).padStart(2, "0")}`,
        Date.UTC(year, month, day),
        Date.UTC(year, month, day + 1),
      );
    case "month":
      return piece(`${table}_${year}${mm}`, Date.UTC(year, month), Date.UTC(year, month + 1));
    case "year":
      return piece(`${table}_${year}`, Date.UTC(year, 0), Date.UTC(year + 1, 0));
  }
}

const piece = (name: string, from: number, to: number): Partition => ({ name, from: from as UnixMs, to: to as UnixMs });

/** The piece a stored name stands for; null when it is none of ours. */
export function partitionNamed(table: PartitionedTable, name: string): Partition | null {
  const digits = /^(\d{4})(\d{2})?(\d{2})?$/.exec(name.slice(table.length + 1));
  if (!digits || !name.startsWith(`${table}_`)) return null;
  const at = Date.UTC(Number(digits[1]), Number(digits[2] ?? 1) - 1, Number(digits[3] ?? 1));
  const found = partitionAt(table, at);
  return found.name === name ? found : null;
}

/** Pieces this process has seen. Another replica may drop one: forgetPartitions and try again. */
const seen = new WeakMap<Database, Set<string>>();

/** Makes the pieces that hold these instants, where they are missing. */
export async function ensurePartitions(
  db: Database,
  tables: readonly PartitionedTable[],
  instants: readonly number[],
): Promise<void> {
  const known = seen.get(db) ?? new Set<string>();
  seen.set(db, known);
  const missing = new Map<string, { table: PartitionedTable; partition: Partition }>();
  for (const table of tables) {
    for (const at of instants) {
      const partition = partitionAt(table, at);
      if (!known.has(partition.name)) missing.set(partition.name, { table, partition });
    }
  }
  if (missing.size === 0) return;
  await db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [PARTITION_LOCK]); // IF NOT EXISTS alone races between replicas
    for (const { table, partition } of missing.values()) await createPartition(tx, table, partition);
  });
  for (const name of missing.keys()) known.add(name);
}

export const PARTITION_LOCK = 7_346_202;

async function createPartition(tx: Executor, table: PartitionedTable, { name, from, to }: Partition): Promise<void> {
  const { numberOf, with: options } = PARTITIONED[table];
  await tx.query(
    `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF ${table} FOR VALUES FROM (${numberOf(from)}) TO (${numberOf(to)}) ${options}`,
  );
}

/** The pieces of a table that are there, by name, whoever made or dropped them. */
export async function readPartitions(db: Executor, table: PartitionedTable): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>(
    "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass($1)",
    [`public.${table}`],
  );
  return new Set(rows.map(({ name }) => name));
}

/** Forgets what has been seen, after a statement found a piece missing. */
export const forgetPartitions = (db: Database): void => void seen.delete(db);

/** Instants that name every piece between two instants, in steps no longer than the shortest piece. */
export const everyDay = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(1, Math.ceil((to - from) / DAY_MS)) }, (_, i) => from + i * DAY_MS);
