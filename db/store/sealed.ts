import type { Executor, Tx } from "../database.ts";

/** Every column that holds something sealed. The associated data of a value names its column and its row. */
export const SEALED = [
  { table: "channel", column: "sealed" },
  { table: "approval", column: "input" },
] as const;
export type SealedColumn = (typeof SEALED)[number];
export type Place = SealedColumn & { readonly row: number };

/** Whether a value has the second form and names this key: a byte, then four of the key's number. */
const isSealedWith = (column: string, parameter: string): string =>
  `substring(${column} FROM 1 FOR 5) = '\\x02'::bytea || int4send(${parameter}::int4)`;

/** Rows of a column that are not sealed with this key, by id; rows without a secret hold nothing. */
export async function readSealedOtherwise(
  db: Executor,
  { table, column }: SealedColumn,
  keyId: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `SELECT id FROM ${table} WHERE octet_length(${column}) > 0 AND id > $1 AND NOT ${isSealedWith(column, "$2")}
     ORDER BY id LIMIT $3`,
    [after, keyId, limit],
  );
  return rows.map(({ id }) => id);
}

/** What is sealed in a row, held until the transaction ends; null = nothing. */
export async function takeSealed(tx: Tx, { table, column, row }: Place): Promise<Uint8Array | null> {
  const [found] = await tx.query<{ sealed: Uint8Array }>(
    `SELECT ${column} AS sealed FROM ${table} WHERE id = $1 AND octet_length(${column}) > 0 FOR UPDATE`,
    [row],
  );
  return found?.sealed ?? null;
}

export async function putSealed(tx: Tx, { table, column, row }: Place, sealed: Uint8Array): Promise<void> {
  await tx.query(`UPDATE ${table} SET ${column} = $2 WHERE id = $1`, [row, sealed]);
}

/** How many values one key sealed. */
export async function countSealedWith(db: Executor, keyId: number): Promise<number> {
  let count = 0;
  for (const { table, column } of SEALED) {
    const sql = `SELECT count(*)::int4 AS count FROM ${table} WHERE octet_length(${column}) > 0 AND ${isSealedWith(column, "$1")}`;
    count += (await db.query<{ count: number }>(sql, [keyId]))[0]?.count ?? 0;
  }
  return count;
}

/** How much is sealed at all, and with the newest of so many keys. */
export async function countSealed(db: Executor): Promise<{ total: number; withPresent: number; keys: number }> {
  const [key] = await db.query<{ id: number; keys: number }>(
    "SELECT coalesce(max(id), 0)::int4 AS id, count(*)::int4 AS keys FROM data_key WHERE purpose = 'seal'",
  );
  const { id, keys } = key ?? { id: 0, keys: 0 };
  const parts = SEALED.map(
    ({ table, column }) => `(SELECT count(*) FROM ${table} WHERE octet_length(${column}) > 0)`,
  ).join(" + ");
  const [row] = await db.query<{ total: number }>(`SELECT (${parts})::int4 AS total`);
  return { total: row?.total ?? 0, withPresent: await countSealedWith(db, id), keys };
}

/** Takes away every secret and every data key: their key is lost. What needed them is switched off and says so. */
export async function forgetSecrets(tx: Tx, why: string): Promise<void> {
  await tx.query(
    "UPDATE channel SET sealed = ''::bytea, enabled = false, disabled_why = $1 WHERE octet_length(sealed) > 0",
    [why],
  );
  await tx.query(
    `UPDATE approval SET input = ''::bytea, state = CASE WHEN state = 'waiting' THEN 'refused' ELSE state END,
       note = CASE WHEN state = 'waiting' THEN $1 ELSE note END WHERE octet_length(input) > 0`,
    [why],
  );
  await tx.query("DELETE FROM data_key");
}

/** A sealed value of the first form, which named no place; null = there is none. */
export async function readFirstForm(
  db: Executor,
  limit: number,
): Promise<(SealedColumn & { readonly sealed: Uint8Array })[]> {
  const found: (SealedColumn & { readonly sealed: Uint8Array })[] = [];
  for (const one of SEALED) {
    const sql = `SELECT ${one.column} AS sealed FROM ${one.table} WHERE octet_length(${one.column}) > 0 AND substring(${one.column} FROM 1 FOR 1) = '\\x01'::bytea ORDER BY id DESC LIMIT $1`;
    for (const { sealed } of await db.query<{ sealed: Uint8Array }>(sql, [limit])) found.push({ ...one, sealed });
  }
  return found;
}

/** Whether anything is sealed in this database, or was meant to be. */
export async function hasSecrets(db: Executor): Promise<boolean> {
  const parts = SEALED.map(({ table, column }) => `EXISTS (SELECT FROM ${table} WHERE octet_length(${column}) > 0)`);
  const sql = `SELECT EXISTS (SELECT FROM data_key) OR ${parts.join(" OR ")} AS "isSo"`;
  return (await db.query<{ isSo: boolean }>(sql))[0]?.isSo ?? false;
}
