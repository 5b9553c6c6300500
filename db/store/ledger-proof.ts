import type { Executor } from "../database.ts";
import { type DifferenceCause, LEDGER_STATES, type LedgerState } from "../model/ledger.ts";
import type { Currency, Micro } from "../model/money.ts";
import type { UnixMs } from "../model/units.ts";
import { hourStart } from "./steps.ts";

/** Hours `[fromHour, toHour)` of one pool. */
export type PoolStretch = { readonly poolId: number; readonly fromHour: number; readonly toHour: number };

/** Which lines stand behind a sum: those of these hours and pools, of these features (null = all), in these states. */
export type LinesAsked = {
  readonly stretches: readonly PoolStretch[]; // none overlaps another
  readonly featureIds: readonly number[] | null;
  readonly states: readonly LedgerState[]; // at least one
};

export type ProvenLine = {
  readonly hourNo: number;
  readonly poolId: number;
  readonly featureId: number;
  readonly priceId: number;
  readonly ms: readonly number[]; // by state asked for
  readonly micro: readonly Micro[];
};

const STRETCHES = "unnest($1::int4[], $2::int4[], $3::int4[]) u (pool_id, from_hour, to_hour)";
const params = ({ stretches, featureIds }: LinesAsked): unknown[] => [
  stretches.map(({ poolId }) => poolId),
  stretches.map(({ fromHour }) => fromHour),
  stretches.map(({ toHour }) => toHour),
  featureIds,
];
const linesOf = ({ states }: LinesAsked, table: string): string =>
  `${table} l JOIN ${STRETCHES} ON l.pool_id = u.pool_id AND l.hour_no >= u.from_hour AND l.hour_no < u.to_hour
   WHERE l.hour_no >= (SELECT min(h) FROM unnest($2::int4[]) h) AND l.hour_no < (SELECT max(h) FROM unnest($3::int4[]) h)
     AND ($4::int4[] IS NULL OR l.feature_id = ANY($4)) AND (${columns(states, "ms")
       .map((c) => `l.${c} <> 0`)
       .join(" OR ")})`;

/** Columns of states: names of ours, never a value. */
const columns = (states: readonly LedgerState[], what: "ms" | "micro"): string[] =>
  LEDGER_STATES.filter((state) => states.includes(state)).map((state) => `${state}_${what}`);

/** How many lines there are, and their money by price. */
export async function readLineSums(
  db: Executor,
  asked: LinesAsked,
): Promise<readonly { readonly priceId: number; readonly lines: number; readonly micro: Micro }[]> {
  const rows = await db.query<{ priceId: number; lines: number; micro: string }>(
    `SELECT l.price_id AS "priceId", count(*)::int4 AS lines, sum(${columns(asked.states, "micro")
      .map((c) => `l.${c}`)
      .join(" + ")})::text AS micro
     FROM ${linesOf(asked, "ledger_hour")} GROUP BY l.price_id ORDER BY l.price_id`,
    params(asked),
  );
  return rows.map(({ micro, ...row }) => ({ ...row, micro: BigInt(micro) }));
}

/** The lines themselves, newest first, then by pool, feature and price. */
export async function readProvenLines(
  db: Executor,
  asked: LinesAsked,
  { limit, offset = 0 }: { readonly limit: number; readonly offset?: number },
): Promise<ProvenLine[]> {
  const [ms, micro] = [columns(asked.states, "ms"), columns(asked.states, "micro")];
  const rows = await db.query<Record<string, number> & { micro: string[] }>(
    `SELECT l.hour_no AS "hourNo", l.pool_id AS "poolId", l.feature_id AS "featureId", l.price_id AS "priceId",
       ARRAY[${ms.map((c) => `l.${c}::float8`).join(", ")}] AS ms, ARRAY[${micro.map((c) => `l.${c}::text`).join(", ")}] AS micro
     FROM ${linesOf(asked, "ledger_hour")}
     ORDER BY l.hour_no DESC, l.pool_id, l.feature_id, l.price_id LIMIT $5 OFFSET $6`,
    [...params(asked), limit, offset],
  );
  return rows.map(({ micro: amounts, ...row }) => ({
    ...(row as unknown as Omit<ProvenLine, "micro">),
    micro: amounts.map(BigInt),
  }));
}

export type HeldBehind = {
  readonly holderId: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly owner: string; // "kind/name"; "" = not said
  readonly rule: string | null; // that took it last; null = none did
  readonly ms: readonly number[]; // by state, all six
};

