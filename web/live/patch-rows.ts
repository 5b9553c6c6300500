import type { CardRow } from "../../db/model/views.ts";

/**
 * Rows with the changed ones replaced, by id; the others stay the same objects, so that nothing else is drawn again.
 * A later change of the same card wins. Rows of cards not in the table are left out: a reload brings them.
 * `changes` may leave the 24 h figures null; the known ones stay then.
 */
export function patchRows(rows: readonly CardRow[], changes: readonly CardRow[]): CardRow[] {
  const byId = new Map(changes.map((row) => [row.id, row]));
  return rows.map((old) => {
    const row = byId.get(old.id);
    if (row === undefined) return old;
    if (row.util24h !== null || old.util24h === null) return row;
    return { ...row, util24h: old.util24h, coverage24h: row.coverage24h ?? old.coverage24h };
  });
}
