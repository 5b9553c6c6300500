import type { Executor } from "../database.ts";
import type { CalendarDay, GuardEdit, GuardReport } from "../model/patrol-views.ts";
import type { UnixMs } from "../model/units.ts";
import { asJson } from "./incidents.ts";

export type StoredGuard = Omit<GuardEdit, "id"> & {
  readonly id: number;
  readonly readiness: GuardReport | null;
  readonly closing: GuardReport | null;
};

const COLUMNS = `id, name, owner, duty, scope, stricter, from_ms AS "from", to_ms AS "to", readiness, closing`;

/** Windows that were not removed, newest first. */
export async function readGuards(db: Executor, limit: number): Promise<StoredGuard[]> {
  return await db.query<StoredGuard>(
    `SELECT ${COLUMNS} FROM guard_window WHERE removed_at_ms IS NULL ORDER BY from_ms DESC, id DESC LIMIT $1`,
    [limit],
  );
}

export async function readGuard(db: Executor, id: number): Promise<StoredGuard | null> {
  const [row] = await db.query<StoredGuard>(
    `SELECT ${COLUMNS} FROM guard_window WHERE id = $1 AND removed_at_ms IS NULL`,
    [id],
  );
  return row ?? null;
}

/** Writes a window, a new one or over its row. Reports of a window that moved are made anew. @returns its id; null = there is none */
export async function putGuard(db: Executor, edit: GuardEdit, at: UnixMs): Promise<number | null> {
  const values = [
    edit.name,
    edit.owner,
    asJson(edit.duty),
    asJson(edit.scope),
    asJson(edit.stricter),
    edit.from,
    edit.to,
  ];
  const [row] =
    edit.id === null
      ? await db.query<{ id: number }>(
          `INSERT INTO guard_window (name, owner, duty, scope, stricter, from_ms, to_ms, created_at_ms)
           VALUES ($1, $2, $3::jsonb, $4::jsonb, $5::jsonb, $6, $7, $8) RETURNING id`,
          [...values, at],
        )
      : await db.query<{ id: number }>(
          `UPDATE guard_window SET name = $1, owner = $2, duty = $3::jsonb, scope = $4::jsonb, stricter = $5::jsonb,
             readiness = CASE WHEN from_ms = $6 AND to_ms = $7 THEN readiness END,
             closing = CASE WHEN from_ms = $6 AND to_ms = $7 THEN closing END, from_ms = $6, to_ms = $7
           WHERE id = $8 AND removed_at_ms IS NULL RETURNING id`,
          [...values, edit.id],
        );
  return row?.id ?? null;
}

/** false = there was none. */
export async function removeGuard(db: Executor, id: number, at: UnixMs): Promise<boolean> {
  const gone = await db.query(
    `UPDATE guard_window SET removed_at_ms = $2 WHERE id = $1 AND removed_at_ms IS NULL RETURNING id`,
    [id, at],
  );
  return gone.length > 0;
}

export async function putGuardReport(
  db: Executor,
  id: number,
  which: "readiness" | "closing",
  report: GuardReport,
): Promise<void> {
  await db.query(`UPDATE guard_window SET ${which} = $2::jsonb WHERE id = $1`, [id, asJson(report)]);
}

/** Days whose kind a person changed. */
export async function readHolidays(db: Executor): Promise<Pick<CalendarDay, "day" | "kind" | "name">[]> {
  return await db.query(`SELECT day, kind, name FROM holiday ORDER BY day`);
}

/** kind null = as published again. */
export async function putHoliday(
  db: Executor,
  { day, kind, name }: { readonly day: string; readonly kind: CalendarDay["kind"] | null; readonly name: string },
  at: UnixMs,
): Promise<void> {
  if (kind === null) await db.query(`DELETE FROM holiday WHERE day = $1`, [day]);
  else
    await db.query(
      `INSERT INTO holiday (day, kind, name, changed_at_ms) VALUES ($1, $2, $3, $4)
       ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, name = excluded.name, changed_at_ms = excluded.changed_at_ms`,
      [day, kind, name, at],
    );
}
