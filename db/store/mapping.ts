import type { Database, Executor, Tx } from "../database.ts";
import type { HolderMatch, KnownHolder, MappingRule, RevenueLine } from "../model/feature.ts";
import type { PriceRevision } from "../model/price.ts";
import { HOUR_MS } from "../model/time.ts";
import { type UnixMs, unixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";
import { readSetting } from "./settings.ts";

type RuleRow = Omit<MappingRule, "from" | "to" | "knownFrom" | "knownTo"> & {
  readonly from: number;
  readonly to: number | null;
  readonly knownFrom: number;
  readonly knownTo: number | null;
};

/** The rules as they were believed at `knownAt`, in the order they are asked in; null = as they are believed now. */
export async function readRules(db: Executor, knownAt: UnixMs | null): Promise<MappingRule[]> {
  const rows = await db.query<RuleRow>(
    `SELECT id, name, position, feature_id AS "featureId", match, from_ms AS "from", to_ms AS "to",
       known_from_ms AS "knownFrom", known_to_ms AS "knownTo", revision_id AS revision
     FROM mapping_rule
     WHERE CASE WHEN $1::int8 IS NULL THEN known_to_ms IS NULL
                ELSE known_from_ms <= $1 AND (known_to_ms IS NULL OR known_to_ms > $1) END
     ORDER BY position, from_ms, id`,
    [knownAt],
  );
  return rows as MappingRule[];
}

/** A rule as it is to be believed. */
export type RuleTerms = Pick<MappingRule, "name" | "position" | "featureId" | "match" | "from" | "to">;

/** Ends beliefs and begins others, in the transaction of a begun revision. Nothing is overwritten. */
export async function changeRules(
  tx: Tx,
  revision: PriceRevision,
  { ended, added }: { readonly ended: readonly number[]; readonly added: readonly RuleTerms[] },
): Promise<void> {
  if (ended.length > 0)
    await tx.query("UPDATE mapping_rule SET known_to_ms = $1 WHERE id = ANY($2)", [revision.at, ended]);
  if (added.length === 0) return;
  await tx.query(
    `INSERT INTO mapping_rule (name, position, feature_id, match, from_ms, to_ms, known_from_ms, revision_id)
     SELECT name, position, feature_id, match, from_ms, to_ms, $2, $3
     FROM jsonb_to_recordset($1::jsonb) g (name text, position int4, feature_id int4, match jsonb, from_ms int8, to_ms int8)`,
    [JSON.stringify(added.map(toRow)), revision.at, revision.id],
  );
}

const toRow = (rule: RuleTerms) => ({
  name: storable(rule.name),
  position: rule.position,
  feature_id: rule.featureId,
  match: storableMatch(rule.match),
  from_ms: rule.from,
  to_ms: rule.to,
});

function storableMatch({ labels, ...texts }: HolderMatch): HolderMatch {
  const clean = Object.entries(texts).map(([field, pattern]) => [field, storable(pattern)]);
  const kept = Object.entries(labels ?? {}).map(([label, pattern]) => [storable(label), storable(pattern)]);
  return Object.fromEntries(
    kept.length === 0 ? clean : [...clean, ["labels", Object.fromEntries(kept)]],
  ) as HolderMatch;
}

/** Holders with everything rules may look at. Ids that are none are left out. */
export async function readHolders(db: Executor, ids: readonly number[]): Promise<KnownHolder[]> {
  const rows = await db.query<Omit<KnownHolder, "labels"> & { labels: Readonly<Record<string, string>> | null }>(
    `SELECT h.id, h.cluster, h.namespace, h.pod, h.container, k.labels,
       CASE WHEN coalesce(k.owner_name, '') = '' THEN '' ELSE k.owner_kind || '/' || k.owner_name END AS owner
     FROM holder h LEFT JOIN holder_kube k ON k.holder_id = h.id WHERE h.id = ANY($1)`,
    [ids],
  );
  return rows.map(({ labels, ...holder }) => ({ ...holder, labels: new Map(Object.entries(labels ?? {})) }));
}

/** Ids of the holders whose hours are kept: the ones whose past a rule can still move. Ascending. */
export async function readKeptHolders(db: Executor): Promise<number[]> {
  const [row] = await db.query<{ ids: number[] | null }>(
    `SELECT array_agg(holder_id ORDER BY holder_id) AS ids
     FROM (SELECT DISTINCT holder_id FROM holder_hour WHERE holder_id > 0) h`,
  );
  return row?.ids ?? [];
}

/** Ids of the holders with card-time since an hour. */
export async function readHoldersSince(db: Executor, hourNo: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    "SELECT DISTINCT holder_id AS id FROM holder_hour WHERE hour_no >= $1 AND holder_id > 0",
    [hourNo],
  );
  return rows.map(({ id }) => id);
}

