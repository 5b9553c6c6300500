import type { Executor } from "../database.ts";
import type { ShareLink } from "../model/patrol-views.ts";
import type { UnixMs } from "../model/units.ts";

const COLUMNS = `token_hash AS id, hint, who, created_at_ms AS "createdAt", expires_at_ms AS "expiresAt", revoked_at_ms AS "revokedAt",
  read_at_ms AS "readAt"`;

/** Keeps a link by the hash of its token. */
export async function addLink(
  db: Executor,
  runId: number,
  {
    id,
    hint,
    who,
    createdAt,
    expiresAt,
    showsMoney = true,
  }: Pick<ShareLink, "id" | "hint" | "who" | "createdAt" | "expiresAt"> & { readonly showsMoney?: boolean },
): Promise<void> {
  await db.query(
    `INSERT INTO report_link (token_hash, run_id, hint, who, created_at_ms, expires_at_ms, shows_money)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, runId, hint, who, createdAt, expiresAt, showsMoney],
  );
}

/** Newest first, ended ones too. */
export async function readLinks(db: Executor, runId: number): Promise<ShareLink[]> {
  return await db.query<ShareLink>(
    `SELECT ${COLUMNS} FROM report_link WHERE run_id = $1 ORDER BY created_at_ms DESC, token_hash`,
    [runId],
  );
}

/** false = there is none, or it was revoked before. */
export async function revokeLink(db: Executor, id: string, at: UnixMs): Promise<boolean> {
  const rows = await db.query(
    `UPDATE report_link SET revoked_at_ms = $2 WHERE token_hash = $1 AND revoked_at_ms IS NULL RETURNING token_hash`,
    [id, at],
  );
  return rows.length > 0;
}

/** What a link opens. */
export type OpenLink = { readonly runId: number; readonly expiresAt: number; readonly showsMoney: boolean };

/** The report a link leads to, and until when; notes the use. null = unknown, ended or revoked */
export async function followLink(db: Executor, tokenHash: string, now: UnixMs): Promise<OpenLink | null> {
  const [row] = await db.query<OpenLink>(
    `UPDATE report_link SET read_at_ms = $2 WHERE token_hash = $1 AND revoked_at_ms IS NULL AND expires_at_ms > $2
     RETURNING run_id AS "runId", expires_at_ms AS "expiresAt", shows_money AS "showsMoney"`,
    [tokenHash, now],
  );
  return row ?? null;
}
