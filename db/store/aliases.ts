import type { Database, Executor } from "../database.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";
import { beginRevision, type RevisionNote } from "./revisions.ts";

/** A card's name that a person has tied to a known model. */
export type ModelAlias = { readonly name: string; readonly model: string };

/** The aliases as they were believed at `knownAt`; null = as they are believed now. */
export async function readAliases(db: Executor, knownAt: UnixMs | null): Promise<ModelAlias[]> {
  return await db.query<ModelAlias>(
    `SELECT name, model FROM model_alias
     WHERE CASE WHEN $1::int8 IS NULL THEN known_to_ms IS NULL
                ELSE known_from_ms <= $1 AND (known_to_ms IS NULL OR known_to_ms > $1) END ORDER BY name`,
    [knownAt],
  );
}

/** Ties a name to a model, or unties it (null). One revision; what was believed before is kept with its end. */
export async function putAlias(
  db: Database,
  { name, model }: { readonly name: string; readonly model: string | null },
  note: Omit<RevisionNote, "subject">,
): Promise<void> {
  await db.transaction(async (tx) => {
    const { id, at } = await beginRevision(tx, { ...note, subject: "alias" });
    await tx.query("UPDATE model_alias SET known_to_ms = $2 WHERE name = $1 AND known_to_ms IS NULL", [
      storable(name),
      at,
    ]);
    if (model === null) return;
    await tx.query("INSERT INTO model_alias (name, model, known_from_ms, revision_id) VALUES ($1, $2, $3, $4)", [
      storable(name),
      model,
      at,
      id,
    ]);
  });
}
