import type { Executor, Tx } from "../database.ts";
import type { UnixMs } from "../model/units.ts";

export type StoredDataKey = {
  readonly id: number;
  readonly purpose: "seal" | "sign";
  readonly wrapped: Uint8Array; // under the installation's key
  readonly wrappedBefore: Uint8Array | null; // under the one before; null = it opens nothing any more
  readonly retiredAt: number | null;
};

/** Whether the schema has data keys as they are now. */
export async function hasDataKeys(db: Executor): Promise<boolean> {
  const sql = `SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_schema = current_schema()
    AND table_name = 'data_key' AND column_name = 'wrapped_before') AS "isSo"`;
  return (await db.query<{ isSo: boolean }>(sql))[0]?.isSo ?? false;
}

/** Every data key, oldest first. */
export const readDataKeys = (db: Executor): Promise<StoredDataKey[]> =>
  db.query(
    `SELECT id, purpose, wrapped, wrapped_before AS "wrappedBefore", retired_at_ms AS "retiredAt" FROM data_key ORDER BY id`,
  );

/** When this installation began to sign; null = it never did. */
export async function readSigningSince(db: Executor): Promise<UnixMs | null> {
  const sql = "SELECT created_at_ms AS at FROM data_key WHERE purpose = 'sign' ORDER BY id LIMIT 1";
  return (await db.query<{ at: UnixMs }>(sql))[0]?.at ?? null;
}

/** Until the transaction ends nobody else makes, changes or removes a data key; they can be read and held. */
export async function lockDataKeys(tx: Tx): Promise<void> {
  await tx.query("LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE");
}

/** A key's id goes into what wraps it, so it is known before. */
export async function nextDataKeyId(tx: Executor): Promise<number> {
  const [row] = await tx.query<{ id: number }>("SELECT nextval(pg_get_serial_sequence('data_key', 'id'))::int4 AS id");
  return row!.id;
}

export type NewDataKey = Omit<StoredDataKey, "retiredAt"> & { readonly at: UnixMs };

export async function addDataKey(tx: Executor, { id, purpose, wrapped, wrappedBefore, at }: NewDataKey): Promise<void> {
  await tx.query(
    `INSERT INTO data_key (id, purpose, wrapped, wrapped_before, created_at_ms) OVERRIDING SYSTEM VALUE
     VALUES ($1, $2, $3, $4, $5)`,
    [id, purpose, wrapped, wrappedBefore, at],
  );
}

/** What sealed with a key holds it until it commits, so that it is not removed meanwhile. false = it seals nothing new. */
export async function holdDataKey(tx: Executor, id: number): Promise<boolean> {
  const rows = await tx.query("SELECT id FROM data_key WHERE id = $1 AND retired_at_ms IS NULL FOR KEY SHARE", [id]);
  return rows.length > 0;
}

/** Wraps a key anew; what it was wrapped in stays beside, so that both installation keys open it. */
export async function rewrapDataKey(tx: Executor, id: number, wrapped: Uint8Array): Promise<void> {
  await tx.query("UPDATE data_key SET wrapped_before = wrapped, wrapped = $2 WHERE id = $1", [id, wrapped]);
}

/** Every sealing key but the newest opens, and seals nothing new. */
export async function retireDataKeys(tx: Executor, newest: number, at: UnixMs): Promise<void> {
  await tx.query(
    "UPDATE data_key SET retired_at_ms = $2 WHERE purpose = 'seal' AND id <> $1 AND retired_at_ms IS NULL",
    [newest, at],
  );
}

/** From now on the installation key before the present one opens nothing. */
export async function forgetKeyBefore(db: Executor): Promise<void> {
  await db.query("UPDATE data_key SET wrapped_before = NULL WHERE wrapped_before IS NOT NULL");
}

/** Waits for whoever holds the key; then nobody seals with it any more. */
export async function takeDataKey(tx: Tx, id: number): Promise<void> {
  await tx.query("SELECT id FROM data_key WHERE id = $1 FOR UPDATE", [id]);
}

export async function removeDataKey(tx: Tx, id: number): Promise<void> {
  await tx.query("DELETE FROM data_key WHERE id = $1", [id]);
}
