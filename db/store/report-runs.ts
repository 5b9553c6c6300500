import type { Executor, Tx } from "../database.ts";
import type { ReportPeriod, ReportRun, ReportScope } from "../model/report.ts";
import type { UnixMs } from "../model/units.ts";
import { asJson } from "./incidents.ts";

/**
 * A lease or a date further ahead than anybody sets was written before the clock went back: it holds nothing.
 * @param now name of the parameter
 */
const FAR_MS = 4_000_000;
export const isFree = (column: string, now: string): string =>
  `(${column} IS NULL OR ${column} <= ${now} OR ${column} > ${now}::int8 + ${FAR_MS})`;

export const RUN_COLUMNS = `r.id, r.definition_id AS "definitionId", r.kind, r.period, r.zone, r.from_ms AS "from", r.to_ms AS "to",
  r.scope, r.revision, r.state, r.step, r.progress, r.queued_at_ms AS "queuedAt", r.started_at_ms AS "startedAt",
  r.finished_at_ms AS "finishedAt", r.headline, r.coverage, r.value_hash AS "valueHash", r.error, r.superseded_by AS "supersededBy"`;

/** The scope as text: the same for the same names in any order. */
export function scopeKeyOf({ vendors, regions, models, billings, teams }: ReportScope, zone: string): string {
  const sorted = [vendors, regions, models, billings, teams].map((names) => [...new Set(names)].toSorted());
  return JSON.stringify([...sorted, zone]);
}

export type RunToAdd = {
  readonly definitionId: number; // 0 = on demand
  readonly period: ReportPeriod;
  readonly scope: ReportScope;
  readonly revision: number;
  readonly state: "waiting" | "missed";
  readonly at: UnixMs;
};

/** Queues a run, or says that it was missed. @returns null when there is that run already: nothing was written */
export async function addRun(
  db: Executor,
  { definitionId, period, scope, revision, state, at }: RunToAdd,
): Promise<number | null> {
  const [row] = await db.query<{ id: number }>(
    `INSERT INTO report_run (definition_id, kind, period, zone, from_ms, to_ms, scope, scope_key, revision, state, step, progress,
       queued_at_ms, attempts, fence, headline, value_hash, error)
     VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, '', 0, $11, 0, 0, '{"zh":"","en":""}', '', '')
     ON CONFLICT (definition_id, kind, scope_key, period, revision) DO NOTHING RETURNING id`,
    [
      definitionId,
      period.kind,
      period.name,
      period.zone,
      period.from,
      period.to,
      asJson(scope),
      scopeKeyOf(scope, period.zone),
      revision,
      state,
      at,
    ],
  );
  return row?.id ?? null;
}

export async function readRun(db: Executor, id: number): Promise<ReportRun | null> {
  const [row] = await db.query<ReportRun>(`SELECT ${RUN_COLUMNS} FROM report_run r WHERE r.id = $1`, [id]);
  return row ?? null;
}

/** The newest revision of what somebody asks for; null = it was never asked for. */
export async function findRun(
  db: Executor,
  { definitionId, period, scope }: Pick<RunToAdd, "definitionId" | "period" | "scope">,
): Promise<ReportRun | null> {
  const [row] = await db.query<ReportRun>(
    `SELECT ${RUN_COLUMNS} FROM report_run r WHERE r.definition_id = $1 AND r.kind = $2 AND r.scope_key = $3 AND r.period = $4
     ORDER BY r.revision DESC LIMIT 1`,
    [definitionId, period.kind, scopeKeyOf(scope, period.zone), period.name],
  );
  return row ?? null;
}

/** Puts a run that failed or was missed back in the queue. false = it is neither. */
export async function requeueRun(db: Executor, id: number, at: UnixMs): Promise<boolean> {
  const rows = await db.query(
    `UPDATE report_run SET state = 'waiting', step = '', progress = 0, queued_at_ms = $2, attempts = 0, error = '',
       lease_until_ms = NULL WHERE id = $1 AND state IN ('failed', 'missed') RETURNING id`,
    [id, at],
  );
  return rows.length > 0;
}

