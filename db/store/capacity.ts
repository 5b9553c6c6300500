import type { Database, Executor } from "../database.ts";
import type { Capacity, CapacityLine } from "../model/inventory.ts";
import type { PriceRevision, Selector } from "../model/price.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";
import { beginRevision, type RevisionNote } from "./revisions.ts";
import { SELECTOR_COLUMNS, selectorIds } from "./selectors.ts";

const READ = `SELECT c.id, c.node, c.count, c.contract, c.from_ms AS "from", c.to_ms AS "to", c.known_from_ms AS "knownFrom",
    c.known_to_ms AS "knownTo", r.who, r.why, ${SELECTOR_COLUMNS.split(", ")
      .map((column) => `${column} AS "${column.replace(".", "_")}"`)
      .join(", ")}
  FROM capacity c JOIN selector s ON s.id = c.selector_id JOIN revision r ON r.id = c.revision_id`;

type Row = Omit<Capacity, "selector"> & Readonly<Record<`s_${keyof Selector}`, string>>;

const toCapacity = (row: Row): Capacity => ({
  id: row.id,
  selector: {
    vendor: row.s_vendor,
    region: row.s_region,
    zone: row.s_zone,
    cluster: row.s_cluster,
    model: row.s_model,
    billing: row.s_billing as Selector["billing"],
    contract: row.s_contract,
  },
  node: row.node,
  count: row.count,
  from: row.from,
  to: row.to,
  contract: row.contract,
  knownFrom: row.knownFrom,
  knownTo: row.knownTo,
  who: row.who,
  why: row.why,
});

/**
 * Everything declared for any time, as it was believed at `knownAt`, in the order it was written; null = as it is
 * believed now.
 */
export async function readCapacity(db: Executor, knownAt: UnixMs | null): Promise<Capacity[]> {
  const rows = await db.query<Row>(
    `${READ} WHERE CASE WHEN $1::int8 IS NULL THEN c.known_to_ms IS NULL
       ELSE c.known_from_ms <= $1 AND (c.known_to_ms IS NULL OR c.known_to_ms > $1) END ORDER BY c.id`,
    [knownAt],
  );
  return rows.map(toCapacity);
}

/** Every belief there ever was, newest first: who declared what, and when it was taken back. */
export async function readCapacityHistory(db: Executor, limit: number): Promise<Capacity[]> {
  return (await db.query<Row>(`${READ} ORDER BY c.id DESC LIMIT $1`, [limit])).map(toCapacity);
}

export type CapacityWrite = { readonly ends: readonly number[]; readonly adds: readonly CapacityLine[] };

/**
 * Changes what is declared, in one revision. `decide` is called inside the lock with what is declared at that moment, so
 * that nobody's change is lost; it may throw to change nothing. An empty decision makes no revision.
 */
export async function reviseCapacity(
  db: Database,
  note: Omit<RevisionNote, "subject">,
  decide: (current: readonly Capacity[]) => CapacityWrite,
): Promise<PriceRevision | null> {
  return await db.transaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock($1)", [CAPACITY_LOCK]);
    const { ends, adds } = decide(await readCapacity(tx, null));
    if (ends.length === 0 && adds.length === 0) return null;
    const revision = await beginRevision(tx, { ...note, subject: "capacity" });
    if (ends.length > 0)
      await tx.query("UPDATE capacity SET known_to_ms = $2 WHERE id = ANY($1) AND known_to_ms IS NULL", [
        ends,
        revision.at,
      ]);
    const ids = await selectorIds(
      tx,
      adds.map((line) => line.selector),
    );
    await tx.query(
      `INSERT INTO capacity (selector_id, node, count, contract, from_ms, to_ms, known_from_ms, revision_id)
       SELECT u.*, $7::int8, $8::int4 FROM unnest($1::int4[], $2::text[], $3::int4[], $4::text[], $5::int8[], $6::int8[]) u`,
      [
        [...ids],
        adds.map((line) => storable(line.node)),
        adds.map((line) => line.count),
        adds.map((line) => storable(line.contract)),
        adds.map((line) => line.from),
        adds.map((line) => line.to),
        revision.at,
        revision.id,
      ],
    );
    return revision;
  });
}

/** Declarations change one after the other: a decision stands on everything decided before it. */
const CAPACITY_LOCK = 7_346_207;
