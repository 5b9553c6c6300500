import type { Executor } from "../database.ts";
import type { UnixMs } from "../model/units.ts";

type Query = Pick<Executor, "query">;
export type LinkKind = "set-up" | "invite" | "reset";
export type LinkRow = { readonly kind: LinkKind; readonly personId: string | null };

/** Keeps a link by the hash of its token. Earlier ones for the same person are over. */
export async function addAccessLink(
  db: Query,
  { tokenHash, kind, personId, expiresAt }: LinkRow & { readonly tokenHash: string; readonly expiresAt: number },
  now: UnixMs,
): Promise<void> {
  await db.query(`DELETE FROM access_link WHERE expires_at_ms <= $1 OR person_id IS NOT DISTINCT FROM $2`, [
    now,
    personId,
  ]);
  await db.query(
    `INSERT INTO access_link (token_hash, kind, person_id, created_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5)`,
    [tokenHash, kind, personId, now, expiresAt],
  );
}

/** What an unused link is for; null = there is none, it was used or is over. */
export async function readAccessLink(db: Query, tokenHash: string, now: UnixMs): Promise<LinkRow | null> {
  const sql = `SELECT kind, person_id AS "personId" FROM access_link
    WHERE token_hash = $1 AND expires_at_ms > $2 AND used_at_ms IS NULL`;
  return (await db.query<LinkRow>(sql, [tokenHash, now]))[0] ?? null;
}

/** Uses the link up. Of two at once one gets it; null = there is none, it was used or is over. */
export async function takeAccessLink(db: Query, tokenHash: string, now: UnixMs): Promise<LinkRow | null> {
  const sql = `UPDATE access_link SET used_at_ms = $2 WHERE token_hash = $1 AND expires_at_ms > $2 AND used_at_ms IS NULL
    RETURNING kind, person_id AS "personId"`;
  return (await db.query<LinkRow>(sql, [tokenHash, now]))[0] ?? null;
}
