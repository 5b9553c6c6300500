import type { Tx } from "../database.ts";

/** Tables whose rows are known by text alone, with the columns of their key. */
const KEYS = {
  pool: ["vendor", "region", "zone", "cluster", "model", "billing"],
  node: ["vendor", "region", "zone", "cluster", "name"],
  holder: ["cluster", "namespace", "pod", "container", "pod_uid"],
} as const;

export type Dimension = keyof typeof KEYS;

/**
 * Ids of rows by their key, made where missing. Found first and inserted after: an insert that conflicts would burn an
 * id of the sequence on each call.
 * @param keys one array of texts a row, in the order of the table's key; repeats are welcome
 * @returns ids in the order of `keys`
 */
export async function idsOf(tx: Tx, table: Dimension, keys: readonly (readonly string[])[]): Promise<Int32Array> {
  const clean = keys.map((key) => key.map(storable));
  const wanted = new Map(clean.map((key) => [JSON.stringify(key), key]));
  const found = await find(tx, table, [...wanted.values()]);
  const missing = [...wanted].filter(([name]) => !found.has(name)).map(([, key]) => key);
  if (missing.length > 0) {
    await insert(tx, table, missing);
    for (const [name, id] of await find(tx, table, missing)) found.set(name, id);
  }
  return Int32Array.from(clean, (key) => found.get(JSON.stringify(key)) as number); // find has just seen each of them
}

async function find(tx: Tx, table: Dimension, keys: readonly (readonly string[])[]): Promise<Map<string, number>> {
  const columns = KEYS[table];
  const rows = await tx.query<{ id: number } & Record<string, string>>(
    `SELECT t.id, ${columns.map((c) => `t.${c}`).join(", ")} FROM ${table} t JOIN ${given(table)} k USING (${columns.join(", ")})`,
    byColumn(table, keys),
  );
  return new Map(rows.map((row) => [JSON.stringify(columns.map((c) => row[c])), row.id]));
}

async function insert(tx: Tx, table: Dimension, keys: readonly (readonly string[])[]): Promise<void> {
  await tx.query(
    `INSERT INTO ${table} (${KEYS[table].join(", ")}) SELECT * FROM ${given(table)} k ON CONFLICT DO NOTHING`,
    byColumn(table, keys),
  );
}

const given = (table: Dimension): string =>
  `(SELECT * FROM unnest(${KEYS[table].map((_, i) => `$${i + 1}::text[]`).join(", ")}) u (${KEYS[table].join(", ")}))`;

const byColumn = (table: Dimension, keys: readonly (readonly string[])[]): string[][] =>
  KEYS[table].map((_, i) => keys.map((key) => key[i] ?? ""));

/** PostgreSQL's text has no NUL and no half of a surrogate pair; both may come in a hostile label. */
export const storable = (text: string): string =>
  UNSTORABLE.test(text) ? Buffer.from(text.replaceAll("\0", "\ufffd")).toString() : text;
const UNSTORABLE = /[\0\ud800-\udfff]/; // a look is cheaper than a copy, and nearly every text is plain
