import type { Executor } from "../database.ts";
import type { Incident } from "../model/incident.ts";
import { HOUR_MS, type Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { slotStart } from "./steps.ts";

/** Hours that begin in a window: so hours tile periods of any zone, as they tile the ledger's days. */
const hoursIn = ({ from, to }: Window): [number, number] => [Math.ceil(from / HOUR_MS), Math.ceil(to / HOUR_MS)];

/** What the cards of a pool said in a window. */
export type PoolSaid = {
  readonly poolId: number;
  readonly observedMs: number;
  readonly utilMs: number; // mean = utilMs ÷ utilSaidMs
  readonly utilSaidMs: number;
  readonly eccCorrected: number;
  readonly eccUncorrected: number;
};

/** Sums by pool over the hours that begin in a window, by id. Pools without a row are absent. */
export async function readPoolSaid(db: Executor, window: Window): Promise<PoolSaid[]> {
  return await db.query<PoolSaid>(
    `SELECT pool_id AS "poolId", sum(observed_ms)::int8 AS "observedMs", sum(util_ms)::int8 AS "utilMs",
       sum(util_said_ms)::int8 AS "utilSaidMs", sum(ecc_corrected)::int8 AS "eccCorrected",
       sum(ecc_uncorrected)::int8 AS "eccUncorrected"
     FROM pool_hour WHERE hour_no >= $1 AND hour_no < $2 GROUP BY pool_id ORDER BY pool_id`,
    hoursIn(window),
  );
}

/** Faults of a card in a window, by the pool it stood in. */
export type CardFaults = {
  readonly cardId: number;
  readonly uuid: string;
  readonly node: string; // where it stood at the last of them
  readonly position: string;
  readonly poolId: number;
  readonly xids: number;
  readonly xidCodes: readonly number[]; // ascending
  readonly drops: number;
  readonly eccUncorrected: number;
  readonly rowsRemapped: number;
};

/** Cards with an XID, a drop, an uncorrected error or a remapped row in a window; by card and pool. */
export async function readCardFaults(db: Executor, { from, to }: Window): Promise<CardFaults[]> {
  return await db.query<CardFaults>(
    `SELECT e.card_id AS "cardId", c.uuid, coalesce(n.name, '') AS node, c.position, e.pool_id AS "poolId", e.xids,
       e.codes AS "xidCodes", e.drops, e.ecc AS "eccUncorrected", e.rows AS "rowsRemapped"
     FROM (SELECT card_id, pool_id, (array_agg(node_id ORDER BY at_ms DESC))[1] AS node_id,
             count(*) FILTER (WHERE kind = 'xid')::int4 AS xids,
             coalesce(array_agg(DISTINCT code::float8) FILTER (WHERE kind = 'xid'), '{}') AS codes,
             count(*) FILTER (WHERE kind = 'dropped')::int4 AS drops,
             coalesce(sum(count) FILTER (WHERE kind = 'ecc_uncorrected'), 0)::int8 AS ecc,
             coalesce(sum(count) FILTER (WHERE kind = 'row_remap'), 0)::int8 AS rows
           FROM card_event WHERE at_ms >= $1 AND at_ms < $2 AND kind IN ('xid', 'dropped', 'ecc_uncorrected', 'row_remap')
           GROUP BY card_id, pool_id) e
     JOIN card c ON c.id = e.card_id LEFT JOIN node n ON n.id = e.node_id ORDER BY e.card_id, e.pool_id`,
    [from, to],
  );
}

/** An incident as far as a report tells of it. */
export type ReportedIncident = Pick<
  Incident,
  "id" | "ruleId" | "severity" | "values" | "nodeKey" | "poolId" | "isHistoric" | "resolvedAt" | "ackedAt"
> & {
  readonly firedAt: UnixMs;
  readonly cards: number;
  readonly costPerHourMicro: number | bigint | null;
};

/** Incidents that fired before a window ended and were not resolved before it began; what never fired is left out. */
export async function readIncidentsLived(db: Executor, { from, to }: Window): Promise<ReportedIncident[]> {
  return await db.query<ReportedIncident>(
    `SELECT id, rule_id AS "ruleId", severity, "values", node_key AS "nodeKey", pool_id AS "poolId",
       is_historic AS "isHistoric", resolved_at_ms AS "resolvedAt", acked_at_ms AS "ackedAt", fired_at_ms AS "firedAt",
       cardinality(card_ids) AS cards, cost_per_hour_micro AS "costPerHourMicro"
     FROM incident WHERE fired_at_ms < $2 AND coalesce(resolved_at_ms, $2) >= $1 ORDER BY id`,
    [from, to],
  );
}

/** End of the newest slot of each source that was committed and begins before an instant; a source without one is null. */
export async function readNewestCommitted(
  db: Executor,
  before: UnixMs,
): Promise<{ readonly source: string; readonly lastAt: UnixMs | null }[]> {
  const rows = await db.query<{ source: string; slotNo: number | null }>(
    `SELECT s.name AS source, (SELECT max(l.slot_no) FROM slot_ledger l
       WHERE l.source_id = s.id AND l.slot_no < ceil($1::float8 / 300000)) AS "slotNo"
     FROM source s ORDER BY s.name`,
    [before],
  );
  return rows.map(({ source, slotNo }) => ({ source, lastAt: slotNo === null ? null : slotStart(slotNo + 1) }));
}

/** Cards of a pool on a node at an instant. */
export async function readStandingNodes(
  db: Executor,
  at: UnixMs,
): Promise<{ readonly poolId: number; readonly node: string; readonly cards: number }[]> {
  return await db.query(
    `SELECT o.pool_id AS "poolId", n.name AS node, count(*)::int4 AS cards FROM card_ownership o JOIN node n ON n.id = o.node_id
     WHERE o.from_ms <= $1 AND (o.to_ms IS NULL OR o.to_ms > $1) GROUP BY o.pool_id, n.name ORDER BY o.pool_id, n.name`,
    [at],
  );
}
