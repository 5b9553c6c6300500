import type { Database, Executor, Tx } from "../database.ts";
import type { Benchmark } from "../model/tier.ts";
import type { BenchmarksChange, KnownBenchmark } from "../model/tier-views.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";
import { beginRevision, type RevisionNote } from "./revisions.ts";

/** Benchmarks as they were believed at an instant; null = as they are believed now. By model, workload, source and day. */
export async function readBenchmarks(db: Executor, knownAt: UnixMs | null): Promise<KnownBenchmark[]> {
  return await db.query<KnownBenchmark>(
    `SELECT id, model, workload, units_per_hour AS "unitsPerHour", batch, precision, day, source FROM benchmark
     WHERE CASE WHEN $1::int8 IS NULL THEN known_to_ms IS NULL ELSE known_from_ms <= $1 AND (known_to_ms IS NULL OR known_to_ms > $1) END
     ORDER BY model, workload, source, day, precision, batch, id`,
    [knownAt],
  );
}

/**
 * Takes in measurements. One of the same model, workload, source, day, precision and batch as a known one replaces it;
 * one that says the same is left alone. All of them in one revision, or none.
 */
export async function putBenchmarks(
  db: Database,
  rows: readonly Benchmark[],
  note: Omit<RevisionNote, "subject">,
): Promise<BenchmarksChange> {
  return await db.transaction(async (tx) => {
    const revision = await beginRevision(tx, { ...note, subject: "benchmark" });
    const known = new Map((await readBenchmarks(tx, null)).map((row) => [keyOf(row), row]));
    const wanted = new Map(rows.map((row) => clean(row)).map((row) => [keyOf(row), row])); // the last of equal ones
    const fresh = [...wanted].filter(([key, row]) => known.get(key)?.unitsPerHour !== row.unitsPerHour);
    const outdated = fresh.flatMap(([key]) => known.get(key)?.id ?? []);
    await forget(tx, outdated, revision.at);
    await tx.query(
      `INSERT INTO benchmark (model, workload, units_per_hour, batch, precision, day, source, known_from_ms, revision_id)
       SELECT model, workload, units_per_hour, batch, precision, day, source, $2, $3 FROM jsonb_to_recordset($1::jsonb)
         r (model text, workload text, units_per_hour float8, batch int8, precision text, day text, source text)`,
      [
        JSON.stringify(fresh.map(([, row]) => ({ ...row, units_per_hour: row.unitsPerHour }))),
        revision.at,
        revision.id,
      ],
    );
    const changed = outdated.length;
    return { added: fresh.length - changed, changed, unchanged: wanted.size - fresh.length };
  });
}

/** Stops believing in some measurements; how many there were. */
export async function removeBenchmarks(
  db: Database,
  ids: readonly number[],
  note: Omit<RevisionNote, "subject">,
): Promise<number> {
  return await db.transaction(async (tx) => {
    const { at } = await beginRevision(tx, { ...note, subject: "benchmark" });
    return await forget(tx, ids, at);
  });
}

async function forget(tx: Tx, ids: readonly number[], at: number): Promise<number> {
  if (ids.length === 0) return 0;
  const gone = await tx.query(
    "UPDATE benchmark SET known_to_ms = $2 WHERE id = ANY($1) AND known_to_ms IS NULL RETURNING id",
    [ids, at],
  );
  return gone.length;
}

const clean = (row: Benchmark): Benchmark => ({
  ...row,
  model: storable(row.model),
  precision: storable(row.precision),
  source: storable(row.source),
});

const keyOf = ({ model, workload, source, day, precision, batch }: Benchmark): string =>
  JSON.stringify([model, workload, source, day, precision, batch]);
