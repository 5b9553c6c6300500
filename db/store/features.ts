import type { Executor, Tx } from "../database.ts";
import type { Feature, WorkKind } from "../model/feature.ts";
import type { PriceRevision, Selector } from "../model/price.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";

/** Everything a person says of a feature. */
export type FeatureTerms = Omit<Feature, "id">;

type Row = {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly team: string;
  readonly kind: WorkKind;
  readonly unit: string;
  readonly unitSource: string;
  readonly owns: readonly Selector[];
  readonly archivedAt: number | null;
};

/** Every feature, the archived ones too, by key. */
export async function readFeatures(db: Executor): Promise<Feature[]> {
  const rows = await db.query<Row>(
    `SELECT id, key, name, team, kind, unit, unit_source AS "unitSource", owns, archived_at_ms AS "archivedAt"
     FROM feature ORDER BY key COLLATE "C"`,
  );
  return rows.map((row) => ({ ...row, archivedAt: row.archivedAt as UnixMs | null }));
}

/** Writes features by key, in the transaction of a begun revision: new ones, and others as they are called now. */
export async function putFeatures(tx: Tx, revision: PriceRevision, features: readonly FeatureTerms[]): Promise<void> {
  if (features.length === 0) return;
  await tx.query(
    `INSERT INTO feature (key, name, team, kind, unit, unit_source, owns, archived_at_ms, revision_id)
     SELECT key, name, team, kind, unit, unit_source, owns, archived_at_ms, $2
     FROM jsonb_to_recordset($1::jsonb) g (key text, name text, team text, kind text, unit text, unit_source text,
       owns jsonb, archived_at_ms int8)
     ON CONFLICT (key) DO UPDATE SET name = excluded.name, team = excluded.team, kind = excluded.kind,
       unit = excluded.unit, unit_source = excluded.unit_source, owns = excluded.owns,
       archived_at_ms = excluded.archived_at_ms, revision_id = excluded.revision_id`,
    [JSON.stringify(features.map(toRow)), revision.id],
  );
}

const toRow = (feature: FeatureTerms) => ({
  key: feature.key,
  name: storable(feature.name),
  team: storable(feature.team),
  kind: feature.kind,
  unit: storable(feature.unit),
  unit_source: storable(feature.unitSource),
  owns: feature.owns.map((selector) =>
    Object.fromEntries(Object.entries(selector).map(([part, said]) => [part, storable(said)])),
  ),
  archived_at_ms: feature.archivedAt,
});
