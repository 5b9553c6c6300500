import { expect } from "vitest";
import type { Database } from "../../db/database.ts";
import { STATE_MS } from "../../db/store/holder-sql.ts";

const KNOWN = STATE_MS.filter((state) => state !== "unknown_ms");

/**
 * In every hour and pool of these days: the rows of holder_hour add up to pool_hour in every state, none is all zero, and
 * the whole slots and the parts of its cards are the time they were ours.
 */
export async function expectAddedUp(db: Database, firstDay = 0, days = 100_000): Promise<void> {
  const range = [firstDay * 24, (firstDay + days) * 24];
  const held = await db.query(
    `SELECT p.hour_no, p.pool_id, ${KNOWN.map((s) => `p.${s} - coalesce(sum(h.${s}), 0)::int8 AS ${s}`).join(", ")},
       p.owned_ms - ${KNOWN.map((s) => `p.${s}`).join(" - ")} - coalesce(sum(h.unknown_ms), 0)::int8 AS unknown_ms
     FROM pool_hour p LEFT JOIN holder_hour h USING (hour_no, pool_id) WHERE hour_no >= $1 AND hour_no < $2
     GROUP BY p.hour_no, p.pool_id`,
    range,
  );
  expect(held.filter((row) => STATE_MS.some((s) => (row as Record<string, number>)[s] !== 0))).toEqual([]);
  const strays = await db.query(
    `SELECT hour_no, pool_id, holder_id FROM holder_hour LEFT JOIN pool_hour p USING (hour_no, pool_id)
     WHERE hour_no >= $1 AND hour_no < $2 AND (p.hour_no IS NULL OR greatest(${STATE_MS.map((s) => `holder_hour.${s}`).join(", ")}) = 0)`,
    range,
  );
  expect(strays).toEqual([]);
  const owned = await db.query(
    `SELECT hour_no, pool_id, owned_ms, whole FROM pool_hour p
     LEFT JOIN (SELECT slot_no / 12 AS hour_no, pool_id, sum(to_ms - from_ms) AS ms FROM hour_part GROUP BY 1, 2) parts USING (hour_no, pool_id)
     WHERE hour_no >= $1 AND hour_no < $2
       AND owned_ms <> coalesce(parts.ms, 0) + 300000 * (SELECT sum(n) FROM unnest(whole) n)`,
    range,
  );
  expect(owned).toEqual([]);
}
