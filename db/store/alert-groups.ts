import type { Executor, Tx } from "../database.ts";

/** What was last said of a group on a channel, and when it may speak again. */
export type AlertGroup = {
  readonly channelId: number;
  readonly routeId: number;
  readonly key: string;
  readonly seq: number; // messages so far
  readonly bornAt: number;
  readonly nextAt: number;
  readonly lastAt: number | null; // null = nothing said yet
  /** Fingerprint → what was last said of it and when, "firing P1 1766400000000": server/domain/alerts/said.ts. */
  readonly said: Readonly<Record<string, string>>;
};
export type StoredGroup = AlertGroup & { readonly id: number };

export async function readAlertGroups(db: Executor): Promise<StoredGroup[]> {
  return await db.query<StoredGroup>(
    `SELECT id, channel_id AS "channelId", route_id AS "routeId", key, seq, born_at_ms AS "bornAt", next_at_ms AS "nextAt",
       last_at_ms AS "lastAt", said FROM alert_group ORDER BY id`,
  );
}

/** Writes groups, new or not. @returns id by `channelId/routeId/key` */
export async function putAlertGroups(tx: Tx, groups: readonly AlertGroup[]): Promise<ReadonlyMap<string, number>> {
  if (groups.length === 0) return new Map();
  const rows = await tx.query<{ id: number; channelId: number; routeId: number; key: string }>(
    `INSERT INTO alert_group (channel_id, route_id, key, seq, born_at_ms, next_at_ms, last_at_ms, said)
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("channelId" int4, "routeId" int4, key text, seq int4, "bornAt" int8,
       "nextAt" int8, "lastAt" int8, said jsonb)
     ON CONFLICT (channel_id, route_id, key) DO UPDATE SET seq = excluded.seq, next_at_ms = excluded.next_at_ms,
       last_at_ms = excluded.last_at_ms, said = excluded.said
     RETURNING id, channel_id AS "channelId", route_id AS "routeId", key`,
    [JSON.stringify(groups)],
  );
  return new Map(rows.map((row) => [groupName(row), row.id]));
}

/** Forgets groups of which everything was said. */
export async function removeAlertGroups(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await tx.query("DELETE FROM alert_group WHERE id = ANY($1)", [ids]);
}

export const groupName = ({ channelId, routeId, key }: Pick<AlertGroup, "channelId" | "routeId" | "key">): string =>
  `${channelId}/${routeId}/${key}`;
