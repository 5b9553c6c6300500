import type { Executor } from "../database.ts";
import type { CardEventKind } from "../model/events.ts";
import type { Labels } from "../model/incident.ts";
import type { Severity } from "../model/rule.ts";
import { DAY_MS, HOUR_MS, type Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";

/** What a card did in a window; temperatures null = not said. */
export type CardPeriod = {
  readonly uuid: string;
  readonly node: string; // where it stands now; "" = not said
  readonly model: string;
  readonly poolId: number; // where it stands now
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly faultMs: number;
  readonly temperatureMax: number | null; // °C
  readonly memoryTemperatureMax: number | null; // °C
  readonly eccCorrected: number;
  readonly eccUncorrected: number;
  readonly rowsRemapped: number;
  readonly pcieReplays: number;
  readonly nvlinkErrors: number;
  readonly throttledMs: number;
};

const SUMMED = [
  "owned_ms",
  "observed_ms",
  "busy_ms",
  "idle_held_ms",
  "free_ms",
  "fault_ms",
  "ecc_corrected",
  "ecc_uncorrected",
  "rows_remapped",
  "pcie_replays",
  "nvlink_errors",
  "throttled_ms",
];
const HOTTEST = ["temperature_max", "memory_temperature_max"];
const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * Every card that was ours in a window, summed from its whole UTC days and, at either end, from hours (which are kept
 * for storage.hourDays: before that the ends of a period of another zone are left out). By card.
 */
export async function readCardPeriod(db: Executor, { from, to }: Window): Promise<CardPeriod[]> {
  const days = [Math.ceil(from / DAY_MS), Math.max(Math.floor(to / DAY_MS), Math.ceil(from / DAY_MS))] as const;
  const hours = [Math.ceil(from / HOUR_MS), Math.ceil(to / HOUR_MS)] as const;
  const [firstEnd, lastBegin] = [Math.min(days[0] * 24, hours[1]), Math.max(days[1] * 24, hours[0])];
  const columns = [...SUMMED, ...HOTTEST].join(", ");
  // One array a column instead of one row a card: PGlite spends more on decoding 10 000 rows than on the sums.
  const [row] = await db.query<Record<string, (number | string | null)[] | null>>(
    `SELECT array_agg(c.uuid) AS uuid, array_agg(coalesce(n.name, '')) AS node, array_agg(c.model) AS model,
       array_agg(c.pool_id) AS "poolId", ${[...SUMMED, ...HOTTEST].map((name) => `array_agg(${name}) AS "${camel(name)}"`).join(", ")}
     FROM (SELECT card_id, ${SUMMED.map((name) => `sum(${name})::float8 AS ${name}`).join(", ")},
             ${HOTTEST.map((name) => `nullif(max(${name}), -32768)::float8 AS ${name}`).join(", ")}
           FROM (SELECT card_id, ${columns} FROM card_day WHERE day_no >= $1 AND day_no < $2
                 UNION ALL SELECT card_id, ${columns} FROM card_hour WHERE hour_no >= $3 AND hour_no < $4
                 UNION ALL SELECT card_id, ${columns} FROM card_hour WHERE hour_no >= $5 AND hour_no < $6) spent
           GROUP BY card_id HAVING sum(owned_ms) > 0) s
     JOIN card c ON c.id = s.card_id LEFT JOIN node n ON n.id = c.node_id`,
    [days[0], days[1], hours[0], firstEnd, Math.max(lastBegin, firstEnd), hours[1]],
  );
  const names = Object.keys(row ?? {});
  return (row?.["uuid"] ?? []).map(
    (_, i) => Object.fromEntries(names.map((name) => [name, row?.[name]?.[i] ?? null])) as unknown as CardPeriod,
  );
}

/** How often a card had an event of a kind and code in a window; only those that checks look at. */
export async function readEventCounts(
  db: Executor,
  { from, to }: Window,
): Promise<
  {
    readonly uuid: string;
    readonly poolId: number;
    readonly kind: CardEventKind;
    readonly code: number;
    readonly times: number;
  }[]
> {
  return await db.query(
    `SELECT c.uuid, c.pool_id AS "poolId", e.kind, e.code, count(*)::int4 AS times
     FROM card_event e JOIN card c ON c.id = e.card_id
     WHERE e.at_ms >= $1 AND e.at_ms < $2 AND e.kind IN ('xid', 'dropped', 'came_back', 'remap_failed')
     GROUP BY c.uuid, c.pool_id, e.kind, e.code ORDER BY c.uuid, e.kind, e.code`,
    [from, to],
  );
}

export type IncidentPeriod = {
  readonly id: number;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly nodeKey: string;
  readonly labels: Labels;
  readonly poolId: number; // 0 = of no pool
  readonly firedAt: UnixMs;
  readonly resolvedAt: UnixMs | null;
  readonly ackedAt: UnixMs | null;
  readonly isFlapping: boolean;
  readonly isSuppressed: boolean; // held back, or found in readings that came late: nobody was told
};

/** Incidents that fired before a window ended and were open at any time in it, as they stood when it ended. */
export async function readIncidentPeriod(db: Executor, { from, to }: Window): Promise<IncidentPeriod[]> {
  return await db.query<IncidentPeriod>(
    `SELECT id, rule_id AS "ruleId", severity, node_key AS "nodeKey", labels, pool_id AS "poolId",
       fired_at_ms AS "firedAt", CASE WHEN resolved_at_ms < $2 THEN resolved_at_ms END AS "resolvedAt",
       CASE WHEN acked_at_ms < $2 THEN acked_at_ms END AS "ackedAt", is_flapping AS "isFlapping",
       suppressed_by IS NOT NULL OR is_historic AS "isSuppressed"
     FROM incident WHERE fired_at_ms < $2 AND coalesce(resolved_at_ms, $2) >= $1 ORDER BY id`,
    [from, to],
  );
}

/** Messages of a window by what became of them. Tests and heartbeats are of no group, and count: they arrived too. */
export async function readMessageCounts(
  db: Executor,
  { from, to }: Window,
): Promise<{ readonly delivered: number; readonly dead: number; readonly waiting: number }> {
  const [row] = await db.query<{ delivered: number; dead: number; waiting: number }>(
    `SELECT count(*) FILTER (WHERE state = 'delivered')::int4 AS delivered, count(*) FILTER (WHERE state = 'dead')::int4 AS dead,
       count(*) FILTER (WHERE state = 'waiting')::int4 AS waiting FROM outbox WHERE at_ms >= $1 AND at_ms < $2`,
    [from, to],
  );
  return row!;
}

/** Silences that held at an instant, the oldest first; maintenance is planned work and is left out. */
export async function readSilencesAt(
  db: Executor,
  at: UnixMs,
): Promise<{ readonly why: string; readonly from: UnixMs; readonly to: UnixMs | null }[]> {
  return await db.query(
    `SELECT why, from_ms AS "from", to_ms AS "to" FROM silence
     WHERE kind = 'silence' AND from_ms <= $1 AND (to_ms IS NULL OR to_ms > $1) AND (ended_at_ms IS NULL OR ended_at_ms > $1)
     ORDER BY from_ms`,
    [at],
  );
}
