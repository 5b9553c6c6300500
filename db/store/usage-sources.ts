import type { Executor, Tx } from "../database.ts";
import type { UsageKind } from "../model/feature.ts";
import type { PriceRevision } from "../model/price.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";

/** A source of a feature's units as it stands now, removed ones too. */
export type UsageSourceRecord = {
  readonly id: number;
  readonly featureId: number;
  readonly feature: string; // key
  readonly named: string; // Feature.unitSource
  readonly name: string;
  readonly kind: UsageKind;
  readonly config: unknown; // checked by whoever reads it: server/usecases/usage/promql-shape.ts
  readonly readTo: UnixMs | null; // promql: every hour before this was asked for
  readonly removedAt: UnixMs | null;
  readonly revision: number;
};

const COLUMNS = `s.id, s.feature_id AS "featureId", f.key AS feature, f.unit_source AS named, s.name, s.kind, s.config,
  s.read_to_ms AS "readTo", s.removed_at_ms AS "removedAt", s.revision_id AS revision`;

/** Every source, by id; of some features only where they are named. */
export async function readUsageSources(
  db: Executor,
  featureIds: readonly number[] | null = null,
): Promise<UsageSourceRecord[]> {
  return await db.query<UsageSourceRecord>(
    `SELECT ${COLUMNS} FROM usage_source s JOIN feature f ON f.id = s.feature_id
     WHERE $1::int4[] IS NULL OR s.feature_id = ANY($1) ORDER BY s.id`,
    [featureIds],
  );
}

/** What a source shall be from now on. */
export type UsageSourceWish = {
  readonly featureId: number;
  readonly name: string;
  readonly kind: UsageKind;
  readonly config: unknown;
  readonly readTo: UnixMs | null;
  readonly revisionId: number;
};

/** Makes or changes a source; one that was removed is there again. Answers its id. */
export async function putUsageSource(tx: Tx, wish: UsageSourceWish): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO usage_source (feature_id, name, kind, config, read_to_ms, revision_id)
     VALUES ($1, $2, $3, $4::jsonb, $5, $6)
     ON CONFLICT (feature_id, name) DO UPDATE SET kind = EXCLUDED.kind, config = EXCLUDED.config,
       read_to_ms = EXCLUDED.read_to_ms, removed_at_ms = NULL, revision_id = EXCLUDED.revision_id
     RETURNING id`,
    [wish.featureId, storable(wish.name), wish.kind, JSON.stringify(wish.config), wish.readTo, wish.revisionId],
  );
  if (row === undefined) throw new Error("the usage source was not written");
  return row.id;
}

/** Its lines stay; it counts no more from `at` on. */
export async function removeUsageSource(tx: Tx, id: number, at: UnixMs, revisionId: number): Promise<void> {
  await tx.query("UPDATE usage_source SET removed_at_ms = $2, revision_id = $3 WHERE id = $1", [id, at, revisionId]);
}

/**
 * Locks sources until the transaction ends, in the order of their ids, so that two writers never wait for each other.
 * Answers how far each was read and under which revision it stands; ids that are none are left out.
 */
export async function lockUsageSources(
  tx: Tx,
  ids: readonly number[],
): Promise<{ readonly id: number; readonly readTo: UnixMs | null; readonly revision: number }[]> {
  return await tx.query(
    `SELECT id, read_to_ms AS "readTo", revision_id AS revision FROM usage_source WHERE id = ANY($1) ORDER BY id FOR UPDATE`,
    [[...ids]],
  );
}

/** Moves the watermark of a source: in the transaction that writes what was read, and nowhere else. */
export async function moveReadTo(tx: Tx, id: number, readTo: UnixMs): Promise<void> {
  await tx.query("UPDATE usage_source SET read_to_ms = $2 WHERE id = $1", [id, readTo]);
}

/** Ids of features by key. */
export async function featureIdsOf(db: Executor, keys: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.query<{ key: string; id: number }>("SELECT key, id FROM feature WHERE key = ANY($1)", [
    [...new Set(keys.map(storable))],
  ]);
  return new Map(rows.map(({ key, id }) => [key, id]));
}

/** Which source each feature names as the one that counts; features that name none are absent. */
export async function readNamedSources(db: Executor): Promise<ReadonlyMap<number, string>> {
  const rows = await db.query<{ id: number; named: string }>(
    "SELECT id, unit_source AS named FROM feature WHERE unit_source <> ''",
  );
  return new Map(rows.map(({ id, named }) => [id, named]));
}

/** Keys of all features, ascending. */
export async function readFeatureKeys(db: Executor): Promise<string[]> {
  const rows = await db.query<{ key: string }>('SELECT key FROM feature ORDER BY key COLLATE "C"');
  return rows.map(({ key }) => key);
}

/** Who said something, when and why, by the number of the revision. */
export async function readActs(db: Executor, ids: readonly number[]): Promise<ReadonlyMap<number, PriceRevision>> {
  const rows = await db.query<PriceRevision>(
    "SELECT id, at_ms AS at, who, why, source FROM revision WHERE id = ANY($1)",
    [[...new Set(ids)]],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Whether a source ever brought a number. */
export async function hasNumbers(db: Executor, sourceId: number): Promise<boolean> {
  const rows = await db.query<{ one: number }>(
    "SELECT 1 AS one FROM usage_line WHERE source_id = $1 AND ok_micro IS NOT NULL LIMIT 1",
    [sourceId],
  );
  return rows.length > 0;
}
