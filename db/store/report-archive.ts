import type { Executor } from "../database.ts";
import type { ArchiveFilter, RunRow } from "../model/patrol-views.ts";
import type { ReportRun } from "../model/report.ts";
import type { UnixMs } from "../model/units.ts";
import { asJson } from "./incidents.ts";
import { RUN_COLUMNS } from "./report-runs.ts";

/** A cursor of the archive: the last row that was shown. */
export type ArchiveAfter = { readonly from: number; readonly id: number };

export type ArchiveAsk = {
  readonly now: UnixMs;
  readonly after: ArchiveAfter | null;
  readonly limit: number;
  readonly inHeadline?: boolean; // false = no search in what names money. Left out = in all
  readonly teams?: readonly string[] | null; // reports of these teams and of no other; null or left out = all
};

/** Links that can still be used; deliveries by how they stand: digests as the outbox knows them. */
const COUNTS = `(SELECT count(*)::int4 FROM report_link l WHERE l.run_id = r.id AND l.revoked_at_ms IS NULL AND l.expires_at_ms > $1) AS links,
  (SELECT coalesce(json_agg(x.s), '[]') FROM (
     SELECT ${stateSql()} AS s FROM report_delivery d LEFT JOIN outbox o ON o.id = d.outbox_id WHERE d.run_id = r.id) x) AS states`;

/** What became of a delivery. */
export function stateSql(): string {
  return `CASE WHEN d.outbox_id = '' THEN d.state
    WHEN o.state = 'delivered' OR o.id IS NULL THEN 'sent' WHEN o.state IN ('dead', 'disabled') THEN 'failed' ELSE 'waiting' END`;
}

/**
 * Lines of the period changed after the report was begun: a revision says something else. Its slots are looked at for one
 * report only: of a page of fifty that would be 60,000 rows, a second on the embedded database.
 */
const CHANGED = `EXISTS (SELECT FROM ledger_difference x WHERE x.at_ms > r.started_at_ms
  AND x.hour_no >= r.from_ms / 3600000 AND x.hour_no < ceil(r.to_ms::float8 / 3600000))`;
const COMMITTED = `EXISTS (SELECT FROM slot_ledger l WHERE l.slot_no >= r.from_ms / 300000
  AND l.slot_no < ceil(r.to_ms::float8 / 300000) AND l.committed_at_ms > r.started_at_ms)`;
const stale = (of: string): string => `(r.state = 'done' AND r.superseded_by IS NULL AND (${of})) AS "isStale"`;

type Row = ReportRun & {
  readonly definition: string;
  readonly links: number;
  readonly states: readonly ("waiting" | "sent" | "failed")[];
  readonly isStale: boolean;
};

/** Runs behind a filter, newest period first, its revisions together; and how many there are. */
export async function readArchive(
  db: Executor,
  { q, kinds, definitionId, withSuperseded }: ArchiveFilter,
  { now, after, limit, inHeadline = true, teams = null }: ArchiveAsk,
): Promise<{ readonly rows: RunRow[]; readonly total: number }> {
  const where = `($2 = '' OR position($2 IN lower(concat_ws(' ', ${inHeadline ? "r.headline->>'zh', r.headline->>'en', " : ""}r.period, d.name))) > 0)
    AND (cardinality($3::text[]) = 0 OR r.kind = ANY($3)) AND ($4::int4 IS NULL OR r.definition_id = $4)
    AND ($5::bool OR r.superseded_by IS NULL)
    AND ($6::jsonb IS NULL OR (r.scope->'teams' <@ $6::jsonb AND r.scope->'teams' NOT IN ('[]', 'null') AND NOT r.scope->'teams' ? ''))`;
  const params = [now, q.toLowerCase(), kinds, definitionId, withSuperseded, teams === null ? null : asJson(teams)];
  const rows = await db.query<Row>(
    `SELECT ${RUN_COLUMNS}, coalesce(d.name, '') AS definition, ${COUNTS}, ${stale(CHANGED)}
     FROM report_run r LEFT JOIN report_definition d ON d.id = r.definition_id
     WHERE ${where} AND ($7::int8 IS NULL OR (r.from_ms, r.id) < ($7::int8, $8::int4))
     ORDER BY r.from_ms DESC, r.id DESC LIMIT $9`,
    [...params, after?.from ?? null, after?.id ?? null, limit],
  );
  const [count] = await db.query<{ n: number }>(
    `SELECT count(*)::int4 AS n FROM report_run r LEFT JOIN report_definition d ON d.id = r.definition_id
     WHERE $1::int8 IS NOT NULL AND ${where}`,
    params,
  );
  return { rows: rows.map(toRow), total: count?.n ?? 0 };
}

/** One of them, with a closer look at whether it is stale: late slots that changed no line yet count too. */
export async function readRunRow(db: Executor, id: number, now: UnixMs): Promise<RunRow | null> {
  const [row] = await db.query<Row>(
    `SELECT ${RUN_COLUMNS}, coalesce(d.name, '') AS definition, ${COUNTS}, ${stale(`${CHANGED} OR ${COMMITTED}`)}
     FROM report_run r LEFT JOIN report_definition d ON d.id = r.definition_id WHERE r.id = $2`,
    [now, id],
  );
  return row === undefined ? null : toRow(row);
}

function toRow({ definition, links, states, isStale, ...run }: Row): RunRow {
  const count = (state: Row["states"][number]) => states.filter((one) => one === state).length;
  const deliveries = { waiting: count("waiting"), sent: count("sent"), failed: count("failed") };
  return { run, definition, deliveries, links, isStale };
}

/** All revisions of what a run is about, oldest first. */
export async function readRevisions(
  db: Executor,
  id: number,
): Promise<{ readonly runId: number; readonly revision: number; readonly madeAt: number | null }[]> {
  return await db.query(
    `SELECT o.id AS "runId", o.revision, o.finished_at_ms AS "madeAt" FROM report_run r JOIN report_run o
       ON (o.definition_id, o.kind, o.scope_key, o.period) = (r.definition_id, r.kind, r.scope_key, r.period)
     WHERE r.id = $1 ORDER BY o.revision`,
    [id],
  );
}

/** The report of the period before, of the same definition and scope; null = there is none. */
export async function readRunBefore(db: Executor, id: number): Promise<number | null> {
  const [row] = await db.query<{ id: number }>(
    `SELECT o.id FROM report_run r JOIN report_run o ON (o.definition_id, o.kind, o.scope_key) = (r.definition_id, r.kind, r.scope_key)
     WHERE r.id = $1 AND o.to_ms = r.from_ms AND o.state = 'done' ORDER BY o.revision DESC LIMIT 1`,
    [id],
  );
  return row?.id ?? null;
}

/** The newest run of each definition. */
export async function readLastRuns(db: Executor): Promise<ReportRun[]> {
  return await db.query<ReportRun>(
    `SELECT DISTINCT ON (r.definition_id) ${RUN_COLUMNS} FROM report_run r WHERE r.definition_id > 0
     ORDER BY r.definition_id, r.from_ms DESC, r.revision DESC`,
  );
}
