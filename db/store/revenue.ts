import type { Executor, Tx } from "../database.ts";
import type { OtherCostKind, RevenueKind } from "../model/feature.ts";
import type { Currency, Micro } from "../model/money.ts";
import type { PriceRevision } from "../model/price.ts";
import type { Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";
import { changedLines, hullOf, type LineRules } from "./line-change.ts";
import { planStretches, type StretchWish } from "./stretch-plan.ts";
import { byStretch, LONGEST_LINE_MS } from "./stretch-sql.ts";

type Big = number | bigint;
type Rows = { readonly ended: number; readonly added: number; readonly unchanged: number };

/** What a unit of a feature sells for, as it is believed. */
export type StoredUnitPrice = {
  readonly id: number;
  readonly featureId: number;
  readonly feature: string;
  readonly currency: Currency;
  readonly perUnitMicro: Micro;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
  readonly revision: number;
};

/** Unit prices in force, by feature and start; of some features only where they are named. */
export async function readUnitPrices(
  db: Executor,
  featureIds: readonly number[] | null = null,
): Promise<StoredUnitPrice[]> {
  const rows = await db.query<Omit<StoredUnitPrice, "perUnitMicro"> & { amount: Big }>(
    `SELECT p.id, p.feature_id AS "featureId", f.key AS feature, p.currency, p.per_unit_micro AS amount,
       p.from_ms AS "from", p.to_ms AS "to", p.revision_id AS revision
     FROM unit_price p JOIN feature f ON f.id = p.feature_id
     WHERE p.known_to_ms IS NULL AND ($1::int4[] IS NULL OR p.feature_id = ANY($1)) ORDER BY p.feature_id, p.from_ms`,
    [featureIds],
  );
  return rows.map(({ amount, ...row }) => ({ ...row, perUnitMicro: BigInt(amount) }));
}

/** perUnitMicro null takes back what holds in the stretch. */
export type UnitPriceWish = {
  readonly featureId: number;
  readonly currency: Currency;
  readonly perUnitMicro: Micro | null;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};

/** Changes the unit prices in force, inside the transaction of a begun revision. Wishes that are true already write nothing. */
export async function changeUnitPrices(
  tx: Tx,
  revision: Pick<PriceRevision, "id" | "at">,
  wishes: readonly UnitPriceWish[],
): Promise<Rows> {
  type Value = { readonly currency: Currency; readonly perUnitMicro: Micro };
  const ids = [...new Set(wishes.map(({ featureId }) => featureId))];
  const held = (await readUnitPrices(tx, ids)).map(({ id, featureId, from, to, currency, perUnitMicro }) => ({
    id,
    key: String(featureId),
    from,
    to,
    value: { currency, perUnitMicro },
  }));
  const asked = wishes.map(({ featureId, currency, perUnitMicro, from, to }): StretchWish<Value> => ({
    key: String(featureId),
    from,
    to,
    value: perUnitMicro === null ? null : { currency, perUnitMicro },
  }));
  const plan = planStretches<Value>(
    held,
    asked,
    (a, b) => a.currency === b.currency && a.perUnitMicro === b.perUnitMicro,
  );
  await tx.query("UPDATE unit_price SET known_to_ms = $1 WHERE id = ANY($2)", [revision.at, [...plan.ended]]);
  await tx.query(
    `INSERT INTO unit_price (feature_id, currency, per_unit_micro, from_ms, to_ms, known_from_ms, revision_id)
     SELECT feature_id, currency, amount, from_ms, to_ms, $1::int8, $2::int4
     FROM unnest($3::int4[], $4::text[], $5::int8[], $6::int8[], $7::int8[]) u (feature_id, currency, amount, from_ms, to_ms)`,
    [
      revision.at,
      revision.id,
      plan.added.map(({ key }) => Number(key)),
      plan.added.map(({ value }) => value.currency),
      plan.added.map(({ value }) => value.perUnitMicro.toString()),
      plan.added.map(({ from }) => from),
      plan.added.map(({ to }) => to),
    ],
  );
  return { ended: plan.ended.length, added: plan.added.length, unchanged: plan.unchanged };
}

/** What a feature costs besides cards, as it is believed. */
export type StoredOtherCost = {
  readonly id: number;
  readonly featureId: number;
  readonly feature: string;
  readonly kind: OtherCostKind;
  readonly note: string;
  readonly currency: Currency;
  readonly perDayMicro: Micro;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
  readonly revision: number;
};

/** Other costs in force, by feature, kind, note and start; of some features only where they are named. */
export async function readOtherCosts(
  db: Executor,
  featureIds: readonly number[] | null = null,
): Promise<StoredOtherCost[]> {
  const rows = await db.query<Omit<StoredOtherCost, "perDayMicro"> & { amount: Big }>(
    `SELECT c.id, c.feature_id AS "featureId", f.key AS feature, c.kind, c.note, c.currency, c.per_day_micro AS amount,
       c.from_ms AS "from", c.to_ms AS "to", c.revision_id AS revision
     FROM other_cost c JOIN feature f ON f.id = c.feature_id
     WHERE c.known_to_ms IS NULL AND ($1::int4[] IS NULL OR c.feature_id = ANY($1))
     ORDER BY c.feature_id, c.kind, c.note, c.from_ms`,
    [featureIds],
  );
  return rows.map(({ amount, ...row }) => ({ ...row, perDayMicro: BigInt(amount) }));
}

/** Costs of one feature, kind and note exclude each other in time. perDayMicro null takes back what holds in the stretch. */
export type OtherCostWish = {
  readonly featureId: number;
  readonly kind: OtherCostKind;
  readonly note: string;
  readonly currency: Currency;
  readonly perDayMicro: Micro | null;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};

/** Changes the other costs in force, inside the transaction of a begun revision. Wishes that are true already write nothing. */
export async function changeOtherCosts(
  tx: Tx,
  revision: Pick<PriceRevision, "id" | "at">,
  wishes: readonly OtherCostWish[],
): Promise<Rows> {
  type Value = { readonly currency: Currency; readonly perDayMicro: Micro };
  const keyOf = (cost: Pick<OtherCostWish, "featureId" | "kind" | "note">) =>
    JSON.stringify([cost.featureId, cost.kind, storable(cost.note)]);
  const held = (await readOtherCosts(tx, [...new Set(wishes.map(({ featureId }) => featureId))])).map((cost) => ({
    id: cost.id,
    key: keyOf(cost),
    from: cost.from,
    to: cost.to,
    value: { currency: cost.currency, perDayMicro: cost.perDayMicro },
  }));
  const asked = wishes.map(({ currency, perDayMicro, from, to, ...wish }): StretchWish<Value> => ({
    key: keyOf(wish),
    from,
    to,
    value: perDayMicro === null ? null : { currency, perDayMicro },
  }));
  const plan = planStretches<Value>(
    held,
    asked,
    (a, b) => a.currency === b.currency && a.perDayMicro === b.perDayMicro,
  );
  await tx.query("UPDATE other_cost SET known_to_ms = $1 WHERE id = ANY($2)", [revision.at, [...plan.ended]]);
  const keys = plan.added.map(({ key }) => JSON.parse(key) as [number, string, string]); // as keyOf wrote it
  await tx.query(
    `INSERT INTO other_cost (feature_id, kind, note, currency, per_day_micro, from_ms, to_ms, known_from_ms, revision_id)
     SELECT feature_id, kind, note, currency, amount, from_ms, to_ms, $1::int8, $2::int4
     FROM unnest($3::int4[], $4::text[], $5::text[], $6::text[], $7::int8[], $8::int8[], $9::int8[])
       u (feature_id, kind, note, currency, amount, from_ms, to_ms)`,
    [
      revision.at,
      revision.id,
      keys.map(([featureId]) => featureId),
      keys.map(([, kind]) => kind),
      keys.map(([, , note]) => note),
      plan.added.map(({ value }) => value.currency),
      plan.added.map(({ value }) => value.perDayMicro.toString()),
      plan.added.map(({ from }) => from),
      plan.added.map(({ to }) => to),
    ],
  );
  return { ended: plan.ended.length, added: plan.added.length, unchanged: plan.unchanged };
}

/** Money that came in, or went back (negative), for one feature in `[from, to)`. */
export type StoredRevenue = Window & {
  readonly featureId: number;
  readonly source: string;
  readonly kind: RevenueKind;
  readonly currency: Currency;
  readonly amountMicro: Micro;
};

/** Measured revenue in force that overlaps a window, by feature, source, kind and start. */
export async function readRevenueLines(
  db: Executor,
  window: Window,
  featureIds: readonly number[] | null = null,
): Promise<StoredRevenue[]> {
  const rows = await db.query<Omit<StoredRevenue, "amountMicro"> & { amount: Big }>(
    `SELECT feature_id AS "featureId", source, kind, from_ms AS "from", to_ms AS "to", currency, amount_micro AS amount
     FROM revenue_line
     WHERE ($1::int4[] IS NULL OR feature_id = ANY($1)) AND from_ms >= $2 AND from_ms < $4 AND to_ms > $3
       AND known_to_ms IS NULL ORDER BY feature_id, source, kind, from_ms`,
    [featureIds, window.from - LONGEST_LINE_MS, window.from, window.to],
  );
  return rows.map(({ amount, ...row }) => ({ ...row, amountMicro: BigInt(amount) }));
}

/** Measured revenue of one feature, source, kind and currency over the lines that lie within one of the stretches asked for. */
export type RevenueSum = {
  readonly stretch: number; // place of the stretch, from 0
  readonly featureId: number;
  readonly source: string;
  readonly kind: RevenueKind;
  readonly currency: Currency;
  readonly micro: Micro;
};

/**
 * Measured revenue in force by stretch, from lines that lie within one stretch; the lines that cross a border are
 * answered as they are, for the caller to spread.
 * @param borders ascending; stretch i is [borders[i], borders[i + 1])
 */
export async function readRevenueSums(
  db: Executor,
  borders: readonly UnixMs[],
): Promise<{ readonly sums: readonly RevenueSum[]; readonly crossing: readonly StoredRevenue[] }> {
  const stretches = byStretch(borders);
  if (stretches === null) return { sums: [], crossing: [] };
  const { place, isWithin, touched, params } = stretches;
  const sums = await db.query<Omit<RevenueSum, "micro"> & { micro: string }>(
    `SELECT ${place} - 1 AS stretch, feature_id AS "featureId", source, kind, currency, sum(amount_micro)::text AS micro
     FROM revenue_line WHERE ${touched} AND ${isWithin} GROUP BY 1, 2, 3, 4, 5`,
    params,
  );
  const crossing = await db.query<Omit<StoredRevenue, "amountMicro"> & { amount: Big }>(
    `SELECT feature_id AS "featureId", source, kind, from_ms AS "from", to_ms AS "to", currency, amount_micro AS amount
     FROM revenue_line WHERE ${touched} AND NOT (${isWithin})`,
    params,
  );
  return {
    sums: sums.map(({ micro, ...row }) => ({ ...row, micro: BigInt(micro) })),
    crossing: crossing.map(({ amount, ...row }) => ({ ...row, amountMicro: BigInt(amount) })),
  };
}

/**
 * Says revenue lines from now on, inside a transaction that holds the features' revenue lock (lockRevenue). As
 * putUsageLines does: what stands as it is writes nothing, what a new line overlaps ends.
 */
export async function putRevenueLines(
  tx: Tx,
  lines: readonly StoredRevenue[],
  { now, revisionId }: { readonly now: UnixMs; readonly revisionId: number },
): Promise<Rows> {
  if (lines.length === 0) return { ended: 0, added: 0, unchanged: 0 };
  const featureIds = [...new Set(lines.map(({ featureId }) => featureId))];
  const window = hullOf(lines);
  const held = await readRevenueLines(tx, window, featureIds);
  const { added, ended } = changedLines(held, lines, RULES);
  const at = Math.max(now, (await lastKnown(tx, featureIds, window)) + 1);
  await tx.query(
    `UPDATE revenue_line l SET known_to_ms = $1 FROM unnest($2::int4[], $3::text[], $4::text[], $5::int8[])
       u (feature_id, source, kind, from_ms)
     WHERE l.feature_id = u.feature_id AND l.source = u.source AND l.kind = u.kind AND l.from_ms = u.from_ms
       AND l.known_to_ms IS NULL`,
    [at, ...columnsOf(ended)],
  );
  await tx.query(
    `INSERT INTO revenue_line (feature_id, source, kind, from_ms, to_ms, currency, amount_micro, known_from_ms, revision_id)
     SELECT feature_id, source, kind, from_ms, to_ms, currency, amount, $1::int8, $2::int4
     FROM unnest($3::int4[], $4::text[], $5::text[], $6::int8[], $7::int8[], $8::text[], $9::int8[])
       u (feature_id, source, kind, from_ms, to_ms, currency, amount)`,
    [
      at,
      revisionId,
      ...columnsOf(added),
      added.map(({ to }) => to),
      added.map(({ currency }) => currency),
      added.map(({ amountMicro }) => amountMicro.toString()),
    ],
  );
  return { ended: ended.length, added: added.length, unchanged: lines.length - added.length };
}

const RULES: LineRules<StoredRevenue> = {
  keyOf: ({ featureId, source, kind }) => JSON.stringify([featureId, source, kind]),
  isSame: (a, b) => a.currency === b.currency && a.amountMicro === b.amountMicro,
};

const columnsOf = (lines: readonly StoredRevenue[]): unknown[] => [
  lines.map(({ featureId }) => featureId),
  lines.map(({ source }) => storable(source)),
  lines.map(({ kind }) => kind),
  lines.map(({ from }) => from),
];

async function lastKnown(tx: Tx, featureIds: readonly number[], window: Window): Promise<number> {
  const [row] = await tx.query<{ at: number | null }>(
    `SELECT max(greatest(known_from_ms, coalesce(known_to_ms, 0))) AS at FROM revenue_line
     WHERE feature_id = ANY($1) AND from_ms >= $2 AND from_ms < $3`,
    [[...featureIds], window.from - LONGEST_LINE_MS, window.to],
  );
  return row?.at ?? 0;
}

/** Held by every transaction that says measured revenue, until it ends: two of them must not both see the lines of before. */
export const REVENUE_LOCK = 7_346_219;
export const lockRevenue = async (tx: Tx): Promise<void> =>
  void (await tx.query("SELECT pg_advisory_xact_lock($1)", [REVENUE_LOCK]));
