import type { Executor } from "../database.ts";
import type { UnixMs } from "../model/units.ts";

/** A named address of a page. */
export type SavedView = {
  readonly id: number;
  readonly page: string;
  readonly name: string;
  readonly query: string; // the page's search string, without the language
  readonly savedBy: string;
  readonly savedAt: number; // unix ms
};

const COLUMNS = `id, page, name, query, saved_by AS "savedBy", saved_at_ms AS "savedAt"`;

/** The views of a page, by name. */
export async function readViews(db: Executor, page: string): Promise<SavedView[]> {
  return await db.query<SavedView>(`SELECT ${COLUMNS} FROM saved_view WHERE page = $1 ORDER BY name, id`, [page]);
}

/** Writes a new view; null when the page already has one of this name. */
export async function addView(
  db: Executor,
  view: Omit<SavedView, "id" | "savedAt"> & { readonly savedAt: UnixMs },
): Promise<SavedView | null> {
  const [row] = await db.query<SavedView>(
    `INSERT INTO saved_view (page, name, query, saved_by, saved_at_ms) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (page, name) DO NOTHING RETURNING ${COLUMNS}`,
    [view.page, view.name, view.query, view.savedBy, view.savedAt],
  );
  return row ?? null;
}

/** Changes a view's name or query or both. "taken" = another view of the page has the name; null = there is no such view. */
export async function changeView(
  db: Executor,
  id: number,
  part: { readonly name?: string | undefined; readonly query?: string | undefined },
): Promise<SavedView | "taken" | null> {
  try {
    const [row] = await db.query<SavedView>(
      `UPDATE saved_view SET name = coalesce($2, name), query = coalesce($3, query) WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, part.name ?? null, part.query ?? null],
    );
    return row ?? null;
  } catch (error) {
    if ((error as { code?: string }).code === "23505") return "taken"; // unique_violation
    throw error;
  }
}

/** Removes a view; false when there was none. */
export async function removeView(db: Executor, id: number): Promise<boolean> {
  return (await db.query("DELETE FROM saved_view WHERE id = $1 RETURNING id", [id])).length > 0;
}

/** How many views a page has. */
export async function countViews(db: Executor, page: string): Promise<number> {
  const [row] = await db.query<{ count: number }>("SELECT count(*)::int4 AS count FROM saved_view WHERE page = $1", [
    page,
  ]);
  return row?.count ?? 0;
}
