import type { Database, Executor } from "../database.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";
import { beginRevision, type RevisionNote } from "./revisions.ts";

/** A card's name that a person has tied to a known model. */
export type ModelAlias = { readonly name: string; readonly model: string };

/** The aliases that were said by `knownAt`; null = all of them. A name tied anew has its new model at every instant. */
export async function readAliases(db: Executor, knownAt: UnixMs | null): Promise<ModelAlias[]> {
  return await db.query<ModelAlias>(
    `SELECT a.name, a.model FROM model_alias a JOIN revision r ON r.id = a.revision_id
     WHERE $1::int8 IS NULL OR r.at_ms <= $1 ORDER BY a.name`,
    [knownAt],
  );
}

/** Ties a name to a model, or unties it (null). One revision. */
export async function putAlias(
  db: Database,
  { name, model }: { readonly name: string; readonly model: string | null },
  note: Omit<RevisionNote, "subject">,
): Promise<void> {
  await db.transaction(async (tx) => {
    const { id } = await beginRevision(tx, { ...note, subject: "alias" });
    await tx.query("DELETE FROM model_alias WHERE name = $1", [storable(name)]);
    if (model === null) return;
    await tx.query("INSERT INTO model_alias (name, model, revision_id) VALUES ($1, $2, $3)", [
      storable(name),
      model,
      id,
    ]);
  });
}