/** The oldest hour holders are kept of; null = none is. */
export async function readKeptSince(db: Executor): Promise<UnixMs | null> {
  const [row] = await db.query<{ hour: number | null }>("SELECT min(hour_no) AS hour FROM holder_hour");
  return row?.hour == null ? null : unixMs(row.hour * HOUR_MS);
}

/** A stretch of hours in which a rule takes a holder, as holder_feature has it. */
export type HolderStretch = {
  readonly holderId: number;
  readonly fromHour: number;
  readonly toHour: number | null;
  readonly featureId: number;
  readonly ruleId: number;
};

/** What holder_feature says of some holders, by holder and hour. */
export async function readHolderFeatures(db: Executor, holderIds: readonly number[]): Promise<HolderStretch[]> {
  return await db.query<HolderStretch>(
    `SELECT holder_id AS "holderId", from_hour AS "fromHour", to_hour AS "toHour", feature_id AS "featureId", rule_id AS "ruleId"
     FROM holder_feature WHERE holder_id = ANY($1) ORDER BY holder_id, from_hour`,
    [holderIds],
  );
}

/** Puts what rules say of some holders in place of what they said before. */
export async function putHolderFeatures(
  tx: Tx,
  holderIds: readonly number[],
  stretches: readonly HolderStretch[],
): Promise<void> {
  if (holderIds.length === 0) return;
  await tx.query("DELETE FROM holder_feature WHERE holder_id = ANY($1)", [holderIds]);
  if (stretches.length === 0) return;
  await tx.query(
    `INSERT INTO holder_feature (holder_id, from_hour, to_hour, feature_id, rule_id)
     SELECT * FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int4[])`,
    [
      stretches.map((s) => s.holderId),
      stretches.map((s) => s.fromHour),
      stretches.map((s) => s.toHour),
      stretches.map((s) => s.featureId),
      stretches.map((s) => s.ruleId),
    ],
  );
}

/** Hours of holders that changed hands and are not booked anew yet. Oldest first. */
export type Remap = {
  readonly id: number;
  readonly sinceHour: number; // hours before are as they were
  readonly holderIds: readonly number[] | null; // null = too many to name: any may have moved
  readonly revisionId: number | null; // of the mapping; null = Kubernetes said more of a pod
};

const REMAPS = "ledger.remaps";
/** More holders than this are not named one by one. */
const MOST_NAMED = 20_000;

/** What is still to be booked anew. Written with the change, so that a crash in between loses nothing. */
export async function readRemaps(db: Executor): Promise<readonly Remap[]> {
  return ((await readSetting(db, REMAPS)) as readonly Remap[] | undefined) ?? []; // only addRemap writes it
}

/** Notes that hours of holders changed hands, in the transaction that changes them. */
export async function addRemap(tx: Tx, remap: Omit<Remap, "id">, at: UnixMs): Promise<void> {
  const named = remap.holderIds === null || remap.holderIds.length > MOST_NAMED ? null : remap.holderIds;
  await tx.query(
    `INSERT INTO setting (key, value, written_at_ms) VALUES ($1, jsonb_build_array($2::jsonb || '{"id": 1}'), $3)
     ON CONFLICT (key) DO UPDATE SET written_at_ms = excluded.written_at_ms, value = setting.value || jsonb_build_array(
       $2::jsonb || jsonb_build_object('id', 1 + coalesce((SELECT max((one ->> 'id')::int8) FROM jsonb_array_elements(setting.value) one), 0)))`,
    [REMAPS, JSON.stringify({ ...remap, holderIds: named }), at],
  );
}

