import type { Executor } from "../database.ts";
import type { ApprovalView } from "../model/access-views.ts";
import type { UnixMs } from "../model/units.ts";

/** A change that waits for a second person, or waited. */
export type StoredApproval = Omit<ApprovalView, "input" | "isCut" | "mayDecide"> & {
  readonly sealed: Uint8Array; // the input
  readonly shown: string; // the same as JSON without secrets
  readonly askedById: string; // "person:<id>" or "token:<id>"
  readonly ownerId: string | null; // of the token that asked
};
export type NewApproval = Pick<StoredApproval, "action" | "sealed" | "shown" | "reason" | "askedById" | "askedBy" | "askedAt" | "expiresAt">; // prettier-ignore

const ROW = `a.id, a.action, a.input AS sealed, a.shown, a.reason, a.asked_by_id AS "askedById", a.asked_by AS "askedBy",
  a.asked_at_ms AS "askedAt", a.expires_at_ms AS "expiresAt",
  CASE WHEN a.state = 'waiting' AND a.expires_at_ms <= $1 THEN 'expired' ELSE a.state END AS state,
  a.decided_by AS "decidedBy", a.decided_at_ms AS "decidedAt", a.note, t.person_id AS "ownerId"`;
const FROM = "approval a LEFT JOIN api_token t ON a.asked_by_id = 'token:' || t.id";

/** The number of the next one: what is sealed for it names it, so it is known before. */
export async function nextApprovalId(db: Executor): Promise<number> {
  const [row] = await db.query<{ id: number }>("SELECT nextval(pg_get_serial_sequence('approval', 'id'))::int4 AS id");
  return row!.id;
}

/** @param id of nextApprovalId */
export async function addApproval(db: Executor, id: number, row: NewApproval): Promise<void> {
  const { action, sealed, shown, reason, askedById, askedBy, askedAt, expiresAt } = row;
  await db.query(
    `INSERT INTO approval (id, action, input, shown, reason, asked_by_id, asked_by, asked_at_ms, expires_at_ms, state, note)
     OVERRIDING SYSTEM VALUE VALUES ($9, $1, $2, $3, $4, $5, $6, $7, $8, 'waiting', '')`,
    [action, sealed, shown, reason, askedById, askedBy, askedAt, expiresAt, id],
  );
}

/** What waits, then the last ones decided or expired. */
export const readApprovals = (db: Executor, now: UnixMs, limit: number): Promise<StoredApproval[]> =>
  db.query(
    `SELECT ${ROW} FROM ${FROM} ORDER BY (a.state = 'waiting' AND a.expires_at_ms > $1) DESC, a.id DESC LIMIT $2`,
    [now, limit],
  );

export async function readApproval(db: Executor, now: UnixMs, id: number): Promise<StoredApproval | null> {
  return (await db.query<StoredApproval>(`SELECT ${ROW} FROM ${FROM} WHERE a.id = $2`, [now, id]))[0] ?? null;
}

export async function countWaiting(db: Executor, now: UnixMs): Promise<number> {
  const sql = "SELECT count(*)::int AS count FROM approval WHERE state = 'waiting' AND expires_at_ms > $1";
  return (await db.query<{ count: number }>(sql, [now]))[0]?.count ?? 0;
}

type Decision = {
  readonly state: "approved" | "refused";
  readonly id: number;
  readonly byId: string;
  readonly by: string;
  readonly at: UnixMs;
  readonly note: string;
};

/** Decides what still waits. false = somebody was first, or it expired. */
export async function decideApproval(db: Executor, { state, id, byId, by, at, note }: Decision): Promise<boolean> {
  const rows = await db.query(
    `UPDATE approval SET state = $2, decided_by_id = $3, decided_by = $4, decided_at_ms = $5, note = $6
     WHERE id = $1 AND state = 'waiting' AND expires_at_ms > $5 RETURNING id`,
    [id, state, byId, by, at, note],
  );
  return rows.length > 0;
}

/** What was approved could not be done. */
export async function failApproval(db: Executor, id: number, note: string): Promise<void> {
  await db.query("UPDATE approval SET state = 'failed', note = $2 WHERE id = $1", [id, note]);
}
