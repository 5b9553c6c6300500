import type { Database, Executor, Tx } from "../database.ts";
import { type Window } from "../model/time.ts";
import type { Tier, TierEvent, TierLadder, TierOverride, TierVerdict } from "../model/tier.ts";
import type { KnownLadder } from "../model/tier-views.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";
import { beginRevision, lockRevisions, type RevisionNote } from "./revisions.ts";
import { hourNoOf } from "./steps.ts";

type Note = Omit<RevisionNote, "subject">;

/** The ladder believed in at an instant (null = now); null when nobody has ever changed it. */
export async function readLadder(db: Executor, knownAt: UnixMs | null): Promise<KnownLadder | null> {
  const [row] = await db.query<KnownLadder>(
    `SELECT l.ladder, l.known_from_ms AS since, r.who, r.why FROM tier_ladder l JOIN revision r ON r.id = l.revision_id
     WHERE CASE WHEN $1::int8 IS NULL THEN l.known_to_ms IS NULL ELSE l.known_from_ms <= $1 AND (l.known_to_ms IS NULL OR l.known_to_ms > $1) END
     ORDER BY l.known_from_ms DESC LIMIT 1`,
    [knownAt],
  );
  return row ?? null;
}

/** Puts a ladder in force. */
export async function putLadder(db: Database, ladder: TierLadder, note: Note): Promise<void> {
  await db.transaction(async (tx) => {
    const { id, at } = await beginRevision(tx, { ...note, subject: "ladder" });
    await tx.query("UPDATE tier_ladder SET known_to_ms = $1 WHERE known_to_ms IS NULL", [at]);
    await tx.query("INSERT INTO tier_ladder (ladder, known_from_ms, revision_id) VALUES ($1::jsonb, $2, $3)", [
      JSON.stringify(ladder),
      at,
      id,
    ]);
  });
}

const OVERRIDE = `id, pool_id AS "poolId", tier, owner, reason, from_ms AS "from", to_ms AS "to"`;

/** Overrides in force at an instant, one a pool. What was taken back later was in force until then. */
export async function readOverridesAt(db: Executor, at: UnixMs): Promise<TierOverride[]> {
  return await db.query<TierOverride>(
    `SELECT DISTINCT ON (pool_id) ${OVERRIDE} FROM tier_override
     WHERE from_ms <= $1 AND to_ms > $1 AND (removed_at_ms IS NULL OR removed_at_ms > $1)
     ORDER BY pool_id, from_ms DESC, id DESC`,
    [at],
  );
}

/** Overrides not over and not taken back, the soonest to expire first. */
export async function readOverridesOpen(db: Executor, at: UnixMs): Promise<TierOverride[]> {
  return await db.query<TierOverride>(
    `SELECT ${OVERRIDE} FROM tier_override WHERE to_ms > $1 AND removed_at_ms IS NULL ORDER BY to_ms, id`,
    [at],
  );
}

/**
 * Sets a pool's tier by hand, in place of what was set before; the same again is no new line of its history.
 * @returns its id; null when there is no such pool
 */
export async function putOverride(
  db: Database,
  wish: Omit<TierOverride, "id" | "from">,
  note: Note,
): Promise<number | null> {
  return await db.transaction(async (tx) => {
    const pools = await tx.query("SELECT id FROM pool WHERE id = $1", [wish.poolId]);
    if (pools.length === 0) return null;
    await lockRevisions(tx); // of two clicks the second finds what the first set
    const said = [wish.poolId, wish.tier, storable(wish.owner), storable(wish.reason), wish.to];
    const [same] = await tx.query<{ id: number }>(
      `SELECT id FROM tier_override WHERE removed_at_ms IS NULL
       AND pool_id = $1 AND tier = $2 AND owner = $3 AND reason = $4 AND to_ms = $5`,
      said,
    );
    if (same !== undefined) return same.id;
    const { at } = await beginRevision(tx, { ...note, subject: "override" });
    await endOverrides(tx, at, wish.poolId, null);
    const [row] = await tx.query<{ id: number }>(
      `INSERT INTO tier_override (pool_id, tier, owner, reason, from_ms, to_ms) VALUES ($1, $2, $3, $4, $6, $5) RETURNING id`,
      [...said, at],
    );
    return row?.id ?? null;
  });
}

