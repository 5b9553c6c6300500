import type { Database, Executor, Tx } from "../database.ts";
import type { Delivery, Notice, OutboxState } from "../model/channel.ts";
import type { UnixMs } from "../model/units.ts";
import { withoutAmounts } from "../model/without-amounts.ts";
import { type ChannelRecord, COLUMNS as CHANNEL_COLUMNS } from "./channels.ts";
import { asJson } from "./incidents.ts";
import { newMessageId } from "./message-id.ts";

/** A message as it is left for its channel. */
export type NewMessage = {
  readonly channelId: number;
  readonly groupId: number; // 0 = of no group
  readonly seq: number;
  readonly notice: Notice;
  readonly incidentIds: readonly number[];
  readonly at: UnixMs;
};

/** A message that waits, as the one who plans the next sees it. */
export type WaitingMessage = NewMessage & {
  readonly id: string;
  readonly attempts: number;
};

/** What is sent next: one of the waiting messages, perhaps with others folded into it. */
export type NextMessage = {
  readonly id: string;
  readonly notice: Notice;
  readonly incidentIds: readonly number[];
  readonly folds: readonly string[]; // messages that it says
};
/** @param waiting those of one channel, in the order they were made: ids ascend even when the clock goes back */
export type PlanNext = (waiting: readonly WaitingMessage[]) => NextMessage | null;

/** A message somebody is sending, until the lease runs out. */
export type ClaimedMessage = {
  readonly id: string;
  readonly channel: ChannelRecord; // as it was when the message was claimed
  readonly notice: Notice; // isRepeat when an earlier try may have posted it
  readonly at: UnixMs;
  readonly attempt: number; // this one, 1 = the first
  readonly badBodies: number; // earlier tries that were refused for what the message is
  readonly fence: number;
};

/** How a try ended. */
export type Settled = {
  readonly delivery: Omit<Delivery, "outboxId" | "channelId" | "attempt">;
  readonly message: "delivered" | "waits" | "dead";
  readonly health: Pick<ChannelRecord, "failingSince" | "pausedUntil" | "failures"> | null; // null = says nothing of the channel
  readonly disable: string; // why the channel is switched off; "" = it is not
  readonly news: readonly NewMessage[]; // about this, for other channels
};

/** How many waiting messages are looked at for one claim. */
const LOOKED_AT = 300;
/** A switched-off channel's messages can be sent after all for so long; the longest time a person is away. */
export const REVIVED_MS = 7 * 86_400_000;

/** Leaves messages. The commit makes them visible to the sender: wake it afterwards. */
export async function putMessages(tx: Executor, messages: readonly NewMessage[]): Promise<string[]> {
  if (messages.length === 0) return [];
  const rows = messages.map((one) => ({ ...one, id: newMessageId(one.at) }));
  await tx.query(
    `INSERT INTO outbox (id, channel_id, group_id, seq, notice, incident_ids, state, coalesced_into, at_ms, due_ms, attempts,
       fence, last_error)
     SELECT id, "channelId", "groupId", seq, notice, "incidentIds", 'waiting', '', at, at, 0, 0, ''
     FROM jsonb_to_recordset($1::jsonb) AS r(id text, "channelId" int4, "groupId" int4, seq int4, notice jsonb,
       "incidentIds" int4[], at int8)`,
    [asJson(rows)],
  );
  return rows.map(({ id }) => id);
}

/**
 * Whether an instant ahead still holds. One further off than anybody sets it was written before the clock went back: it
 * holds nothing.
 */
const FAR_MS = 4_000_000;
const isAhead = (column: string, now: string): string => `(${column} > ${now} AND ${column} < ${now} + ${FAR_MS})`;

/** Channels that may send and have something to say now. */
export async function readDueChannels(db: Executor, now: UnixMs): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `SELECT c.id FROM channel c WHERE c.enabled AND c.removed_at_ms IS NULL
       AND ${isAhead("c.paused_until_ms", "$1")} IS NOT TRUE
       AND EXISTS (SELECT 1 FROM outbox o WHERE o.channel_id = c.id AND o.state = 'waiting') ORDER BY c.id`,
    [now],
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes the next message of a channel. One is under way at a time: while somebody holds a lease nobody gets another, and
 * two who ask at once do not wait for each other.
 * @returns null when there is nothing to send, somebody else sends, or the channel is off or paused
 */
