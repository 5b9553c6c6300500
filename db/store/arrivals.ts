import type { Executor } from "../database.ts";
import type { Window } from "../model/time.ts";

/** A card that came to us or left us in a window; one that only moved did neither. */
export type Arrival = { readonly poolId: number; readonly at: number; readonly kind: "came" | "went" };

/** Cards seen for the first time, and cards whose last stretch ended, in a window. By time. */
export async function readArrivals(db: Executor, window: Window): Promise<Arrival[]> {
  return await db.query<Arrival>(
    `SELECT pool_id AS "poolId", from_ms AS at, 'came' AS kind FROM card_ownership o
     WHERE from_ms >= $1 AND from_ms < $2 AND NOT EXISTS (SELECT FROM card_ownership b WHERE b.card_id = o.card_id AND b.from_ms < o.from_ms)
     UNION ALL
     SELECT pool_id, to_ms, 'went' FROM card_ownership o
     WHERE to_ms >= $1 AND to_ms < $2 AND NOT EXISTS (SELECT FROM card_ownership a WHERE a.card_id = o.card_id AND a.from_ms >= o.to_ms)
     ORDER BY at, "poolId"`,
    [window.from, window.to],
  );
}
