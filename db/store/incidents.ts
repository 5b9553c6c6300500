import type { Executor, Tx } from "../database.ts";
import type { Evidence, Incident, IncidentEvent, Labels } from "../model/incident.ts";
import type { UnixMs } from "../model/units.ts";

/** What an incident costs and whom it hits, as worked out when it last changed. */
export type IncidentToll = {
  readonly costPerHourMicro: bigint | null; // null = none of its cards is priced
  readonly unpricedCards: number;
  readonly currency: string;
  readonly holders: readonly string[];
  readonly featureIds: readonly number[];
};
export type StoredIncident = Incident & IncidentToll;

/** Columns of the row beside id, in the order of `valuesOf`. */
const COLUMNS = [
  ["fingerprint", "text"],
  ["rule_id", "text"],
  ["rule_version", "int4"],
  ["scope", "text"],
  ["labels", "jsonb"],
  ["severity", "text"],
  ["phase", "text"],
  ["since_ms", "int8"],
  ["pending_at_ms", "int8"],
  ["observed_ms", "int8"],
  ["seen_at_ms", "int8"],
  ["fired_at_ms", "int8"],
  ["clear_since_ms", "int8"],
  ["resolved_at_ms", "int8"],
  ["because", "text"],
  ["is_historic", "bool"],
  ["flaps", "int4"],
  ["is_flapping", "bool"],
  ["suppressed_by", "text"],
  ["suppressor", "text"],
  ["is_confirmed", "bool"],
  ["card_ids", "int4[]"],
  ["node_key", "text"],
  ["cluster", "text"],
  ["region", "text"],
  ["pool_id", "int4"],
  ["values", "jsonb"],
  ["evidence", "jsonb"],
  ["verdict", "text"],
  ["acked_by", "text"],
  ["acked_at_ms", "int8"],
  ["assignee", "text"],
  ["escalation", "int4"],
  ["cost_per_hour_micro", "int8"],
  ["unpriced_cards", "int4"],
  ["currency", "text"],
  ["holders", "jsonb"],
  ["feature_ids", "int4[]"],
] as const;
const NAMES = COLUMNS.map(([name]) => `"${name}"`).join(", ");

type Row = Record<(typeof COLUMNS)[number][0], unknown> & { readonly id: number };

/** As a JSON object, so that any number of rows is one parameter. bigint travels as text. */
const recordOf = (one: StoredIncident) => ({
  fingerprint: one.fingerprint,
  rule_id: one.ruleId,
  rule_version: one.ruleVersion,
  scope: one.scope,
  labels: one.labels,
  severity: one.severity,
  phase: one.phase,
  since_ms: one.since,
  pending_at_ms: one.pendingAt,
  observed_ms: Math.round(one.observedMs),
  seen_at_ms: one.seenAt,
  fired_at_ms: one.firedAt,
  clear_since_ms: one.clearSince,
  resolved_at_ms: one.resolvedAt,
  because: one.because,
  is_historic: one.isHistoric,
  flaps: one.flaps,
  is_flapping: one.isFlapping,
  suppressed_by: one.suppressedBy,
  suppressor: one.suppressor,
  is_confirmed: one.isConfirmed,
  card_ids: one.cardIds,
  node_key: one.nodeKey,
  cluster: one.cluster,
  region: one.region,
  pool_id: one.poolId,
  values: one.values,
  evidence: one.evidence,
  verdict: one.verdict,
  acked_by: one.ackedBy,
  acked_at_ms: one.ackedAt,
  assignee: one.assignee,
  escalation: one.escalation,
  cost_per_hour_micro: one.costPerHourMicro === null ? null : String(one.costPerHourMicro),
  unpriced_cards: one.unpricedCards,
  currency: one.currency,
  holders: one.holders,
  feature_ids: one.featureIds,
});