export async function claimMessage(
  db: Database,
  channelId: number,
  at: { readonly now: UnixMs; readonly leaseMs: number },
  plan: PlanNext,
): Promise<ClaimedMessage | null> {
  return await db.transaction(async (tx) => {
    const [channel] = await tx.query<ChannelRecord>(
      `SELECT ${CHANNEL_COLUMNS} FROM channel WHERE id = $1 AND enabled AND removed_at_ms IS NULL
         AND ${isAhead("paused_until_ms", "$2")} IS NOT TRUE FOR UPDATE SKIP LOCKED`,
      [channelId, at.now],
    );
    if (channel === undefined) return null;
    const [busy] = await tx.query(
      `SELECT 1 FROM outbox WHERE channel_id = $1 AND state = 'waiting' AND ${isAhead("lease_until_ms", "$2")} LIMIT 1`,
      [channelId, at.now],
    );
    if (busy !== undefined) return null;
    const waiting = await tx.query<WaitingMessage & { readonly isLapsed: boolean }>(
      `SELECT id, channel_id AS "channelId", group_id AS "groupId", seq, notice, incident_ids AS "incidentIds", at_ms AS at,
         attempts, lease_until_ms IS NOT NULL AS "isLapsed"
       FROM outbox WHERE channel_id = $1 AND state = 'waiting' ORDER BY id LIMIT ${LOOKED_AT} FOR UPDATE`,
      [channelId],
    );
    const next = plan(waiting.map((one) => ({ ...one, notice: asSent(channel, one) })));
    return next === null ? null : await take(tx, channel, next, at);
  });
}

/** Whoever held the lease may have posted it before it fell silent; and the channel may show less than when it was written. */
function asSent(
  channel: ChannelRecord,
  { notice, isLapsed }: { readonly notice: Notice; readonly isLapsed: boolean },
): Notice {
  const told = channel.showsMoney === false ? withoutAmounts(notice) : notice;
  return isLapsed ? asRepeat(told) : told;
}

const asRepeat = (notice: Notice): Notice => ({ ...notice, isRepeat: true });

async function take(
  tx: Tx,
  channel: ChannelRecord,
  { id, notice, incidentIds, folds }: NextMessage,
  { now, leaseMs }: { readonly now: UnixMs; readonly leaseMs: number },
): Promise<ClaimedMessage> {
  if (folds.length > 0) {
    await tx.query(
      `UPDATE outbox SET state = 'coalesced', coalesced_into = $2, lease_until_ms = NULL WHERE id = ANY($1)`,
      [folds, id],
    );
  }
  const [row] = await tx.query<{ attempts: number; fence: number; at: UnixMs; badBodies: number }>(
    `UPDATE outbox SET lease_until_ms = $2, fence = fence + 1, attempts = attempts + 1, notice = $3::jsonb,
       incident_ids = $4 WHERE id = $1
     RETURNING attempts, fence, at_ms AS at,
       (SELECT count(*)::int4 FROM delivery d WHERE d.outbox_id = outbox.id AND d.class = 'bad_body') AS "badBodies"`,
    [id, now + leaseMs, asJson(notice), incidentIds],
  );
  const { attempts, fence, at, badBodies } = row!;
  return { id, channel, notice, at, attempt: attempts, badBodies, fence };
}

/** Whether a claim is still ours: asked right before the request leaves. */
export async function isStillOurs(db: Executor, { id, fence }: ClaimedMessage, now: UnixMs): Promise<boolean> {
  const [row] = await db.query(
    `SELECT 1 FROM outbox WHERE id = $1 AND fence = $2 AND state = 'waiting' AND lease_until_ms > $3`,
    [id, fence, now],
  );
  return row !== undefined;
}

/** Gives a claim back unsent. */
export async function giveBack(db: Executor, { id, fence }: ClaimedMessage): Promise<void> {
  await db.query(
    `UPDATE outbox SET lease_until_ms = NULL, attempts = attempts - 1 WHERE id = $1 AND fence = $2 AND state = 'waiting'`,
    [id, fence],
  );
}

/**
 * Writes down how a try ended, all of it in one transaction. The try stays on record even when the claim was lost.
 * @returns false when somebody else has the message by now: nothing but the record was written
 */