/** Takes an override back; false when it was not in force any more. */
export async function removeOverride(db: Database, id: number, note: Note): Promise<boolean> {
  return await db.transaction(async (tx) => {
    const { at } = await beginRevision(tx, { ...note, subject: "override" });
    return (await endOverrides(tx, at, null, id)) > 0;
  });
}

async function endOverrides(tx: Tx, at: number, poolId: number | null, id: number | null): Promise<number> {
  const ended = await tx.query(
    `UPDATE tier_override SET removed_at_ms = $1
     WHERE removed_at_ms IS NULL AND to_ms > $1 AND (pool_id = $2 OR id = $3) RETURNING id`,
    [at, poolId, id],
  );
  return ended.length;
}

/** A verdict with when it was written down. */
export type DatedVerdict = { readonly poolId: number; readonly at: number; readonly verdict: TierVerdict };

/** What the timeline says of each pool at an instant: its last change not after it. Pools without one are absent. */
export async function readVerdictsAt(db: Executor, at: UnixMs): Promise<DatedVerdict[]> {
  return await db.query<DatedVerdict>(
    `SELECT DISTINCT ON (pool_id) pool_id AS "poolId", at_ms AS at, verdict FROM tier_event WHERE at_ms <= $1
     ORDER BY pool_id, at_ms DESC`,
    [at],
  );
}

export type NewTierEvent = {
  readonly at: number;
  readonly poolId: number;
  readonly fromTier: Tier | null;
  readonly verdict: TierVerdict;
};

/** Writes changes down. A change of the same pool at the same instant is written once. */
export async function putTierEvents(db: Executor, events: readonly NewTierEvent[]): Promise<void> {
  if (events.length === 0) return;
  await db.query(
    `INSERT INTO tier_event (at_ms, pool_id, from_tier, to_tier, verdict)
     SELECT at_ms, pool_id, from_tier, to_tier, verdict FROM jsonb_to_recordset($1::jsonb)
       e (at_ms int8, pool_id int, from_tier int2, to_tier int2, verdict jsonb) ON CONFLICT DO NOTHING`,
    [
      JSON.stringify(
        events.map(({ at, poolId, fromTier, verdict }) => ({
          at_ms: at,
          pool_id: poolId,
          from_tier: fromTier,
          to_tier: verdict.tier,
          verdict,
        })),
      ),
    ],
  );
}

/** Changes of tier in a window, newest first. `poolId` null = of every pool. */
export async function readTierEvents(
  db: Executor,
  poolId: number | null,
  window: Window,
  limit: number,
): Promise<TierEvent[]> {
  return await db.query<TierEvent>(
    `SELECT at_ms AS at, pool_id AS "poolId", from_tier AS "fromTier", to_tier AS "toTier", verdict->'reasons' AS reasons,
       verdict->>'hourlyMicro' AS "hourlyMicro", verdict->>'currency' AS currency
     FROM tier_event WHERE at_ms >= $1 AND at_ms < $2 AND ($3::int4 IS NULL OR pool_id = $3)
     ORDER BY at_ms DESC, pool_id LIMIT $4`,
    [window.from, window.to, poolId, limit],
  );
}

/** How much of its observed time a pool was in fault. */
export type PoolHealth = { readonly poolId: number; readonly observedMs: number; readonly faultMs: number };

/** Over the whole hours of a window; pools nobody observed are absent. */
export async function readPoolHealth(db: Executor, window: Window): Promise<PoolHealth[]> {
  return await db.query<PoolHealth>(
    `SELECT pool_id AS "poolId", sum(observed_ms)::float8 AS "observedMs", sum(fault_ms)::float8 AS "faultMs" FROM pool_hour
     WHERE hour_no >= $1 AND hour_no < $2 GROUP BY pool_id HAVING sum(observed_ms) > 0`,
    [hourNoOf(window.from), hourNoOf(window.to)],
  );
}

/** Pools in which a card stood at an instant, by id, with how many. */
export async function readStandingPools(db: Executor, at: UnixMs): Promise<{ poolId: number; cards: number }[]> {
  return await db.query(
    `SELECT pool_id AS "poolId", count(*)::int4 AS cards FROM card_ownership
     WHERE from_ms <= $1 AND (to_ms IS NULL OR to_ms > $1) GROUP BY pool_id ORDER BY pool_id`,
    [at],
  );
}
