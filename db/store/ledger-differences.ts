import type { Executor } from "../database.ts";
import type { DifferenceCause, StateMicro, StateMs } from "../model/ledger.ts";
import type { UnixMs } from "../model/units.ts";
import { STATE_MS } from "./holder-sql.ts";
import { STATE_MICRO } from "./ledger-lines.ts";
import type { StoredLine } from "./line-deltas.ts";

/** A change of a closed hour, new minus old, and why. */
export type LineDifference = StoredLine & {
  readonly at: UnixMs;
  readonly cause: DifferenceCause;
  readonly revisionId: number | null;
};

export type DifferenceQuestion = {
  readonly fromHour: number;
  readonly toHour: number; // exclusive
  readonly poolIds: readonly number[] | null; // null = all
  readonly featureIds: readonly number[] | null;
  readonly since: UnixMs | null; // written down at or after
  readonly limit: number;
};

/** What changed of hours after they were closed, newest first. */
export async function readDifferences(db: Executor, question: DifferenceQuestion): Promise<LineDifference[]> {
  const { fromHour, toHour, poolIds, featureIds, since, limit } = question;
  const rows = await db.query<DifferenceRow>(
    `SELECT at_ms AS at, cause, revision_id AS "revisionId", hour_no AS "hourNo", pool_id AS "poolId",
       feature_id AS "featureId", price_id AS "priceId", ARRAY[${STATE_MS.join(", ")}]::text[] AS ms,
       ARRAY[${STATE_MICRO.join(", ")}]::text[] AS micro
     FROM ledger_difference
     WHERE hour_no >= $1 AND hour_no < $2 AND ($3::int4[] IS NULL OR pool_id = ANY($3))
       AND ($4::int4[] IS NULL OR feature_id = ANY($4)) AND at_ms >= coalesce($5::int8, 0)
     ORDER BY id DESC LIMIT $6`,
    [fromHour, toHour, poolIds, featureIds, since, limit],
  );
  return rows.map(({ ms, micro, ...rest }) => ({
    ...rest,
    ms: ms.map(Number) as unknown as StateMs,
    micro: micro.map(BigInt) as unknown as StateMicro,
  }));
}

type DifferenceRow = Omit<LineDifference, "ms" | "micro"> & {
  readonly ms: readonly string[];
  readonly micro: readonly string[];
};