/** Takes notes away, in the transaction that books the last of their hours. */
export async function dropRemaps(tx: Tx, ids: readonly number[], at: UnixMs): Promise<void> {
  await tx.query(
    `UPDATE setting SET written_at_ms = $3, value = coalesce((SELECT jsonb_agg(one ORDER BY (one ->> 'id')::int8)
       FROM jsonb_array_elements(value) one WHERE NOT (one ->> 'id')::int8 = ANY($2)), '[]') WHERE key = $1`,
    [REMAPS, ids, at],
  );
}

/** Hours of a holder that would change hands. toHour null = until changed. */
export type HolderMove = {
  readonly holderId: number;
  readonly fromHour: number;
  readonly toHour: number | null;
  readonly from: number; // feature, or UNATTRIBUTED
  readonly to: number;
};

export type MovedTime = {
  readonly from: number;
  readonly to: number;
  readonly holderId: number;
  readonly ms: number;
  readonly firstHour: number;
};
export type MovedMoney = {
  readonly from: number;
  readonly to: number;
  readonly currency: string;
  readonly micro: bigint;
};

const HELD_MS = "h.busy_ms + h.idle_held_ms + h.starting_ms + h.free_ms + h.fault_ms + h.unknown_ms";

/** holder_hour is looked at once: it has millions of rows. Time by holder, and money by pool-hour, come of the same look. */
const MOVED = `WITH moved AS MATERIALIZED (
    SELECT m.old_id, m.new_id, h.holder_id, h.hour_no, h.pool_id, sum(${HELD_MS}) AS ms, min(h.hour_no) AS first
    FROM holder_hour h JOIN unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int4[])
      m (holder_id, from_hour, to_hour, old_id, new_id)
      ON h.holder_id = m.holder_id AND h.hour_no >= m.from_hour AND h.hour_no < coalesce(m.to_hour, 2147483647)
    WHERE h.hour_no >= $6
    GROUP BY GROUPING SETS ((m.old_id, m.new_id, h.holder_id), (m.old_id, m.new_id, h.hour_no, h.pool_id))),
  line AS MATERIALIZED (
    SELECT hour_no, pool_id, price_id, sum(micro) AS micro, sum(sum(ms)) OVER (PARTITION BY hour_no, pool_id) AS whole_ms
    FROM (SELECT hour_no, pool_id, price_id, busy_ms + idle_held_ms + starting_ms + free_ms + fault_ms + unknown_ms AS ms,
        busy_micro + idle_held_micro + starting_micro + free_micro + fault_micro + unknown_micro AS micro
      FROM ledger_hour WHERE hour_no >= (SELECT min(first) FROM moved)) l
    GROUP BY hour_no, pool_id, price_id)`;

const MOVED_ROWS = `${MOVED}
  SELECT old_id AS "from", new_id AS "to", holder_id AS "holderId", ms::int8 AS ms, first AS "firstHour",
    NULL AS currency, NULL AS micro, (SELECT count(DISTINCT hour_no)::int4 FROM moved) AS hours
  FROM moved WHERE holder_id IS NOT NULL
  UNION ALL
  (SELECT m.old_id, m.new_id, NULL, NULL, NULL, p.currency, round(sum(l.micro * m.ms / l.whole_ms))::text, 0
   FROM moved m JOIN line l USING (hour_no, pool_id) JOIN price p ON p.id = l.price_id
   WHERE m.holder_id IS NULL AND l.whole_ms > 0 GROUP BY m.old_id, m.new_id, p.currency ORDER BY p.currency)`;

type MovedRow = {
  readonly from: number;
  readonly to: number;
  readonly holderId: number | null; // null = a row of money
  readonly ms: number | null;
  readonly firstHour: number | null;
  readonly currency: string | null;
  readonly micro: string | null;
  readonly hours: number;
};

