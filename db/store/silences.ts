import type { Executor } from "../database.ts";
import type { Silence } from "../model/channel.ts";
import type { UnixMs } from "../model/units.ts";

const COLUMNS = `id, kind, "where", rule_ids AS "ruleIds", nodes, cards, fingerprint, from_ms AS "from", to_ms AS "to",
  recurs, who, why, ended_at_ms AS "endedAt"`;

/** Those that hold now or may later. */
export async function readLiveSilences(db: Executor, now: UnixMs): Promise<Silence[]> {
  return await db.query<Silence>(
    `SELECT ${COLUMNS} FROM silence WHERE ended_at_ms IS NULL AND (to_ms IS NULL OR to_ms > $1) ORDER BY id`,
    [now],
  );
}

/** All, newest first. */
export async function readSilences(db: Executor, limit: number): Promise<Silence[]> {
  return await db.query<Silence>(`SELECT ${COLUMNS} FROM silence ORDER BY id DESC LIMIT $1`, [limit]);
}

/** @returns its id */
export async function addSilence(db: Executor, one: Omit<Silence, "id" | "endedAt">): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    `INSERT INTO silence (kind, "where", rule_ids, nodes, cards, fingerprint, from_ms, to_ms, recurs, who, why)
     VALUES ($1, $2::jsonb, $3::jsonb, $4::jsonb, $5::jsonb, $6, $7, $8, $9::jsonb, $10, $11) RETURNING id`,
    [
      one.kind,
      JSON.stringify(one.where),
      JSON.stringify(one.ruleIds),
      JSON.stringify(one.nodes),
      JSON.stringify(one.cards),
      one.fingerprint,
      one.from,
      one.to,
      one.recurs === null ? null : JSON.stringify(one.recurs),
      one.who,
      one.why,
    ],
  );
  return row!.id;
}

/** Ends a silence now. false = it was over. */
export async function endSilence(db: Executor, id: number, at: UnixMs): Promise<boolean> {
  const ended = await db.query(
    `UPDATE silence SET ended_at_ms = $2 WHERE id = $1 AND ended_at_ms IS NULL AND (to_ms IS NULL OR to_ms > $2) RETURNING id`,
    [id, at],
  );
  return ended.length > 0;
}

/** Silences of one incident end with it. */
export async function endSilencesOf(db: Executor, fingerprints: readonly string[], at: UnixMs): Promise<void> {
  if (fingerprints.length === 0) return;
  await db.query(
    `UPDATE silence SET ended_at_ms = $2 WHERE fingerprint = ANY($1) AND fingerprint <> '' AND to_ms IS NULL AND ended_at_ms IS NULL`,
    [fingerprints, at],
  );
}
