import type { Executor, Tx } from "../database.ts";
import type { PriceRevision } from "../model/price.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";

/** Everything a person changes by a revision. */
export const REVISION_SUBJECTS = [
  "price",
  "fx",
  "benchmark",
  "capacity",
  "ladder",
  "override",
  "alias",
  "feature",
  "mapping",
  "usage",
  "revenue",
] as const;
export type RevisionSubject = (typeof REVISION_SUBJECTS)[number];

/** Who changes what, and why. `now` is asked for inside the lock, so that instants and order agree. */
export type RevisionNote = {
  readonly subject: RevisionSubject;
  readonly who: string;
  readonly why: string;
  readonly source: string; // "console", "cli", or the name of the imported file
  readonly now: () => UnixMs;
};

/** Held by every transaction that makes a revision, until it ends: knowledge changes one act after the other. */
export const REVISION_LOCK = 7_346_212;

/** Waits until nobody else writes a revision: for who looks first whether there is anything to write. */
export const lockRevisions = async (tx: Tx): Promise<void> =>
  void (await tx.query("SELECT pg_advisory_xact_lock($1)", [REVISION_LOCK]));

/**
 * Begins a revision inside the transaction that makes it. `at` is the instant of knowledge of everything it writes:
 * beliefs end and begin there. It is later than that of every revision of the subject before, by a millisecond where the
 * clock stood still or went back, so that no two beliefs of one thing begin together.
 */
export async function beginRevision(tx: Tx, { subject, who, why, source, now }: RevisionNote): Promise<PriceRevision> {
  await lockRevisions(tx);
  const [last] = await tx.query<{ at: number | null }>("SELECT max(at_ms) AS at FROM revision WHERE subject = $1", [
    subject,
  ]);
  const at = Math.max(now(), (last?.at ?? 0) + 1) as UnixMs;
  const note = { who: storable(who), why: storable(why), source: storable(source) };
  const [row] = await tx.query<{ id: number }>(
    "INSERT INTO revision (at_ms, subject, who, why, source) VALUES ($1, $2, $3, $4, $5) RETURNING id",
    [at, subject, note.who, note.why, note.source],
  );
  if (row === undefined) throw new Error("the revision was not written");
  return { id: row.id, at, ...note };
}

/**
 * What was known of some subjects: `at` its newest instant (0 = nothing), `key` different whenever more is known,
 * `newest` the revision made last (0 = none).
 */
export type Knowledge = { readonly at: UnixMs; readonly key: string; readonly newest: number };

/** The knowledge of some subjects at `knownAt`; null = now. What was believed at `knownAt` was believed at its `at`. */
export async function readKnowledge(
  db: Executor,
  subjects: readonly RevisionSubject[],
  knownAt: UnixMs | null,
): Promise<Knowledge> {
  const [row] = await db.query<{ at: number | null; count: number; id: number | null }>(
    `SELECT max(at_ms) AS at, count(*)::int4 AS count, max(id) AS id FROM revision
     WHERE subject = ANY($1) AND ($2::int8 IS NULL OR at_ms <= $2)`,
    [subjects, knownAt],
  );
  // the number of revisions tells a past moment from a later one, and the newest of them from before one was added to it
  const [at, newest] = [(row?.at ?? 0) as UnixMs, row?.id ?? 0];
  return { at, key: `${at} ${row?.count ?? 0} ${newest}`, newest };
}

/** The revisions of some subjects made after one, in the order they were made. */
export async function readRevisionsAfter(
  db: Executor,
  subjects: readonly RevisionSubject[],
  revision: number,
): Promise<{ readonly id: number; readonly at: UnixMs; readonly subject: RevisionSubject }[]> {
  return await db.query(
    "SELECT id, at_ms AS at, subject FROM revision WHERE subject = ANY($1) AND id > $2 ORDER BY id",
    [subjects, revision],
  );
}

/** Until when each of some subjects was known with all revisions up to one; a subject without a revision is absent. */
export async function readInstants(
  db: Executor,
  subjects: readonly RevisionSubject[],
  upTo: number,
): Promise<Map<RevisionSubject, UnixMs>> {
  const rows = await db.query<{ subject: RevisionSubject; at: UnixMs }>(
    "SELECT subject, max(at_ms) AS at FROM revision WHERE subject = ANY($1) AND id <= $2 GROUP BY subject",
    [subjects, upTo],
  );
  return new Map(rows.map(({ subject, at }) => [subject, at]));
}

/** The newest instant of knowledge about some subjects not after `knownAt`; null = the newest of all. 0 = nothing. */
export const knowledgeAt = async (
  db: Executor,
  subjects: readonly RevisionSubject[],
  knownAt: UnixMs | null,
): Promise<UnixMs> => (await readKnowledge(db, subjects, knownAt)).at;

/** Revisions of some subjects, newest first. */
export async function readRevisions(
  db: Executor,
  subjects: readonly RevisionSubject[],
  limit: number,
): Promise<(PriceRevision & { readonly subject: RevisionSubject })[]> {
  return await db.query(
    "SELECT id, at_ms AS at, subject, who, why, source FROM revision WHERE subject = ANY($1) ORDER BY id DESC LIMIT $2",
    [subjects, limit],
  );
}

/** One revision; null when there is none of that number. */
export async function readRevision(
  db: Executor,
  id: number,
): Promise<(PriceRevision & { readonly subject: RevisionSubject }) | null> {
  const [row] = await db.query<PriceRevision & { subject: RevisionSubject }>(
    "SELECT id, at_ms AS at, subject, who, why, source FROM revision WHERE id = $1",
    [id],
  );
  return row ?? null;
}