/** Who held the time, most first. Hours older than holders are kept have none. */
export async function readHoldersBehind(db: Executor, asked: LinesAsked, limit: number): Promise<HeldBehind[]> {
  const all = columns(LEDGER_STATES, "ms");
  const wanted = columns(asked.states, "ms");
  return await db.query<HeldBehind>(
    `SELECT s.holder_id AS "holderId", h.cluster, h.namespace, h.pod,
       CASE WHEN coalesce(k.owner_name, '') = '' THEN '' ELSE k.owner_kind || '/' || k.owner_name END AS owner,
       m.name AS rule, s.ms
     FROM (
       SELECT l.holder_id, max(f.rule_id) AS rule_id, ARRAY[${all.map((c) => `sum(l.${c})::float8`).join(", ")}] AS ms,
         sum(${wanted.map((c) => `l.${c}`).join(" + ")}) AS most
       FROM holder_hour l
       JOIN ${STRETCHES} ON l.pool_id = u.pool_id AND l.hour_no >= u.from_hour AND l.hour_no < u.to_hour
       LEFT JOIN holder_feature f ON f.holder_id = l.holder_id AND f.from_hour <= l.hour_no
         AND (f.to_hour IS NULL OR f.to_hour > l.hour_no)
       WHERE l.holder_id > 0 AND ($4::int4[] IS NULL OR coalesce(f.feature_id, -1) = ANY($4))
         AND (${wanted.map((c) => `l.${c} <> 0`).join(" OR ")})
       GROUP BY l.holder_id ORDER BY most DESC, l.holder_id LIMIT $5) s
     JOIN holder h ON h.id = s.holder_id LEFT JOIN holder_kube k ON k.holder_id = s.holder_id
     LEFT JOIN mapping_rule m ON m.id = s.rule_id ORDER BY s.most DESC, s.holder_id`,
    [...params(asked), limit],
  );
}

/** The first hour holders are kept of; null = of none. */
export async function readHoldersSince(db: Executor): Promise<UnixMs | null> {
  const [row] = await db.query<{ hourNo: number | null }>(`SELECT min(hour_no) AS "hourNo" FROM holder_hour`);
  return row?.hourNo == null ? null : hourStart(row.hourNo);
}

export type CardBehind = {
  readonly uuid: string;
  readonly node: string;
  readonly poolId: number;
  readonly ownedMs: number;
};

/** Cards that stood in the pools in these hours, longest first, and how many they are. @param until nothing is counted after */
export async function readCardsBehind(
  db: Executor,
  { stretches }: Pick<LinesAsked, "stretches">,
  until: number,
  limit: number,
): Promise<{ readonly cards: readonly CardBehind[]; readonly count: number }> {
  const rows = await db.query<CardBehind & { count: number }>(
    `SELECT c.uuid, n.name AS node, s.pool_id AS "poolId", s.owned AS "ownedMs", s.count FROM (
       SELECT o.card_id, o.pool_id, max(o.node_id) AS node_id, count(*) OVER ()::int4 AS count,
         sum(least(coalesce(o.to_ms, $4::int8), u.to_hour * 3600000::int8, $4) - greatest(o.from_ms, u.from_hour * 3600000::int8))::float8 AS owned
       FROM card_ownership o JOIN ${STRETCHES} ON o.pool_id = u.pool_id
       WHERE o.from_ms < least(u.to_hour * 3600000::int8, $4) AND coalesce(o.to_ms, $4::int8) > u.from_hour * 3600000::int8
       GROUP BY o.card_id, o.pool_id ORDER BY owned DESC, o.card_id LIMIT $5) s
     JOIN card c ON c.id = s.card_id JOIN node n ON n.id = s.node_id ORDER BY s.owned DESC, c.id`,
    [...params({ stretches, featureIds: null, states: [] }).slice(0, 3), until, limit],
  );
  return {
    cards: rows.map(({ uuid, node, poolId, ownedMs }) => ({ uuid, node, poolId, ownedMs })),
    count: rows[0]?.count ?? 0,
  };
}

export type DifferenceSum = {
  readonly at: UnixMs;
  readonly cause: DifferenceCause;
  readonly who: string; // "" = nobody: late data
  readonly why: string;
  readonly hours: number;
  readonly micro: Micro; // new minus old
  readonly currency: Currency | null; // null = unpriced
};

/** What changed of closed hours since, newest first: one line an act and currency. */
export async function readDifferences(db: Executor, asked: LinesAsked, limit: number): Promise<DifferenceSum[]> {
  const rows = await db.query<Omit<DifferenceSum, "micro"> & { micro: string }>(
    `SELECT l.at_ms AS at, l.cause, coalesce(r.who, '') AS who, coalesce(r.why, '') AS why, p.currency,
       count(DISTINCT l.hour_no)::int4 AS hours, sum(${columns(asked.states, "micro")
         .map((c) => `l.${c}`)
         .join(" + ")})::text AS micro
     FROM ledger_difference l
     JOIN ${STRETCHES} ON l.pool_id = u.pool_id AND l.hour_no >= u.from_hour AND l.hour_no < u.to_hour
     LEFT JOIN revision r ON r.id = l.revision_id LEFT JOIN price p ON p.id = l.price_id
     WHERE ($4::int4[] IS NULL OR l.feature_id = ANY($4)) AND (${columns(asked.states, "ms")
       .map((c) => `l.${c} <> 0 OR l.${c.replace(/_ms$/, "_micro")} <> 0`)
       .join(" OR ")})
     GROUP BY l.at_ms, l.cause, r.who, r.why, p.currency ORDER BY l.at_ms DESC, p.currency LIMIT $5`,
    [...params(asked), limit],
  );
  return rows.map(({ micro, ...row }) => ({ ...row, micro: BigInt(micro) }));
}
