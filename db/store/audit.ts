import type { Executor, Tx } from "../database.ts";
import type { Actor } from "../model/access.ts";
import type { AuditFilter, AuditOutcome } from "../model/access-views.ts";

/** A row of the audit as it stands. */
export type StoredAudit = {
  readonly seq: number;
  readonly entryId: string;
  readonly atMs: number;
  readonly actor: { readonly kind: Actor["kind"] | "system"; readonly id: string; readonly name: string };
  readonly address: string;
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly object: string;
  readonly reason: string;
  readonly changesHash: string;
  readonly hash: string;
};
/** A changed row; `before` and `after` as the database writes JSON: the same text for the same value. */
export type StoredChange = {
  readonly id: number;
  readonly entryId: string;
  readonly atMs: number;
  readonly relation: string;
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
};
export type Head = { readonly seq: number; readonly hash: string };

const LOCK = 7_346_202; // "one appends at a time", any constant of ours
const ROW = `seq, entry_id AS "entryId", at_ms AS "atMs", actor, address, action, outcome, object, reason,
  changes_hash AS "changesHash", hash`;
const CHANGE = `id, entry_id AS "entryId", at_ms AS "atMs", relation, key, before::text AS before, after::text AS after`;

/** Whoever holds it until the transaction ends is the only one to append. */
export const lockAudit = (tx: Tx): Promise<unknown> => tx.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);

/** The newest row; null = there is none. */
export async function readAuditHead(db: Executor): Promise<Head | null> {
  return (await db.query<Head>("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"))[0] ?? null;
}

/** The hash of a row; null = no such row. */
export async function readAuditHash(db: Executor, seq: number): Promise<string | null> {
  return (await db.query<Head>("SELECT seq, hash FROM audit WHERE seq = $1", [seq]))[0]?.hash ?? null;
}

export async function addAuditRow(tx: Tx, row: StoredAudit): Promise<void> {
  const { seq, entryId, atMs, actor, address, action, outcome, object, reason, changesHash, hash } = row;
  await tx.query(
    `INSERT INTO audit (seq, entry_id, at_ms, actor, address, action, outcome, object, reason, changes_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [seq, entryId, atMs, JSON.stringify(actor), address, action, outcome, object, reason, changesHash, hash],
  );
}

/** Rows above `seq`, ascending. */
export const readAuditAfter = (db: Executor, seq: number, limit: number): Promise<StoredAudit[]> =>
  db.query(`SELECT ${ROW} FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2`, [seq, limit]);

/** Rows a reader asked for, newest first, below `before`; null = from the newest on. */
export async function readAuditPage(
  db: Executor,
  { q, outcomes, from, to }: AuditFilter,
  before: number | null,
  limit: number,
): Promise<StoredAudit[]> {
  return await db.query(
    `SELECT ${ROW} FROM audit
     WHERE ($1::bigint IS NULL OR seq < $1) AND (cardinality($2::text[]) = 0 OR outcome = ANY ($2))
       AND ($3::bigint IS NULL OR at_ms >= $3) AND ($4::bigint IS NULL OR at_ms < $4)
       AND ($5 = '' OR strpos(lower(concat_ws(' ', actor->>'name', address, action, object, reason)), lower($5)) > 0)
     ORDER BY seq DESC LIMIT $6`,
    [before, [...outcomes], from, to, q, limit],
  );
}

/** The first changes of each of these entries, in order. */
export const readChangesOf = (db: Executor, entryIds: readonly string[], most: number): Promise<StoredChange[]> =>
  db.query(
    `SELECT ${CHANGE} FROM (
       SELECT *, row_number() OVER (PARTITION BY entry_id ORDER BY id) AS n FROM audit_change WHERE entry_id = ANY ($1)
     ) one WHERE n <= $2 ORDER BY id`,
    [[...entryIds], most],
  );

/** Where a walk through changes stands. */
export type ChangePlace = { readonly entryId: string; readonly id: number };

/** Changes of these entries after a place, by entry and then in order. */
export const readChangesAfter = (
  db: Executor,
  entryIds: readonly string[],
  { entryId, id }: ChangePlace,
  limit: number,
): Promise<StoredChange[]> =>
  db.query(
    `SELECT ${CHANGE} FROM audit_change
     WHERE entry_id = ANY ($1) AND (entry_id, id) > ($2, $3) ORDER BY entry_id, id LIMIT $4`,
    [[...entryIds], entryId, id, limit],
  );

/** The process's own changes above an id, up to another, ascending. */
export const readOwnChanges = (db: Executor, after: number, to: number, limit: number): Promise<StoredChange[]> =>
  db.query(`SELECT ${CHANGE} FROM audit_change WHERE entry_id = '' AND id > $1 AND id <= $2 ORDER BY id LIMIT $3`, [
    after,
    to,
    limit,
  ]);

/** The last of the process's own changes that no row stands for and that is older than `ageMs`; null = none. */
export async function newestOwnChange(db: Executor, after: number, ageMs: number): Promise<number | null> {
  const [row] = await db.query<{ id: number | null }>(
    `SELECT max(id) AS id FROM audit_change WHERE entry_id = '' AND id > $1
       AND at_ms <= floor(extract(epoch FROM clock_timestamp()) * 1000) - $2`,
    [after, ageMs],
  );
  return row?.id ?? null;
}

/** What the newest row of an action was about; null = there is none. */
export async function newestObjectOf(db: Executor, action: string): Promise<string | null> {
  const sql = "SELECT object FROM audit WHERE action = $1 ORDER BY seq DESC LIMIT 1";
  return (await db.query<{ object: string }>(sql, [action]))[0]?.object ?? null;
}

/** Entries whose changes stand without a row, and are older than `ageMs`; in the order they were made. */
export async function readOrphans(db: Executor, ageMs: number): Promise<string[]> {
  const rows = await db.query<{ entryId: string }>(
    `SELECT c.entry_id AS "entryId" FROM audit_change c LEFT JOIN audit a ON a.entry_id = c.entry_id
     WHERE c.entry_id <> '' AND a.seq IS NULL
     GROUP BY c.entry_id HAVING max(c.at_ms) <= floor(extract(epoch FROM clock_timestamp()) * 1000) - $1 ORDER BY min(c.id)`,
    [ageMs],
  );
  return rows.map(({ entryId }) => entryId);
}
