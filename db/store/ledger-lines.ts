import type { Database, Executor, Tx } from "../database.ts";
import type { DifferenceCause, StateMicro, StateMs } from "../model/ledger.ts";
import { DAY_MS } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { encodeInts } from "./copy-binary.ts";
import { STATE_MS } from "./holder-sql.ts";
import { deltasOf, type LineDelta, type PoolHourLines, type StoredLine } from "./line-deltas.ts";
import { type PackedAnswer, type PackedColumns, packedRows, unpackRows } from "./packed-rows.ts";
import { ensurePartitions } from "./partitions.ts";
import { hourStart } from "./steps.ts";

/** Money by state, in table order. */
export const STATE_MICRO: readonly string[] = STATE_MS.map((column) => column.replace(/_ms$/, "_micro"));
/** What a line adds up, in table order. */
export const AMOUNTS: readonly string[] = [...STATE_MS, ...STATE_MICRO];

const KEYS = ["hour_no", "pool_id", "feature_id", "price_id"];
const PACKED: PackedColumns = { int4: KEYS, int8: AMOUNTS };
const LINES = packedRows(
  PACKED,
  `SELECT * FROM ledger_hour WHERE hour_no = ANY($1) AND ($2::int4[] IS NULL OR pool_id = ANY($2))`,
);

/** The lines of pools in some hours, by hour, pool, feature and price. @param poolIds null = all pools */
export async function readLines(
  tx: Executor,
  hourNos: readonly number[],
  poolIds: readonly number[] | null,
): Promise<StoredLine[]> {
  if (hourNos.length === 0) return [];
  return unpackRows(await tx.query<PackedAnswer>(LINES, [hourNos, poolIds]), PACKED, (view, at) => ({
    hourNo: view.getInt32(at),
    poolId: view.getInt32(at + 4),
    featureId: view.getInt32(at + 8),
    priceId: view.getInt32(at + 12),
    ms: STATE_MS.map((_, i) => Number(view.getBigInt64(at + 16 + 8 * i))) as unknown as StateMs,
    micro: STATE_MS.map((_, i) => view.getBigInt64(at + 64 + 8 * i)) as unknown as StateMicro,
  }));
}

export type WriteTerms = {
  readonly now: UnixMs;
  /** The calendar day an hour begins in. */
  readonly dayNoOf: (hourNo: number) => number;
  /** Why closed hours change; null = nothing is written down about them. */
  readonly difference: { readonly cause: DifferenceCause; readonly revisionId: number | null } | null;
  readonly isClosed: (hourNo: number) => boolean;
};

export type Written = {
  readonly changed: number; // lines that are new, another, or gone
  readonly differences: number; // of these, written down as a difference
};

/**
 * Gives pools' hours these lines in place of whatever they have, brings feature_day to the sum of its lines, and writes
 * down what changed of closed hours. Hours that are not named stay. The same again changes nothing.
 *
 * In a transaction that has taken its turn (slots.ts), with the partitions there (ensureLedgerPartitions).
 */
export async function writeLines(tx: Tx, hours: readonly PoolHourLines[], terms: WriteTerms): Promise<Written> {
  const [hourNos, poolIds] = [unique(hours.map((h) => h.hourNo)), unique(hours.map((h) => h.poolId))];
  const deltas = deltasOf(await readLines(tx, hourNos, poolIds), hours);
  if (deltas.length === 0) return { changed: 0, differences: 0 };
  const days = new Map(hourNos.map((hourNo) => [hourNo, terms.dayNoOf(hourNo)]));
  const closed = new Set(terms.difference ? hourNos.filter(terms.isClosed) : []);
  await tx.query(createStage);
  await tx.copyBinary(`line_delta (${STAGE})`, encode(deltas, days, closed));
  await tx.query(mergeHours, [hourNos, poolIds]);
  await tx.query(mergeDays, [unique([...days.values()]), poolIds]);
  const differences = deltas.filter(({ hourNo }) => closed.has(hourNo)).length;
  if (terms.difference && differences > 0) {
    const { cause, revisionId } = terms.difference;
    await tx.query(insertDifferences, [terms.now, cause, revisionId]);
  }
  await tx.query("DELETE FROM line_delta"); // the transaction may write more
  return { changed: deltas.length, differences };
}

