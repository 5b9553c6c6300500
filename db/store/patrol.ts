import type { Executor, Tx } from "../database.ts";
import type { CheckResult, CheckVerdict } from "../model/patrol.ts";
import type { UnixMs } from "../model/units.ts";
import { asJson } from "./incidents.ts";

/** Writes what a patrol found, in place of an earlier look at the same end. */
export async function putPatrol(
  tx: Tx,
  { at, ranAt }: { readonly at: UnixMs; readonly ranAt: UnixMs },
  results: readonly CheckResult[],
): Promise<void> {
  await tx.query(`DELETE FROM patrol_result WHERE at_ms = $1`, [at]);
  await tx.query(
    `INSERT INTO patrol_result (at_ms, item_id, verdict, result, ran_at_ms)
     SELECT $1, r->>'id', r->>'verdict', r, $2 FROM jsonb_array_elements($3::jsonb) r`,
    [at, ranAt, asJson(results)],
  );
}

export type StoredPatrol = {
  readonly at: UnixMs; // end of the time it looked at
  readonly ranAt: UnixMs;
  readonly results: ReadonlyMap<string, CheckResult>;
};

/** The newest patrol whose time ended by an instant; null = there is none. */
export async function readPatrol(db: Executor, by: UnixMs): Promise<StoredPatrol | null> {
  const rows = await db.query<{ at: UnixMs; ranAt: UnixMs; result: CheckResult }>(
    `SELECT at_ms AS at, ran_at_ms AS "ranAt", result FROM patrol_result
     WHERE at_ms = (SELECT max(at_ms) FROM patrol_result WHERE at_ms <= $1)`,
    [by],
  );
  const [first] = rows;
  if (first === undefined) return null;
  return { at: first.at, ranAt: first.ranAt, results: new Map(rows.map(({ result }) => [result.id, result])) };
}

/** The last `most` looks of every item, oldest first. */
export async function readCheckHistory(
  db: Executor,
  most: number,
): Promise<
  {
    readonly itemId: string;
    readonly at: number;
    readonly verdict: CheckVerdict;
    readonly measure: number | null;
  }[]
> {
  return await db.query(
    `SELECT item_id AS "itemId", at_ms AS at, verdict, (result->>'measure')::float8 AS measure FROM patrol_result
     WHERE at_ms IN (SELECT DISTINCT at_ms FROM patrol_result ORDER BY at_ms DESC LIMIT $1) ORDER BY at_ms`,
    [most],
  );
}

/** Since when each item has had its newest verdict: the first look after the last one that said otherwise. */
export async function readVerdictsSince(db: Executor): Promise<{ readonly itemId: string; readonly since: number }[]> {
  return await db.query(
    `SELECT r.item_id AS "itemId", min(r.at_ms)::int8 AS since FROM patrol_result r
     JOIN LATERAL (SELECT verdict FROM patrol_result l WHERE l.item_id = r.item_id ORDER BY l.at_ms DESC LIMIT 1) newest ON true
     LEFT JOIN LATERAL (SELECT max(o.at_ms) AS at FROM patrol_result o
       WHERE o.item_id = r.item_id AND o.verdict <> newest.verdict) other ON true
     WHERE r.at_ms > coalesce(other.at, -1) GROUP BY r.item_id`,
  );
}

/** Removes looks at times that ended before an instant. */
export async function removeOldPatrols(db: Executor, before: number): Promise<void> {
  await db.query(`DELETE FROM patrol_result WHERE at_ms < $1`, [before]);
  await db.query(`DELETE FROM setting WHERE key LIKE 'patrol-watch/%' AND written_at_ms < $1`, [before]);
}

/** An item a person wrote; `edit` is of the shape server/domain/patrol/own-items.ts checks. */
export type StoredItem = { readonly id: string; readonly edit: unknown; readonly who: string };

export async function readPatrolItems(db: Executor): Promise<StoredItem[]> {
  return await db.query<StoredItem>(
    `SELECT id, edit, who FROM patrol_item WHERE removed_at_ms IS NULL ORDER BY changed_at_ms, id`,
  );
}

/** Writes an item, or writes over it. */
export async function putPatrolItem(db: Executor, { id, edit, who }: StoredItem, at: UnixMs): Promise<void> {
  await db.query(
    `INSERT INTO patrol_item (id, edit, who, changed_at_ms) VALUES ($1, $2::jsonb, $3, $4)
     ON CONFLICT (id) DO UPDATE SET edit = excluded.edit, who = excluded.who, changed_at_ms = excluded.changed_at_ms,
       removed_at_ms = NULL`,
    [id, asJson(edit), who, at],
  );
}

/** false = there is none of that id. */
export async function removePatrolItem(db: Executor, id: string, at: UnixMs): Promise<boolean> {
  const gone = await db.query(
    `UPDATE patrol_item SET removed_at_ms = $2 WHERE id = $1 AND removed_at_ms IS NULL RETURNING id`,
    [id, at],
  );
  return gone.length > 0;
}

/** What only the running process knows, as it was at an instant: one a day is kept. */
export async function putWatch(db: Executor, day: string, watch: unknown, at: UnixMs): Promise<void> {
  await db.query(
    `INSERT INTO setting (key, value, written_at_ms) VALUES ('patrol-watch/' || $1, $2::jsonb, $3)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, written_at_ms = excluded.written_at_ms`,
    [day, asJson(watch), at],
  );
}

/** Those kept in a window, oldest first. */
export async function readWatches(
  db: Executor,
  { from, to }: { readonly from: UnixMs; readonly to: UnixMs },
): Promise<unknown[]> {
  const rows = await db.query<{ value: unknown }>(
    `SELECT value FROM setting WHERE key LIKE 'patrol-watch/%' AND written_at_ms >= $1 AND written_at_ms <= $2
     ORDER BY written_at_ms`,
    [from, to],
  );
  return rows.map(({ value }) => value);
}