export async function settleMessage(db: Database, claimed: ClaimedMessage, settled: Settled): Promise<boolean> {
  const { delivery, health } = settled;
  return await db.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO delivery (outbox_id, channel_id, at_ms, attempt, class, status, said, took_ms, retry_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        claimed.id,
        claimed.channel.id,
        delivery.at,
        claimed.attempt,
        delivery.class,
        delivery.status,
        delivery.said,
        Math.round(delivery.tookMs),
        delivery.retryAt,
      ],
    );
    const [row] = await tx.query(
      `UPDATE outbox SET lease_until_ms = NULL, state = $3, sent_at_ms = $4, last_error = $5, notice = $6::jsonb
       WHERE id = $1 AND fence = $2 AND state = 'waiting' RETURNING id`,
      [
        claimed.id,
        claimed.fence,
        settled.message === "waits" ? "waiting" : settled.message,
        settled.message === "delivered" ? delivery.at : null,
        settled.message === "delivered" ? "" : delivery.said,
        asJson(delivery.class === "maybe_posted" ? asRepeat(claimed.notice) : claimed.notice),
      ],
    );
    if (row === undefined) return false;
    if (health !== null) {
      await tx.query(`UPDATE channel SET failing_since_ms = $2, paused_until_ms = $3, failures = $4 WHERE id = $1`, [
        claimed.channel.id,
        health.failingSince,
        health.pausedUntil,
        health.failures,
      ]);
    }
    if (settled.disable !== "") await switchOff(tx, claimed.channel.id, settled.disable, delivery.at);
    await putMessages(tx, settled.news);
    return true;
  });
}

/** Nothing that waited is lost: it can be revived with the channel. */
async function switchOff(tx: Tx, channelId: number, why: string, at: UnixMs): Promise<void> {
  await tx.query(
    `UPDATE channel SET enabled = false, disabled_why = $2, changed_at_ms = $3, changed_by = 'dapan' WHERE id = $1`,
    [channelId, why, at],
  );
  await tx.query(
    `UPDATE outbox SET state = 'disabled', lease_until_ms = NULL WHERE channel_id = $1 AND state = 'waiting'`,
    [channelId],
  );
}

/** Messages left for channels that are switched off or gone: they end as such instead of waiting for ever. */
export async function shelveOrphans(db: Executor): Promise<void> {
  await db.query(
    `UPDATE outbox o SET state = 'disabled', lease_until_ms = NULL WHERE o.state = 'waiting' AND NOT EXISTS
       (SELECT 1 FROM channel c WHERE c.id = o.channel_id AND c.enabled AND c.removed_at_ms IS NULL)`,
  );
}

/** A channel was switched on again: what it did not say within the last seven days waits anew. @returns how many */
export async function reviveMessages(tx: Executor, channelId: number, now: UnixMs): Promise<number> {
  const rows = await tx.query(
    `UPDATE outbox SET state = 'waiting', due_ms = $2 WHERE channel_id = $1 AND state = 'disabled' AND at_ms > $3 RETURNING id`,
    [channelId, now, now - REVIVED_MS],
  );
  return rows.length;
}

/** Sends a message that was given up once more, under its own id. false = it is not one of those. */
export async function replayMessage(db: Executor, id: string, now: UnixMs): Promise<boolean> {
  const rows = await db.query(
    `UPDATE outbox SET state = 'waiting', due_ms = $2 WHERE id = $1 AND state IN ('dead', 'disabled') RETURNING id`,
    [id, now],
  );
  return rows.length > 0;
}

/** Leaves a message that is already claimed: tests are sent at once, whatever state the channel is in. null = there is none */
export async function putClaimed(db: Database, message: NewMessage, leaseMs: number): Promise<ClaimedMessage | null> {
  return await db.transaction(async (tx) => {
    const [channel] = await tx.query<ChannelRecord>(
      `SELECT ${CHANNEL_COLUMNS} FROM channel WHERE id = $1 AND removed_at_ms IS NULL`,
      [message.channelId],
    );
    if (channel === undefined) return null;
    const { notice, incidentIds, at } = message;
    const [id] = await putMessages(tx, [message]);
    return await take(tx, channel, { id: id!, notice, incidentIds, folds: [] }, { now: at, leaseMs });
  });
}

/** Instants of the tries on a channel since an instant. */
export async function readAttempts(db: Executor, channelId: number, since: number): Promise<number[]> {
  const rows = await db.query<{ at: number }>(
    `SELECT at_ms AS at FROM delivery WHERE channel_id = $1 AND at_ms > $2 ORDER BY at_ms`,
    [channelId, since],
  );
  return rows.map(({ at }) => at);
}

