import type { Executor } from "../database.ts";
import type { KubeLabels, KubeOwner } from "../model/kube.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";

/** What Kubernetes says of a holder. */
export type HolderFacts = {
  readonly owner: KubeOwner | null; // null = nobody, or not said
  readonly labels: KubeLabels;
  readonly startedAt: number | null; // unix ms; null = not said
};

/** A holder as exporters name it, and what was last written of it. */
export type StoredHolder = {
  readonly id: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly facts: HolderFacts | null; // null = Kubernetes never said anything of it
};

export type PodName = { readonly cluster: string; readonly namespace: string; readonly name: string };

type Row = Omit<StoredHolder, "facts"> & {
  readonly ownerKind: string | null; // null = no row in holder_kube
  readonly ownerName: string | null;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly startedAt: number | null;
};

const HOLDERS = `SELECT h.id, h.cluster, h.namespace, h.pod, h.pod_uid AS "podUid", k.owner_kind AS "ownerKind",
    k.owner_name AS "ownerName", k.labels, k.started_at_ms AS "startedAt"
  FROM holder h LEFT JOIN holder_kube k ON k.holder_id = h.id`;

/** Holders that pods of these names are or were, in every life and container; a holder without a cluster may be of any. */
export async function readHoldersOfPods(db: Executor, pods: readonly PodName[]): Promise<StoredHolder[]> {
  if (pods.length === 0) return [];
  const rows = await db.query<Row>(
    `${HOLDERS} JOIN (SELECT DISTINCT c, n, p FROM unnest($1::text[], $2::text[], $3::text[]) g (c, n, p)) g
       ON h.cluster = g.c AND h.namespace = g.n AND h.pod = g.p ORDER BY h.id`,
    columnsOf(pods.flatMap((pod) => (pod.cluster === "" ? [pod] : [pod, { ...pod, cluster: "" }]))),
  );
  return rows.map(stored);
}

const columnsOf = (pods: readonly PodName[]): string[][] => [
  pods.map(({ cluster }) => storable(cluster)),
  pods.map(({ namespace }) => storable(namespace)),
  pods.map(({ name }) => storable(name)),
];

/** Holders registered after another one, by id, at most `limit`. */
export async function readHoldersAfter(db: Executor, id: number, limit: number): Promise<StoredHolder[]> {
  return (await db.query<Row>(`${HOLDERS} WHERE h.id > $1 ORDER BY h.id LIMIT $2`, [id, limit])).map(stored);
}

/** The youngest holder's id; 0 = there is none. */
export async function readNewestHolder(db: Executor): Promise<number> {
  const [row] = await db.query<{ id: number | null }>("SELECT max(id) AS id FROM holder");
  return row?.id ?? 0;
}

function stored({ ownerKind, ownerName, labels, startedAt, ...holder }: Row): StoredHolder {
  if (ownerKind === null || ownerName === null) return { ...holder, facts: null };
  const owner = ownerName === "" ? null : { kind: ownerKind, name: ownerName };
  return { ...holder, facts: { owner, labels: new Map(Object.entries(labels ?? {})), startedAt } };
}

/** Writes what Kubernetes says of holders, in place of what it said before. */
export async function putHolderFacts(
  db: Executor,
  said: readonly { readonly id: number; readonly facts: HolderFacts }[],
  seenAt: UnixMs,
): Promise<void> {
  if (said.length === 0) return;
  await db.query(
    `INSERT INTO holder_kube (holder_id, owner_kind, owner_name, labels, started_at_ms, seen_at_ms)
     SELECT holder_id, owner_kind, owner_name, labels, started_at_ms, $2
     FROM jsonb_to_recordset($1::jsonb) g (holder_id int4, owner_kind text, owner_name text, labels jsonb, started_at_ms int8)
     ON CONFLICT (holder_id) DO UPDATE SET owner_kind = excluded.owner_kind, owner_name = excluded.owner_name,
       labels = excluded.labels, started_at_ms = excluded.started_at_ms, seen_at_ms = excluded.seen_at_ms`,
    [JSON.stringify(said.map(toRow)), seenAt],
  );
}

const toRow = ({ id, facts }: { readonly id: number; readonly facts: HolderFacts }) => ({
  holder_id: id,
  owner_kind: storable(facts.owner?.kind ?? ""),
  owner_name: storable(facts.owner?.name ?? ""),
  labels: Object.fromEntries([...facts.labels].map(([name, value]) => [storable(name), storable(value)])),
  started_at_ms: facts.startedAt,
});

/** Notes that Kubernetes still says the same of holders. */
export async function noteHoldersSeen(db: Executor, ids: readonly number[], seenAt: UnixMs): Promise<void> {
  if (ids.length > 0)
    await db.query("UPDATE holder_kube SET seen_at_ms = $2 WHERE holder_id = ANY($1) AND seen_at_ms < $2", [
      ids,
      seenAt,
    ]);
}

/** When holders started that Kubernetes spoke of since an instant. */
export async function readHolderStarts(db: Executor, seenSince: UnixMs): Promise<Map<number, number>> {
  const rows = await db.query<{ id: number; at: number }>(
    `SELECT holder_id AS id, started_at_ms AS at FROM holder_kube
     WHERE started_at_ms IS NOT NULL AND seen_at_ms >= $1 ORDER BY seen_at_ms`,
    [seenSince],
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
}
