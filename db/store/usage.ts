import type { Executor, Tx } from "../database.ts";
import type { Micro } from "../model/money.ts";
import type { Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { changedLines, hullOf, type LineRules } from "./line-change.ts";
import { beginRevision, type RevisionNote } from "./revisions.ts";
import { byStretch, LONGEST_LINE_MS } from "./stretch-sql.ts";

/** What one source counted in `[from, to)`. */
export type StoredLine = Window & {
  readonly sourceId: number;
  readonly okMicro: Micro | null; // null = asked, and could not say
  readonly failedMicro: Micro | null; // null = not counted
  readonly coveredMs: number; // of the stretch, the time the numbers stand for
};
export type KnownLine = StoredLine & { readonly knownFrom: UnixMs; readonly revision: number };

type Big = number | bigint | null;
const big = (value: Big): Micro | null => (value === null ? null : BigInt(value));

/**
 * Lines of some sources that overlap a window, by source and start, as they were believed at `knownAt`; null = as they
 * are believed now.
 */
export async function readUsageLines(
  db: Executor,
  sourceIds: readonly number[],
  window: Window,
  knownAt: UnixMs | null = null,
): Promise<KnownLine[]> {
  if (sourceIds.length === 0) return [];
  const rows = await db.query<Omit<KnownLine, "okMicro" | "failedMicro"> & { ok: Big; failed: Big }>(
    `SELECT source_id AS "sourceId", from_ms AS "from", to_ms AS "to", ok_micro AS ok, failed_micro AS failed,
       covered_ms AS "coveredMs", known_from_ms AS "knownFrom", revision_id AS revision
     FROM usage_line
     WHERE source_id = ANY($1) AND from_ms >= $2 AND from_ms < $4 AND to_ms > $3
       AND CASE WHEN $5::int8 IS NULL THEN known_to_ms IS NULL
           ELSE known_from_ms <= $5 AND (known_to_ms IS NULL OR known_to_ms > $5) END
     ORDER BY source_id, from_ms`,
    [[...sourceIds], window.from - LONGEST_LINE_MS, window.from, window.to, knownAt],
  );
  return rows.map(({ ok, failed, ...row }) => ({ ...row, okMicro: big(ok), failedMicro: big(failed) }));
}

/** Sums of one source over the lines that lie within one of the stretches asked for. */
export type StretchSum = {
  readonly stretch: number; // place of the stretch, from 0
  readonly sourceId: number;
  readonly okMicro: Micro | null; // null = no line had a number
  readonly failedMicro: Micro | null; // null = no line counted failures
  readonly coveredMs: number;
  readonly missingMs: number; // of lines without a number
};

/**
 * The belief in force by source and stretch, from lines that lie within one stretch; the lines that cross a border are
 * answered as they are, for the caller to spread.
 * @param borders ascending; stretch i is [borders[i], borders[i + 1])
 */
export async function readStretchSums(
  db: Executor,
  borders: readonly UnixMs[],
): Promise<{ readonly sums: readonly StretchSum[]; readonly crossing: readonly StoredLine[] }> {
  const stretches = byStretch(borders);
  if (stretches === null) return { sums: [], crossing: [] };
  const { place, isWithin, touched, params } = stretches;
  const sums = await db.query<
    Omit<StretchSum, "okMicro" | "failedMicro"> & { ok: string | null; failed: string | null }
  >(
    `SELECT ${place} - 1 AS stretch, source_id AS "sourceId", sum(ok_micro)::text AS ok, sum(failed_micro)::text AS failed,
       sum(covered_ms)::int8 AS "coveredMs",
       coalesce(sum(to_ms - from_ms) FILTER (WHERE ok_micro IS NULL), 0)::int8 AS "missingMs"
     FROM usage_line WHERE ${touched} AND ${isWithin} GROUP BY 1, 2`,
    params,
  );
  const crossing = await db.query<Window & { sourceId: number; ok: Big; failed: Big; coveredMs: number }>(
    `SELECT source_id AS "sourceId", from_ms AS "from", to_ms AS "to", ok_micro AS ok, failed_micro AS failed,
       covered_ms AS "coveredMs" FROM usage_line WHERE ${touched} AND NOT (${isWithin})`,
    params,
  );
  return {
    sums: sums.map(({ ok, failed, ...row }) => ({
      ...row,
      okMicro: ok === null ? null : BigInt(ok),
      failedMicro: failed === null ? null : BigInt(failed),
    })),
    crossing: crossing.map(({ ok, failed, ...row }) => ({ ...row, okMicro: big(ok), failedMicro: big(failed) })),
  };
}

/** Since when each source speaks, and until when its newest line says something; a source that never spoke is absent. */
export async function readLineSpans(db: Executor): Promise<ReadonlyMap<number, Window>> {
  const rows = await db.query<{ sourceId: number; from: number | null; to: number | null }>(
    `SELECT s.id AS "sourceId", (SELECT min(l.from_ms) FROM usage_line l WHERE l.source_id = s.id) AS "from",
       (SELECT l.to_ms FROM usage_line l WHERE l.source_id = s.id AND l.known_to_ms IS NULL
        ORDER BY l.from_ms DESC LIMIT 1) AS "to" FROM usage_source s`,
  );
  return new Map(
    rows.flatMap(({ sourceId, from, to }) =>
      from === null ? [] : [[sourceId, { from: from as UnixMs, to: (to ?? from) as UnixMs }]],
    ),
  );
}

/** What writing lines came to. */
export type LinesChanged = { readonly added: number; readonly ended: number; readonly unchanged: number };

/**
 * Says lines from now on, inside a transaction that holds their sources' locks. A line that stands as it is writes
 * nothing; lines in force that overlap a new one end, so the caller must have made sure that the new ones cover them
 * (server/domain/usage/entries.ts). Beliefs of a source begin in their order, by a millisecond where the clock stood still.
 * @param revisionOf under which act of change a source's lines stand
 */
export async function putUsageLines(
  tx: Tx,
  lines: readonly StoredLine[],
  { now, revisionOf }: { readonly now: UnixMs; readonly revisionOf: (sourceId: number) => number },
): Promise<LinesChanged> {
  if (lines.length === 0) return { added: 0, ended: 0, unchanged: 0 };
  const ids = [...new Set(lines.map(({ sourceId }) => sourceId))];
  const window = hullOf(lines);
  const held: readonly StoredLine[] = await readUsageLines(tx, ids, window);
  const { added, ended } = changedLines(held, lines, RULES);
  const at = Math.max(now, (await lastKnown(tx, ids, window)) + 1);
  if (ended.length > 0)
    await tx.query(
      `UPDATE usage_line l SET known_to_ms = $1 FROM unnest($2::int4[], $3::int8[]) u (source_id, from_ms)
       WHERE l.source_id = u.source_id AND l.from_ms = u.from_ms AND l.known_to_ms IS NULL`,
      [at, ended.map(({ sourceId }) => sourceId), ended.map(({ from }) => from)],
    );
  if (added.length > 0)
    await tx.query(
      `INSERT INTO usage_line (source_id, from_ms, to_ms, ok_micro, failed_micro, covered_ms, known_from_ms, revision_id)
       SELECT source_id, from_ms, to_ms, ok_micro, failed_micro, covered_ms, $1::int8, revision_id
       FROM unnest($2::int4[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int4[])
         u (source_id, from_ms, to_ms, ok_micro, failed_micro, covered_ms, revision_id)`,
      [
        at,
        added.map(({ sourceId }) => sourceId),
        added.map(({ from }) => from),
        added.map(({ to }) => to),
        added.map(({ okMicro }) => okMicro?.toString() ?? null),
        added.map(({ failedMicro }) => failedMicro?.toString() ?? null),
        added.map(({ coveredMs }) => coveredMs),
        added.map(({ sourceId }) => revisionOf(sourceId)),
      ],
    );
  return { added: added.length, ended: ended.length, unchanged: lines.length - added.length };
}

const RULES: LineRules<StoredLine> = {
  keyOf: ({ sourceId }) => sourceId,
  isSame: (a, b) => a.okMicro === b.okMicro && a.failedMicro === b.failedMicro && a.coveredMs === b.coveredMs,
};

/** The newest instant at which a belief about these lines began or ended. */
async function lastKnown(tx: Tx, sourceIds: readonly number[], window: Window): Promise<number> {
  const [row] = await tx.query<{ at: number | null }>(
    `SELECT max(greatest(known_from_ms, coalesce(known_to_ms, 0))) AS at FROM usage_line
     WHERE source_id = ANY($1) AND from_ms >= $2 AND from_ms < $3`,
    [[...sourceIds], window.from - LONGEST_LINE_MS, window.to],
  );
  return row?.at ?? 0;
}

/**
 * The one act of change under which all pushed lines stand: a revision a push would be a million a year. When each was
 * said is in the line itself.
 */
export async function pushRevision(tx: Tx, note: Omit<RevisionNote, "subject">): Promise<number> {
  const [row] = await tx.query<{ id: number | null }>(
    "SELECT min(id) AS id FROM revision WHERE subject = 'usage' AND who = $1 AND source = $2",
    [note.who, note.source],
  );
  return row?.id ?? (await beginRevision(tx, { ...note, subject: "usage" })).id;
}

/** A push that was taken before under a key. */
export type KeptPush = { readonly digest: string; readonly answer: unknown };

/**
 * Claims an idempotency key inside the transaction of its push. null = it is ours now; else what was answered before.
 * Another transaction that claims the same key waits for this one to end, and then sees which it was.
 */
export async function claimPush(
  tx: Tx,
  { key, digest, at }: { readonly key: string; readonly digest: string; readonly at: UnixMs },
): Promise<KeptPush | null> {
  const claimed = await tx.query<{ key: string }>(
    "INSERT INTO usage_push (key, digest, at_ms, answer) VALUES ($1, $2, $3, 'null') ON CONFLICT (key) DO NOTHING RETURNING key",
    [key, digest, at],
  );
  if (claimed.length > 0) return null;
  const [kept] = await tx.query<KeptPush>("SELECT digest, answer FROM usage_push WHERE key = $1", [key]);
  if (kept === undefined) throw new Error("the push went away while it was looked at"); // forgotten in this very moment
  return kept;
}

/** Remembers what a push was answered, in the same transaction. */
export async function answerPush(tx: Tx, key: string, answer: unknown): Promise<void> {
  await tx.query("UPDATE usage_push SET answer = $2::jsonb WHERE key = $1", [key, JSON.stringify(answer)]);
}

/** Forgets pushes older than `before`: a key is good for as long as somebody may still repeat it. */
export async function forgetPushes(db: Executor, before: UnixMs): Promise<void> {
  await db.query("DELETE FROM usage_push WHERE at_ms < $1", [before]);
}