export type OutboxRow = {
  readonly id: string;
  readonly channelId: number;
  readonly at: UnixMs;
  readonly state: OutboxState;
  readonly title: string;
  readonly attempts: number;
  readonly sentAt: number | null;
  readonly lastError: string;
  readonly coalescedInto: string;
};
const ROW = `id, channel_id AS "channelId", at_ms AS at, state, notice->>'title' AS title, attempts, sent_at_ms AS "sentAt",
  last_error AS "lastError", coalesced_into AS "coalescedInto"`;

/** Messages that were given up, newest first. @param channelId null = of all channels */
export async function readDeadMessages(db: Executor, channelId: number | null, limit: number): Promise<OutboxRow[]> {
  return await db.query<OutboxRow>(
    `SELECT ${ROW} FROM outbox WHERE state IN ('dead', 'disabled') AND ($1::int4 IS NULL OR channel_id = $1)
     ORDER BY at_ms DESC, id DESC LIMIT $2`,
    [channelId, limit],
  );
}

/** Messages that told of an incident, with what others were folded into; newest first. */
export async function readMessagesOfIncident(db: Executor, incidentId: number, limit: number): Promise<OutboxRow[]> {
  return await db.query<OutboxRow>(
    `SELECT ${ROW} FROM outbox WHERE incident_ids @> ARRAY[$1::int4] ORDER BY at_ms DESC, id DESC LIMIT $2`,
    [incidentId, limit],
  );
}

/** Every try of some messages, in order. */
export async function readDeliveries(db: Executor, outboxIds: readonly string[]): Promise<Delivery[]> {
  return await db.query<Delivery>(
    `SELECT outbox_id AS "outboxId", channel_id AS "channelId", at_ms AS at, attempt, class, status, said, took_ms AS "tookMs",
       retry_at_ms AS "retryAt" FROM delivery WHERE outbox_id = ANY($1) ORDER BY at_ms, id`,
    [outboxIds],
  );
}

/** By channel: what waits, what was given up, and how the last tries went. */
export type ChannelPost = {
  readonly channelId: number;
  readonly waiting: number;
  readonly dead: number;
  readonly oldestAt: number | null; // of those that wait
  readonly lastSentAt: number | null;
  readonly lastError: string; // of the newest try, "" = it went through
};
export async function readChannelPost(db: Executor, since: number): Promise<ChannelPost[]> {
  return await db.query<ChannelPost>(
    `SELECT c.id AS "channelId", coalesce(o.waiting, 0) AS waiting, coalesce(o.dead, 0) AS dead, o."oldestAt",
       (SELECT d.at_ms FROM delivery d WHERE d.channel_id = c.id AND d.class = 'ok' ORDER BY d.at_ms DESC LIMIT 1) AS "lastSentAt",
       coalesce((SELECT CASE WHEN d.class = 'ok' THEN '' ELSE d.said END FROM delivery d WHERE d.channel_id = c.id
         ORDER BY d.at_ms DESC, d.id DESC LIMIT 1), '') AS "lastError"
     FROM channel c LEFT JOIN (
       SELECT channel_id, (count(*) FILTER (WHERE state = 'waiting'))::int4 AS waiting,
         (count(*) FILTER (WHERE state IN ('dead', 'disabled') AND at_ms > $1))::int4 AS dead,
         min(at_ms) FILTER (WHERE state = 'waiting') AS "oldestAt"
       FROM outbox WHERE state = 'waiting' OR at_ms > $1 GROUP BY channel_id) o ON o.channel_id = c.id
     WHERE c.removed_at_ms IS NULL ORDER BY c.id`,
    [since],
  );
}

/** Channels that were left a message of a kind since an instant, sent or not. */
export async function readToldSince(db: Executor, kind: Notice["kind"], since: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `SELECT DISTINCT channel_id AS id FROM outbox WHERE at_ms > $2 AND notice->>'kind' = $1`,
    [kind, since],
  );
  return rows.map(({ id }) => id);
}

/** Removes what ended before an instant, with its deliveries. At most `limit` at once. @returns how many */
export async function removeOldMessages(db: Executor, before: number, limit: number): Promise<number> {
  const gone = await db.query(
    `WITH old AS (SELECT id FROM outbox WHERE at_ms < $1 AND state <> 'waiting' ORDER BY at_ms LIMIT $2),
       tries AS (DELETE FROM delivery WHERE outbox_id IN (SELECT id FROM old))
     DELETE FROM outbox WHERE id IN (SELECT id FROM old) RETURNING id`,
    [before, limit],
  );
  return gone.length;
}
