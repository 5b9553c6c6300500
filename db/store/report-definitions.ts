import type { Executor } from "../database.ts";
import type { ReportDefinition } from "../model/report.ts";
import type { UnixMs } from "../model/units.ts";
import { asJson } from "./incidents.ts";

/** A definition with when somebody last changed or paused it: what fell due before that is not made up for. */
export type StoredDefinition = ReportDefinition & { readonly changedAt: UnixMs };

const COLUMNS = `id, name, kind, cron, zone, scope, language, recipients, is_paused AS "isPaused", shows_money AS "showsMoney",
  changed_at_ms AS "changedAt"`;

/** Definitions that were not removed, by name. */
export async function readDefinitions(db: Executor): Promise<StoredDefinition[]> {
  return await db.query<StoredDefinition>(
    `SELECT ${COLUMNS} FROM report_definition WHERE removed_at_ms IS NULL ORDER BY name, id`,
  );
}

/** One of them, removed ones too: their runs stay. null = there never was one. */
export async function readDefinition(db: Executor, id: number): Promise<StoredDefinition | null> {
  const [row] = await db.query<StoredDefinition>(`SELECT ${COLUMNS} FROM report_definition WHERE id = $1`, [id]);
  return row ?? null;
}

/** Adds one (id null) or changes it. @returns its id; null = there is none to change */
export async function putDefinition(
  db: Executor,
  { id, ...one }: Omit<ReportDefinition, "id"> & { readonly id: number | null },
  at: UnixMs,
): Promise<number | null> {
  const values = [
    one.name,
    one.kind,
    one.cron,
    one.zone,
    asJson(one.scope),
    one.language,
    asJson(one.recipients),
    one.isPaused,
    at,
    one.showsMoney ?? null,
  ];
  const [row] = await db.query<{ id: number }>(
    id === null
      ? `INSERT INTO report_definition (name, kind, cron, zone, scope, language, recipients, is_paused, created_at_ms, changed_at_ms, shows_money)
         VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7::jsonb, $8, $9, $9, coalesce($10, true)) RETURNING id`
      : `UPDATE report_definition SET name = $1, kind = $2, cron = $3, zone = $4, scope = $5::jsonb, language = $6,
           recipients = $7::jsonb, is_paused = $8, changed_at_ms = $9, shows_money = coalesce($10, shows_money)
           WHERE id = $11 AND removed_at_ms IS NULL RETURNING id`,
    id === null ? values : [...values, id],
  );
  return row?.id ?? null;
}

/** false = there is none. */
export async function pauseDefinition(db: Executor, id: number, isPaused: boolean, at: UnixMs): Promise<boolean> {
  const rows = await db.query(
    `UPDATE report_definition SET is_paused = $2, changed_at_ms = $3 WHERE id = $1 AND removed_at_ms IS NULL RETURNING id`,
    [id, isPaused, at],
  );
  return rows.length > 0;
}

/** false = there is none. Its runs stay. */
export async function removeDefinition(db: Executor, id: number, at: UnixMs): Promise<boolean> {
  const rows = await db.query(
    `UPDATE report_definition SET removed_at_ms = $2 WHERE id = $1 AND removed_at_ms IS NULL RETURNING id`,
    [id, at],
  );
  return rows.length > 0;
}
