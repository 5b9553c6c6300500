import type { Executor } from "../database.ts";
import type { Channel } from "../model/channel.ts";
import type { UnixMs } from "../model/units.ts";

/** A channel with how it has been doing. `sealed` holds its secrets: open it only to send. */
export type ChannelRecord = Channel & {
  readonly sealed: Uint8Array;
  readonly failingSince: number | null;
  readonly pausedUntil: number | null;
  readonly failures: number;
};

export const COLUMNS = `id, name, kind, language, enabled, disabled_why AS "disabledWhy", sends_resolved AS "sendsResolved",
  shows_money AS "showsMoney",
  settings, shown_address AS "shownAddress", sealed, failing_since_ms AS "failingSince", paused_until_ms AS "pausedUntil", failures`;

/** Channels that were not removed, by name. */
export async function readChannels(db: Executor): Promise<ChannelRecord[]> {
  return await db.query<ChannelRecord>(`SELECT ${COLUMNS} FROM channel WHERE removed_at_ms IS NULL ORDER BY name, id`);
}

export type ChannelToPut = Omit<Channel, "id" | "enabled" | "disabledWhy"> & {
  readonly sealed: Uint8Array;
  readonly by: string;
  readonly at: UnixMs;
};

/** The number of the next channel: what is sealed for it names it, so it is known before. */
export async function nextChannelId(db: Executor): Promise<number> {
  const [row] = await db.query<{ id: number }>("SELECT nextval(pg_get_serial_sequence('channel', 'id'))::int4 AS id");
  return row!.id;
}

/** @param one `id` is of nextChannelId @returns its id; null when another channel has the name */
export async function addChannel(db: Executor, one: ChannelToPut & { readonly id?: number }): Promise<number | null> {
  const [row] = await db.query<{ id: number }>(
    `INSERT INTO channel (name, kind, language, enabled, disabled_why, sends_resolved, settings, sealed, shown_address,
       failures, changed_at_ms, changed_by, shows_money, id) OVERRIDING SYSTEM VALUE
     VALUES ($1, $2, $3, true, '', $4, $5::jsonb, $6, $7, 0, $8, $9, coalesce($10, true),
       coalesce($11::int4, nextval(pg_get_serial_sequence('channel', 'id')))) ON CONFLICT DO NOTHING RETURNING id`,
    [
      one.name,
      one.kind,
      one.language,
      one.sendsResolved,
      JSON.stringify(one.settings),
      one.sealed,
      one.shownAddress,
      one.at,
      one.by,
      one.showsMoney ?? null,
      one.id ?? null,
    ],
  );
  return row?.id ?? null;
}

/** Changes a channel; its kind stays. It starts afresh: earlier failures are forgotten. false = there is none. */
export async function changeChannel(db: Executor, id: number, one: ChannelToPut): Promise<boolean> {
  const changed = await db.query(
    `UPDATE channel SET name = $2, language = $3, sends_resolved = $4, settings = $5::jsonb, sealed = $6, shown_address = $7,
       failing_since_ms = NULL, paused_until_ms = NULL, failures = 0, changed_at_ms = $8, changed_by = $9,
       shows_money = coalesce($10, shows_money)
     WHERE id = $1 AND removed_at_ms IS NULL RETURNING id`,
    [
      id,
      one.name,
      one.language,
      one.sendsResolved,
      JSON.stringify(one.settings),
      one.sealed,
      one.shownAddress,
      one.at,
      one.by,
      one.showsMoney ?? null,
    ],
  );
  return changed.length > 0;
}

/** @param why "" = by a person */
export async function setChannelEnabled(
  db: Executor,
  id: number,
  to: { readonly enabled: boolean; readonly why: string; readonly by: string; readonly at: UnixMs },
): Promise<boolean> {
  const changed = await db.query(
    `UPDATE channel SET enabled = $2, disabled_why = $3, failing_since_ms = NULL, paused_until_ms = NULL, failures = 0,
       changed_at_ms = $4, changed_by = $5 WHERE id = $1 AND removed_at_ms IS NULL RETURNING id`,
    [id, to.enabled, to.why, to.at, to.by],
  );
  return changed.length > 0;
}

/** Takes a channel away and forgets its secrets; its deliveries stay. false = there is none. */
export async function removeChannel(db: Executor, id: number, by: string, at: UnixMs): Promise<boolean> {
  const removed = await db.query(
    `UPDATE channel SET removed_at_ms = $2, enabled = false, sealed = ''::bytea, changed_by = $3, changed_at_ms = $2
     WHERE id = $1 AND removed_at_ms IS NULL RETURNING id`,
    [id, at, by],
  );
  return removed.length > 0;
}