/**
 * What moves would carry: card-time by holder, money by currency, and the number of hours they touch. A holder's money is
 * its share of the pool-hour's, by card-time; hours that are not booked yet carry time and no money.
 */
export async function readMoved(
  db: Database,
  moves: readonly HolderMove[],
): Promise<{ readonly time: readonly MovedTime[]; readonly money: readonly MovedMoney[]; readonly hours: number }> {
  if (moves.length === 0) return { time: [], money: [], hours: 0 };
  const rows = await db.transaction(async (tx) => {
    await tx.query("SET LOCAL enable_nestloop = off"); // the planner takes a thousand moves for ten
    return await tx.query<MovedRow>(MOVED_ROWS, [
      moves.map((m) => m.holderId),
      moves.map((m) => m.fromHour),
      moves.map((m) => m.toHour),
      moves.map((m) => m.from),
      moves.map((m) => m.to),
      moves.reduce((least, { fromHour }) => Math.min(least, fromHour), Infinity),
    ]);
  });
  const time: MovedTime[] = [];
  const money: MovedMoney[] = [];
  for (const { from, to, holderId, ms, firstHour, currency, micro } of rows) {
    if (holderId !== null) time.push({ from, to, holderId, ms: ms ?? 0, firstHour: firstHour ?? 0 });
    else money.push({ from, to, currency: currency ?? "", micro: BigInt(micro ?? 0) });
  }
  return { time, money, hours: rows[0]?.hours ?? 0 };
}

/** Card-time of holders in the hours `[fromHour, toHour)`, by state, most first. */
export async function readHeldTime(
  db: Executor,
  fromHour: number,
  toHour: number,
): Promise<{ readonly holderId: number; readonly ms: readonly number[] }[]> {
  return await db.query(
    `SELECT holder_id AS "holderId", ARRAY[sum(busy_ms)::float8, sum(idle_held_ms)::float8, sum(starting_ms)::float8,
       sum(free_ms)::float8, sum(fault_ms)::float8, sum(unknown_ms)::float8] AS ms
     FROM holder_hour h WHERE hour_no >= $1 AND hour_no < $2 AND holder_id > 0 GROUP BY 1 ORDER BY sum(${HELD_MS}) DESC, 1`,
    [fromHour, toHour],
  );
}

/** Holders' starts as Kubernetes says them; those it says nothing of are absent. */
export async function readStarts(db: Executor, holderIds: readonly number[]): Promise<Map<number, UnixMs>> {
  const rows = await db.query<{ id: number; at: UnixMs }>(
    "SELECT holder_id AS id, started_at_ms AS at FROM holder_kube WHERE holder_id = ANY($1) AND started_at_ms IS NOT NULL",
    [holderIds],
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
}

export type RuleNote = { readonly who: string; readonly why: string };

/** Who said the rules believed now, and why, by revision. */
export async function readRuleNotes(db: Executor): Promise<Map<number, RuleNote>> {
  const rows = await db.query<RuleNote & { id: number }>(
    `SELECT id, who, why FROM revision
     WHERE id IN (SELECT revision_id FROM mapping_rule WHERE known_to_ms IS NULL)`,
  );
  return new Map(rows.map(({ id, ...note }) => [id, note]));
}

/** Measured revenue one source says of any time, as it is believed, by feature and start. */
export async function readRevenueOf(db: Executor, source: string): Promise<RevenueLine[]> {
  const rows = await db.query<Omit<RevenueLine, "amountMicro"> & { amount: string }>(
    `SELECT f.key AS feature, r.source, r.kind, r.from_ms AS "from", r.to_ms AS "to", r.currency, r.amount_micro::text AS amount
     FROM revenue_line r JOIN feature f ON f.id = r.feature_id WHERE r.source = $1 AND r.known_to_ms IS NULL
     ORDER BY f.key COLLATE "C", r.from_ms, r.kind`,
    [source],
  );
  return rows.map(({ amount, ...row }) => ({ ...row, amountMicro: BigInt(amount) }));
}
