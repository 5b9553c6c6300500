import type { Executor } from "../database.ts";
import type { Language } from "../model/channel.ts";
import type { UnixMs } from "../model/units.ts";
import { stateSql } from "./report-archive.ts";
import { isFree } from "./report-runs.ts";

/** Where a report goes: a digest by the outbox (its message's id), anything else from the delivery itself. */
export type DeliveryToAdd = {
  readonly endpoint: string; // "mail:3:lead@example.com", "chat:5", "file:5"
  readonly body: "pdf" | "digest";
  readonly outboxId: string; // "" = not by the outbox
};

/** In the transaction that keeps the report: a report that is made goes out, and once to each. */
export async function addDeliveries(
  tx: Executor,
  runId: number,
  all: readonly DeliveryToAdd[],
  at: UnixMs,
): Promise<void> {
  for (const { endpoint, body, outboxId } of all) {
    await tx.query(
      `INSERT INTO report_delivery (run_id, endpoint, state, attempts, due_ms, fence, error, body, outbox_id)
       VALUES ($1, $2, 'waiting', 0, $3, 0, '', $4, $5) ON CONFLICT DO NOTHING`,
      [runId, endpoint, at, body, outboxId],
    );
  }
}

const DUE = (now: string): string =>
  `state = 'waiting' AND outbox_id = '' AND ${isFree("due_ms", now)} AND ${isFree("lease_until_ms", now)}`;

/** Runs with something to send now. */
export async function readRunsToDeliver(db: Executor, now: UnixMs): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `SELECT DISTINCT run_id AS id FROM report_delivery WHERE ${DUE("$1")} ORDER BY 1`,
    [now],
  );
  return rows.map(({ id }) => id);
}

export type ClaimedDelivery = {
  readonly runId: number;
  readonly endpoint: string;
  readonly attempt: number;
  readonly fence: number;
};

/** Takes the next thing to send of a run; null = there is none, or somebody else sends it. */
export async function claimDelivery(
  db: Executor,
  runId: number,
  now: UnixMs,
  leaseMs: number,
): Promise<ClaimedDelivery | null> {
  const [row] = await db.query<ClaimedDelivery>(
    `UPDATE report_delivery SET lease_until_ms = $2::int8 + $3::int8, fence = fence + 1, attempts = attempts + 1
     WHERE (run_id, endpoint) IN (SELECT run_id, endpoint FROM report_delivery WHERE run_id = $1 AND ${DUE("$2")}
       ORDER BY endpoint LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING run_id AS "runId", endpoint, attempts AS attempt, fence`,
    [runId, now, leaseMs],
  );
  return row ?? null;
}

export type DeliverySettled = {
  readonly state: "waiting" | "sent" | "failed";
  readonly body: "pdf" | "text";
  readonly error: string;
  readonly due: UnixMs; // of the next try
  readonly at: UnixMs;
};

/** How a try ended. false = somebody else has it by now */
export async function settleDelivery(
  db: Executor,
  { runId, endpoint, fence }: ClaimedDelivery,
  { state, body, error, due, at }: DeliverySettled,
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE report_delivery SET state = $4, body = $5, error = $6, due_ms = $7, lease_until_ms = NULL,
       sent_at_ms = CASE WHEN $4 = 'sent' THEN $8::int8 END
     WHERE run_id = $1 AND endpoint = $2 AND fence = $3 AND state = 'waiting' RETURNING run_id`,
    [runId, endpoint, fence, state, body, error, due, at],
  );
  return rows.length > 0;
}

export type DeliveryRow = {
  readonly endpoint: string;
  readonly state: "waiting" | "sent" | "failed";
  readonly body: "pdf" | "digest" | "text";
  readonly attempts: number;
  readonly sentAt: number | null;
  readonly error: string;
};

/** What became of each, digests as the outbox knows them. */
export async function readDeliveriesOfRun(db: Executor, runId: number): Promise<DeliveryRow[]> {
  return await db.query<DeliveryRow>(
    `SELECT d.endpoint, ${stateSql()} AS state, d.body, coalesce(o.attempts, d.attempts) AS attempts,
       coalesce(o.sent_at_ms, d.sent_at_ms) AS "sentAt", coalesce(o.last_error, d.error) AS error
     FROM report_delivery d LEFT JOIN outbox o ON o.id = d.outbox_id WHERE d.run_id = $1 ORDER BY d.endpoint`,
    [runId],
  );
}

export type StoredFile = { readonly bytes: Uint8Array; readonly pages: number };

export async function readReportFile(db: Executor, runId: number, language: Language): Promise<StoredFile | null> {
  const [row] = await db.query<StoredFile>(`SELECT bytes, pages FROM report_file WHERE run_id = $1 AND language = $2`, [
    runId,
    language,
  ]);
  return row ?? null;
}

/** Drops PDFs made before an instant, so many at most; their reports stay. @returns how many */
export async function removeOldFiles(db: Executor, before: number, limit: number): Promise<number> {
  const gone = await db.query(
    `DELETE FROM report_file WHERE (run_id, language) IN
       (SELECT run_id, language FROM report_file WHERE made_at_ms < $1 ORDER BY made_at_ms LIMIT $2) RETURNING run_id`,
    [before, limit],
  );
  return gone.length;
}

/** Keeps a PDF; the first that was made stays. */
export async function putReportFile(
  db: Executor,
  runId: number,
  language: Language,
  { bytes, pages, sha256, at }: StoredFile & { readonly sha256: string; readonly at: UnixMs },
): Promise<void> {
  await db.query(
    `INSERT INTO report_file (run_id, language, bytes, sha256, pages, made_at_ms) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [runId, language, bytes, sha256, pages, at],
  );
}