const incidentOf = (row: Row): StoredIncident => ({
  id: row.id,
  fingerprint: row.fingerprint as string,
  ruleId: row.rule_id as string,
  ruleVersion: row.rule_version as number,
  scope: row.scope as Incident["scope"],
  labels: row.labels as Labels,
  severity: row.severity as Incident["severity"],
  phase: row.phase as Incident["phase"],
  since: row.since_ms as UnixMs,
  pendingAt: row.pending_at_ms as UnixMs,
  observedMs: row.observed_ms as number,
  seenAt: row.seen_at_ms as UnixMs,
  firedAt: row.fired_at_ms as UnixMs | null,
  clearSince: row.clear_since_ms as UnixMs | null,
  resolvedAt: row.resolved_at_ms as UnixMs | null,
  because: row.because as Incident["because"],
  isHistoric: row.is_historic as boolean,
  flaps: row.flaps as number,
  isFlapping: row.is_flapping as boolean,
  suppressedBy: row.suppressed_by as Incident["suppressedBy"],
  suppressor: row.suppressor as string,
  isConfirmed: row.is_confirmed as boolean,
  cardIds: row.card_ids as readonly number[],
  nodeKey: row.node_key as string,
  cluster: row.cluster as string,
  region: row.region as string,
  poolId: row.pool_id as number,
  values: row.values as Incident["values"],
  evidence: row.evidence as readonly Evidence[],
  verdict: row.verdict as Incident["verdict"],
  ackedBy: row.acked_by as string,
  ackedAt: row.acked_at_ms as UnixMs | null,
  assignee: row.assignee as string,
  escalation: row.escalation as number,
  costPerHourMicro: row.cost_per_hour_micro === null ? null : BigInt(row.cost_per_hour_micro as number),
  unpricedCards: row.unpriced_cards as number,
  currency: row.currency as string,
  holders: row.holders as readonly string[],
  featureIds: row.feature_ids as readonly number[],
});

/** JSON that PostgreSQL takes: it has no NUL and no half of a surrogate pair. An even number of backslashes is text. */
export const asJson = (value: unknown): string =>
  JSON.stringify(value).replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, "$1�");

/** Rows of one statement: what is sent at once, and what the database unpacks of it, stays small in a storm. */
const AT_ONCE = 500;

function* inParts<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < rows.length; i += AT_ONCE) yield rows.slice(i, i + AT_ONCE);
}

const RECORD = `jsonb_to_recordset($1::jsonb) AS r(${COLUMNS.map(([name, type]) => `"${name}" ${type}`).join(", ")}`;

/**
 * Writes incidents that are new (id 0). An open one of the same fingerprint stays, and answers its id: two engines never
 * open two.
 * @returns id by fingerprint
 */
export async function insertIncidents(tx: Tx, rows: readonly StoredIncident[]): Promise<ReadonlyMap<string, number>> {
  if (rows.length === 0) return new Map();
  for (const part of inParts(rows))
    await tx.query(
      `INSERT INTO incident (${NAMES}) SELECT ${NAMES} FROM ${RECORD})
       ON CONFLICT (fingerprint) WHERE phase <> 'resolved' DO NOTHING`,
      [asJson(part.map(recordOf))],
    );
  // A statement of its own: the one above waits for a concurrent insert, but cannot see what it waited for.
  const open = await tx.query<{ id: number; fingerprint: string }>(
    `SELECT id, fingerprint FROM incident WHERE fingerprint = ANY($1::text[]) AND phase <> 'resolved'`,
    [rows.map((one) => one.fingerprint)],
  );
  return new Map(open.map(({ id, fingerprint }) => [fingerprint, id]));
}

/** Writes incidents over their rows; one that was resolved stays resolved. */
export async function updateIncidents(tx: Tx, rows: readonly StoredIncident[]): Promise<void> {
  for (const part of inParts(rows))
    await tx.query(
      `UPDATE incident i SET ${COLUMNS.map(([name]) => `"${name}" = r."${name}"`).join(", ")}
       FROM ${RECORD}, id int4) WHERE i.id = r.id AND i.phase <> 'resolved'`,
      [asJson(part.map((one) => ({ id: one.id, ...recordOf(one) })))],
    );
}

/** Appends to timelines. @param body figures behind an event, null = none */
export async function appendIncidentEvents(
  tx: Executor,
  events: readonly { readonly incidentId: number; readonly event: IncidentEvent; readonly body?: unknown }[],
): Promise<void> {
  for (const part of inParts(events))
    await tx.query(
      `INSERT INTO incident_event (incident_id, at_ms, kind, because, who, detail, body)
       SELECT (r->>'incidentId')::int4, (r->>'at')::int8, r->>'kind', r->>'because', r->>'who', r->>'detail', r->'body'
       FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS said(r, n) ORDER BY n`,
      [asJson(part.map(({ incidentId, event, body }) => ({ incidentId, ...event, body: body ?? null })))],
    );
}