/** Runs somebody should take up now: queued ones whose time has come, and those whose maker fell silent. Oldest first. */
export async function readOpenRuns(db: Executor, now: UnixMs): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `SELECT id FROM report_run WHERE state IN ('waiting', 'making') AND ${isFree("lease_until_ms", "$1")} ORDER BY queued_at_ms, id`,
    [now],
  );
  return rows.map(({ id }) => id);
}

/** A run somebody is making, until the lease runs out. */
export type ClaimedRun = { readonly run: ReportRun; readonly fence: number; readonly attempt: number };

/** Takes a run. @returns null when somebody else has it, its time has not come, or it is made */
export async function claimRun(db: Executor, id: number, now: UnixMs, leaseMs: number): Promise<ClaimedRun | null> {
  const [row] = await db.query<ReportRun & { readonly fence: number; readonly attempt: number }>(
    `UPDATE report_run r SET state = 'making', fence = fence + 1, attempts = attempts + 1, lease_until_ms = $2::int8 + $3::int8,
       started_at_ms = $2, step = '', progress = 0
     WHERE id = $1 AND state IN ('waiting', 'making') AND ${isFree("lease_until_ms", "$2")}
     RETURNING ${RUN_COLUMNS}, r.fence, r.attempts AS attempt`,
    [id, now, leaseMs],
  );
  if (row === undefined) return null;
  const { fence, attempt, ...run } = row;
  return { run, fence, attempt };
}

/** What its maker is doing; also keeps the lease. false = it is somebody else's by now */
export async function noteProgress(
  db: Executor,
  { run, fence }: ClaimedRun,
  { step, progress, leaseUntil }: { readonly step: string; readonly progress: number; readonly leaseUntil: number },
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE report_run SET step = $3, progress = $4, lease_until_ms = $5 WHERE id = $1 AND fence = $2 AND state = 'making' RETURNING id`,
    [run.id, fence, step, progress, leaseUntil],
  );
  return rows.length > 0;
}

/** Puts a claim back: not before `until`. It does not count as a try when nothing went wrong. */
export async function postponeRun(
  db: Executor,
  { run, fence }: ClaimedRun,
  { until, step, error }: { readonly until: number; readonly step: string; readonly error: string },
): Promise<void> {
  await db.query(
    `UPDATE report_run SET state = 'waiting', step = $3, progress = 0, lease_until_ms = $4, error = $5,
       attempts = attempts - $6 WHERE id = $1 AND fence = $2 AND state = 'making'`,
    [run.id, fence, step, until, error, error === "" ? 1 : 0],
  );
}

export async function failRun(db: Executor, { run, fence }: ClaimedRun, error: string, at: UnixMs): Promise<void> {
  await db.query(
    `UPDATE report_run SET state = 'failed', step = '', lease_until_ms = NULL, error = $3, finished_at_ms = $4
     WHERE id = $1 AND fence = $2 AND state = 'making'`,
    [run.id, fence, error, at],
  );
}

export type RunMade = {
  readonly value: string; // canonical JSON
  readonly valueHash: string;
  readonly headline: ReportRun["headline"];
  readonly coverage: number | null;
  readonly at: UnixMs;
};

/** Keeps what was made; earlier revisions are superseded by it. false = it is somebody else's by now, nothing was written */
export async function finishRun(tx: Tx, { run, fence }: ClaimedRun, made: RunMade): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE report_run SET state = 'done', step = '', progress = 1, lease_until_ms = NULL, value = $3::jsonb, value_hash = $4,
       headline = $5::jsonb, coverage = $6, finished_at_ms = $7, error = '' WHERE id = $1 AND fence = $2 AND state = 'making' RETURNING id`,
    [run.id, fence, made.value, made.valueHash, asJson(made.headline), made.coverage, made.at],
  );
  if (rows.length === 0) return false;
  await tx.query(
    `UPDATE report_run SET superseded_by = $1 WHERE definition_id = $2 AND kind = $3 AND scope_key = $4 AND period = $5 AND revision < $6`,
    [run.id, run.definitionId, run.kind, scopeKeyOf(run.scope, run.zone), run.period, run.revision],
  );
  return true;
}

/** What was made of a run; null = it is not made (yet), or there is none. */
export async function readRunValue(db: Executor, id: number): Promise<unknown> {
  const [row] = await db.query<{ value: unknown }>(`SELECT value FROM report_run WHERE id = $1`, [id]);
  return row?.value ?? null;
}