/** Makes the pieces of the tables that hold lines of these hours; before the transaction that writes them. */
export async function ensureLedgerPartitions(db: Database, hourNos: readonly number[]): Promise<void> {
  await ensurePartitions(db, ["ledger_hour"], hourNos.map(hourStart));
  await ensurePartitions(
    db,
    ["feature_day"],
    hourNos.flatMap((hourNo) => daysAround(hourStart(hourNo))),
  );
}

/** Instants of the days that may hold an hour in one zone or another. */
export const daysAround = (at: UnixMs): number[] => [at - DAY_MS, at, at + DAY_MS];

const unique = (values: readonly number[]): number[] => [...new Set(values)];

/** Changes on their way in. Private to the connection, emptied at commit. */
const createStage = `
  CREATE TEMP TABLE IF NOT EXISTS line_delta (LIKE ledger_hour, day_no int4 NOT NULL, is_closed int4 NOT NULL)
  ON COMMIT DELETE ROWS`;
const STAGE = [...KEYS, ...AMOUNTS, "day_no", "is_closed"].join(", ");

function encode(
  deltas: readonly LineDelta[],
  days: ReadonlyMap<number, number>,
  closed: ReadonlySet<number>,
): Uint8Array {
  const column = (pick: (delta: LineDelta) => number) => ({ width: 4 as const, values: deltas.map(pick) });
  return encodeInts(
    [
      column((d) => d.hourNo),
      column((d) => d.poolId),
      column((d) => d.featureId),
      column((d) => d.priceId),
      ...STATE_MS.map((_, i) => ({ width: 8 as const, values: deltas.map((d) => d.ms[i] ?? 0) })),
      ...STATE_MS.map((_, i) => ({ width: 8 as const, values: BigInt64Array.from(deltas, (d) => d.micro[i] ?? 0n) })),
      column((d) => days.get(d.hourNo) ?? 0),
      column((d) => (closed.has(d.hourNo) ? 1 : 0)),
    ],
    deltas.length,
  );
}

const isNothing = AMOUNTS.map((c) => `t.${c} + s.${c} = 0`).join(" AND ");
const added = AMOUNTS.map((c) => `${c} = t.${c} + s.${c}`).join(", ");
const values = AMOUNTS.map((c) => `s.${c}`).join(", ");

/** $1 = hours, $2 = pools: without them the whole table would be looked through for its matches. */
const mergeHours = `
  MERGE INTO ledger_hour t USING line_delta s
  ON t.hour_no = ANY($1) AND t.pool_id = ANY($2) AND ${KEYS.map((c) => `t.${c} = s.${c}`).join(" AND ")}
  WHEN MATCHED AND ${isNothing} THEN DELETE
  WHEN MATCHED THEN UPDATE SET ${added}
  WHEN NOT MATCHED THEN INSERT (${KEYS.join(", ")}, ${AMOUNTS.join(", ")})
    VALUES (${KEYS.map((c) => `s.${c}`).join(", ")}, ${values})`;

/** $1 = days, $2 = pools. Changes within a day may cancel out. */
const mergeDays = `
  MERGE INTO feature_day t USING (
    SELECT day_no, feature_id, pool_id, price_id, ${AMOUNTS.map((c) => `sum(${c})::int8 AS ${c}`).join(", ")}
    FROM line_delta GROUP BY 1, 2, 3, 4 HAVING ${AMOUNTS.map((c) => `sum(${c}) <> 0`).join(" OR ")}) s
  ON t.day_no = ANY($1) AND t.pool_id = ANY($2)
    AND t.day_no = s.day_no AND t.feature_id = s.feature_id AND t.pool_id = s.pool_id AND t.price_id = s.price_id
  WHEN MATCHED AND ${isNothing} THEN DELETE
  WHEN MATCHED THEN UPDATE SET ${added}
  WHEN NOT MATCHED THEN INSERT (day_no, feature_id, pool_id, price_id, ${AMOUNTS.join(", ")})
    VALUES (s.day_no, s.feature_id, s.pool_id, s.price_id, ${values})`;

const insertDifferences = `
  INSERT INTO ledger_difference (at_ms, cause, revision_id, ${KEYS.join(", ")}, ${AMOUNTS.join(", ")})
  SELECT $1::int8, $2::text, $3::int4, ${KEYS.join(", ")}, ${AMOUNTS.join(", ")} FROM line_delta WHERE is_closed = 1
  ORDER BY ${KEYS.join(", ")}`;