const SELECT = `SELECT id, ${NAMES} FROM incident`;

/** Everything pending or firing: what an engine carries on from. */
export async function readOpenIncidents(db: Executor): Promise<StoredIncident[]> {
  return (await db.query<Row>(`${SELECT} WHERE phase <> 'resolved' ORDER BY id`)).map(incidentOf);
}

export async function readIncident(db: Executor, id: number): Promise<StoredIncident | null> {
  const [row] = await db.query<Row>(`${SELECT} WHERE id = $1`, [id]);
  return row ? incidentOf(row) : null;
}

/** Resolved in a window, newest first. @param before id to go on from, null = from the newest */
export async function readResolved(
  db: Executor,
  window: { readonly from: number; readonly to: number },
  before: { readonly at: number; readonly id: number } | null,
  limit: number,
): Promise<StoredIncident[]> {
  const rows = await db.query<Row>(
    `${SELECT} WHERE resolved_at_ms >= $1 AND resolved_at_ms < $2 AND (resolved_at_ms, id) < ($3, $4)
     ORDER BY resolved_at_ms DESC, id DESC LIMIT $5`,
    [window.from, window.to, before?.at ?? Number.MAX_SAFE_INTEGER, before?.id ?? 2_147_483_647, limit],
  );
  return rows.map(incidentOf);
}

/** Incidents that named a card, newest first. */
export async function readIncidentsOfCard(db: Executor, cardId: number, from: number, limit: number) {
  const rows = await db.query<Row>(
    `${SELECT} WHERE card_ids @> ARRAY[$1::int4] AND coalesce(resolved_at_ms, $2) >= $2 ORDER BY id DESC LIMIT $3`,
    [cardId, from, limit],
  );
  return rows.map(incidentOf);
}

/** Earlier lives of the same finding, newest first. */
export async function readPastLives(db: Executor, fingerprint: string, exceptId: number, limit: number) {
  return await db.query<{ id: number; since: number; resolvedAt: number | null }>(
    `SELECT id, since_ms AS since, resolved_at_ms AS "resolvedAt" FROM incident
     WHERE fingerprint = $1 AND id <> $2 ORDER BY id DESC LIMIT $3`,
    [fingerprint, exceptId, limit],
  );
}

/** The newest life of each finding, of those that have one. */
export async function readLastLives(db: Executor, fingerprints: readonly string[]): Promise<StoredIncident[]> {
  if (fingerprints.length === 0) return [];
  const rows = await db.query<Row>(
    `SELECT DISTINCT ON (fingerprint) id, ${NAMES} FROM incident WHERE fingerprint = ANY($1) ORDER BY fingerprint, id DESC`,
    [fingerprints],
  );
  return rows.map(incidentOf);
}

export async function readTimeline(db: Executor, incidentId: number) {
  return await db.query<IncidentEvent & { readonly body: unknown }>(
    `SELECT at_ms AS at, kind, because, who, detail, body FROM incident_event WHERE incident_id = $1 ORDER BY id LIMIT 2000`,
    [incidentId],
  );
}

/** How often each rule fired since an instant, and when last. */
export async function readRuleCounts(db: Executor, since: number) {
  return await db.query<{ ruleId: string; fired: number; lastFiredAt: number }>(
    `SELECT rule_id AS "ruleId", count(*)::int4 AS fired, max(fired_at_ms)::int8 AS "lastFiredAt" FROM incident
     WHERE fired_at_ms >= $1 GROUP BY rule_id`,
    [since],
  );
}

/** Removes what was resolved before an instant, with its timeline. At most `limit` at once. @returns how many */
export async function removeOldIncidents(db: Executor, before: number, limit: number): Promise<number> {
  const gone = await db.query(
    `DELETE FROM incident WHERE id IN (SELECT id FROM incident WHERE resolved_at_ms < $1 ORDER BY id LIMIT $2) RETURNING id`,
    [before, limit],
  );
  return gone.length;
}
