import type { Executor } from "../database.ts";
import type { UnixMs } from "../model/units.ts";

type Query = Pick<Executor, "query">;

/** A token with whose it is, as of now. */
export type TokenRow = {
  readonly id: number;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly teams: readonly string[] | null;
  readonly sources: readonly string[] | null;
  readonly lastUsedAt: number | null;
  readonly owner: string;
  readonly ownerRoles: readonly string[];
  readonly ownerTeams: readonly string[] | null;
};

/** The token that stands under this hash and is neither over nor revoked, of an owner who may come in; null = there is none. */
export async function readToken(db: Query, tokenHash: string, now: UnixMs): Promise<TokenRow | null> {
  const [row] = await db.query<TokenRow>(
    `SELECT t.id, t.name, t.permissions, t.teams, t.sources, t.last_used_at_ms::float8 AS "lastUsedAt",
       p.name AS owner, p.roles AS "ownerRoles", p.teams AS "ownerTeams"
     FROM api_token t JOIN person p ON p.id = t.person_id
     WHERE t.token_hash = $1 AND t.expires_at_ms > $2 AND t.revoked_at_ms IS NULL AND NOT p.is_disabled`,
    [tokenHash, now],
  );
  return row ?? null;
}

export async function touchToken(db: Query, id: number, now: UnixMs): Promise<void> {
  await db.query(`UPDATE api_token SET last_used_at_ms = $2 WHERE id = $1`, [id, now]);
}

export type NewTokenRow = {
  readonly tokenHash: string;
  readonly hint: string;
  readonly name: string;
  readonly personId: string;
  readonly permissions: readonly string[];
  readonly teams: readonly string[] | null;
  readonly sources: readonly string[] | null;
  readonly expiresAt: number;
};

/** Its number. */
export async function addToken(db: Query, token: NewTokenRow, now: UnixMs): Promise<number> {
  const { tokenHash, hint, name, personId, permissions, teams, sources, expiresAt } = token;
  const [row] = await db.query<{ readonly id: number }>(
    `INSERT INTO api_token (token_hash, hint, name, person_id, permissions, teams, sources, created_at_ms, expires_at_ms)
     VALUES ($1, $2, $3, $4, $5::text[], $6::text[], $7::text[], $8, $9) RETURNING id`,
    [tokenHash, hint, name, personId, permissions, teams, sources, now, expiresAt],
  );
  return row!.id;
}

/** How many of somebody's are neither over nor revoked. */
export async function countTokens(db: Query, personId: string, now: UnixMs): Promise<number> {
  const [row] = await db.query<{ readonly n: number }>(
    `SELECT count(*)::int AS n FROM api_token WHERE person_id = $1 AND expires_at_ms > $2 AND revoked_at_ms IS NULL`,
    [personId, now],
  );
  return row?.n ?? 0;
}

/** Somebody's, or everybody's (null), the newest first. Instants are unix ms. */
export async function readTokens(db: Query, personId: string | null, most: number) {
  return await db.query<{
    readonly id: number;
    readonly name: string;
    readonly hint: string;
    readonly owner: string;
    readonly permissions: readonly string[];
    readonly teams: readonly string[] | null;
    readonly sources: readonly string[] | null;
    readonly createdAt: number;
    readonly expiresAt: number;
    readonly lastUsedAt: number | null;
    readonly revokedAt: number | null;
  }>(
    `SELECT t.id, t.name, t.hint, coalesce(p.name, '') AS owner, t.permissions, t.teams, t.sources,
       t.created_at_ms::float8 AS "createdAt", t.expires_at_ms::float8 AS "expiresAt",
       t.last_used_at_ms::float8 AS "lastUsedAt", t.revoked_at_ms::float8 AS "revokedAt"
     FROM api_token t LEFT JOIN person p ON p.id = t.person_id
     WHERE $1::text IS NULL OR t.person_id = $1 ORDER BY t.id DESC LIMIT $2`,
    [personId, most],
  );
}

/** Of somebody's, or of anybody's (null). false = there is no such token. What is revoked stays so from when it first was. */
export async function revokeToken(db: Query, id: number, personId: string | null, now: UnixMs): Promise<boolean> {
  const rows = await db.query(
    `UPDATE api_token SET revoked_at_ms = coalesce(revoked_at_ms, $3)
     WHERE id = $1 AND ($2::text IS NULL OR person_id = $2) RETURNING id`,
    [id, personId, now],
  );
  return rows.length > 0;
}
