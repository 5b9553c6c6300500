import type { Executor, Tx } from "../database.ts";
import type { Currency } from "../model/money.ts";
import type { OwnedTerms, Price, PriceBasis, PriceChange, PriceRevision, Selector } from "../model/price.ts";
import type { UnixMs } from "../model/units.ts";
import { CopyRows } from "./copy-binary.ts";
import { type HeldPrice, planChanges, type PlannedPrice } from "./price-plan.ts";
import { selectorIds } from "./selectors.ts";

/** Rows a statement writes at once: big enough to be quick, small enough that progress moves. */
const CHUNK = 10_000;

/**
 * The price book as it was believed at `knownAt`, by selector and start; null = as it is believed now. At each instant a
 * selector has at most one real and one list price.
 */
export async function readPrices(db: Executor, knownAt: UnixMs | null): Promise<Price[]> {
  const believed =
    knownAt === null
      ? "p.known_to_ms IS NULL"
      : "p.known_from_ms <= $1 AND (p.known_to_ms IS NULL OR p.known_to_ms > $1)";
  return await readWhere(db, believed, knownAt === null ? [] : [knownAt]);
}

/** The rows one revision added and the rows it ended: what the act of changing was. */
export async function readRevisionPrices(
  db: Executor,
  { id, at }: Pick<PriceRevision, "id" | "at">,
): Promise<{ readonly added: readonly Price[]; readonly ended: readonly Price[] }> {
  const prices = await readWhere(db, "p.revision_id = $1 OR p.known_to_ms = $2", [id, at]);
  return {
    added: prices.filter(({ revision }) => revision === id),
    ended: prices.filter(({ knownTo }) => knownTo === at),
  };
}

/** @param where a condition of ours on `p`, never a value */
async function readWhere(db: Executor, where: string, params: readonly unknown[]): Promise<Price[]> {
  const columns = await readColumns<KnownColumns>(
    db,
    `${HELD_COLUMNS}, array_agg(p.known_from_ms::float8) AS "knownFrom", array_agg(p.known_to_ms::float8) AS "knownTo",
     array_agg(p.revision_id) AS revision`,
    `price p WHERE ${where}`,
    params,
  );
  if (columns === null) return [];
  const selectors = await readSelectors(db, [...new Set(columns.selectorId)]);
  const { knownFrom, knownTo, revision } = columns;
  return columns.id.map((_, i): Price => {
    const row = heldAt(columns, i);
    return {
      id: row.id,
      selector: selectors.get(row.selectorId) as Selector, // made with the row, and never taken away
      basis: row.basis,
      currency: row.currency,
      amountMicro: row.amountMicro,
      cardsPerInstance: row.cardsPerInstance,
      owned: row.owned,
      termTo: row.termTo,
      from: row.from,
      to: row.to,
      anchor: row.anchor,
      knownFrom: knownFrom[i] as UnixMs,
      knownTo: (knownTo[i] ?? null) as UnixMs | null,
      revision: revision[i] as number,
      isList: row.isList,
    };
  });
}

async function readSelectors(db: Executor, ids: readonly number[]): Promise<Map<number, Selector>> {
  const [row] = await db.query<{ id: number[] | null } & Record<keyof Selector, string[]>>(
    `SELECT array_agg(s.id) AS id, array_agg(s.vendor) AS vendor, array_agg(s.region) AS region, array_agg(s.zone) AS zone,
       array_agg(s.cluster) AS cluster, array_agg(s.model) AS model, array_agg(s.billing) AS billing, array_agg(s.contract) AS contract
     FROM selector s JOIN unnest($1::int4[]) u (id) ON s.id = u.id`,
    [ids],
  );
  const selectors = new Map<number, Selector>();
  for (const [i, id] of (row?.id ?? []).entries()) {
    selectors.set(id, {
      vendor: row?.vendor[i] ?? "",
      region: row?.region[i] ?? "",
      zone: row?.zone[i] ?? "",
      cluster: row?.cluster[i] ?? "",
      model: row?.model[i] ?? "",
      billing: (row?.billing[i] ?? "") as Selector["billing"],
      contract: row?.contract[i] ?? "",
    });
  }
  return selectors;
}

type StoredTerms = Readonly<Record<keyof OwnedTerms, string | number>>;

const toTerms = (stored: StoredTerms): OwnedTerms => ({
  purchaseMicro: BigInt(stored.purchaseMicro),
  months: Number(stored.months),
  watts: Number(stored.watts),
  powerMicroPerKwh: BigInt(stored.powerMicroPerKwh),
});

const fromTerms = (terms: OwnedTerms): string =>
  JSON.stringify({
    ...terms,
    purchaseMicro: terms.purchaseMicro.toString(),
    powerMicroPerKwh: terms.powerMicroPerKwh.toString(),
  });

export type PricesChanged = { readonly ended: number; readonly added: number; readonly unchanged: number };

/**
 * Changes the belief in force, inside the transaction of a begun revision: what a wish overlaps ends, the rest of it is
 * said again, nothing is overwritten. Wishes that are true already write nothing.
 * @param onProgress told how many of the rows to write are written
 */
export async function changePrices(
  tx: Tx,
  revision: PriceRevision,
  changes: readonly PriceChange[],
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<PricesChanged> {
  const ids = await selectorIds(
    tx,
    changes.map(({ selector }) => selector),
  );
  const wishes = changes.map(({ isList, from, to, terms }, i) => ({
    isList,
    from,
    to,
    terms,
    selectorId: ids[i] as number,
  }));
  const { ended, added, unchanged } = planChanges(await readHeld(tx, [...new Set(ids)]), wishes);
  for (const some of chunks(ended)) {
    await tx.query("UPDATE price SET known_to_ms = $1 WHERE id = ANY($2)", [revision.at, some.map(({ id }) => id)]);
  }
  const rows = added.toSorted((a, b) => a.selectorId - b.selectorId || a.from - b.from); // neighbours share index pages
  let done = 0;
  for (const some of chunks(rows)) {
    await tx.copyBinary(`price (${WRITTEN.join(", ")})`, encode(some, revision));
    done += some.length;
    onProgress(done, rows.length);
  }
  return { ended: ended.length, added: added.length, unchanged };
}

/** Columns that encode() writes, in its order. */
const WRITTEN = [
  "selector_id",
  "basis",
  "currency",
  "amount_micro",
  "cards_per_instance",
  "owned",
  "term_to_ms",
  "from_ms",
  "to_ms",
  "anchor_ms",
  "known_from_ms",
  "known_to_ms",
  "revision_id",
  "is_list",
] as const;

function encode(rows: readonly PlannedPrice[], { id, at }: PriceRevision): Uint8Array {
  const out = new CopyRows();
  const open = (value: number | null) => (value === null ? out.null() : out.int8(value));
  for (const row of rows) {
    out.row(WRITTEN.length).int4(row.selectorId).text(row.basis).text(row.currency).int8(row.amountMicro);
    out.int4(row.cardsPerInstance);
    if (row.owned === null) out.null();
    else out.json(fromTerms(row.owned));
    open(row.termTo);
    out.int8(row.from);
    open(row.to);
    out.int8(row.anchor).int8(at).null().int4(id).bool(row.isList);
  }
  return out.finish();
}

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let i = 0; i < all.length; i += CHUNK) yield all.slice(i, i + CHUNK);
}

/** The belief in force of some selectors. */
async function readHeld(tx: Tx, selectorIds: readonly number[]): Promise<HeldPrice[]> {
  const columns = await readColumns<HeldColumns>(
    tx,
    HELD_COLUMNS,
    "price p JOIN unnest($1::int4[]) u (id) ON p.selector_id = u.id WHERE p.known_to_ms IS NULL",
    [selectorIds],
  );
  return columns === null ? [] : columns.id.map((_, i) => heldAt(columns, i));
}

/** One array a column: decoding a hundred thousand rows takes longer than finding them. By selector and start. */
const HELD_COLUMNS = `array_agg(p.id) AS id, array_agg(p.selector_id) AS "selectorId", array_agg(p.basis) AS basis,
  array_agg(p.currency) AS currency, array_agg(p.amount_micro::text) AS amount, array_agg(p.cards_per_instance) AS cards,
  array_agg(p.owned::text) AS owned, array_agg(p.term_to_ms::float8) AS "termTo", array_agg(p.from_ms::float8) AS "from",
  array_agg(p.to_ms::float8) AS "to", array_agg(p.anchor_ms::float8) AS anchor, array_agg(p.is_list) AS "isList"`;

type HeldColumns = {
  readonly id: readonly number[];
  readonly selectorId: readonly number[];
  readonly basis: readonly PriceBasis[];
  readonly currency: readonly Currency[];
  readonly amount: readonly string[];
  readonly cards: readonly number[];
  readonly owned: readonly (string | null)[];
  readonly termTo: readonly (number | null)[];
  readonly from: readonly number[];
  readonly to: readonly (number | null)[];
  readonly anchor: readonly number[];
  readonly isList: readonly boolean[];
};
type KnownColumns = HeldColumns & {
  readonly knownFrom: readonly number[];
  readonly knownTo: readonly (number | null)[];
  readonly revision: readonly number[];
};

/** The columns; null = no row, where array_agg is null. */
async function readColumns<T extends HeldColumns>(
  db: Executor,
  columns: string,
  from: string,
  params: readonly unknown[],
): Promise<T | null> {
  const [row] = await db.query<T | { readonly id: null }>(
    `SELECT ${columns} FROM (SELECT p.* FROM ${from} ORDER BY p.selector_id, p.is_list, p.from_ms) p`,
    params,
  );
  return row === undefined || row.id === null ? null : row;
}

/** A row of the columns. */
function heldAt(c: HeldColumns, i: number): HeldPrice {
  const owned = c.owned[i] ?? null;
  return {
    id: c.id[i] as number,
    selectorId: c.selectorId[i] as number,
    basis: c.basis[i] as PriceBasis,
    currency: c.currency[i] as Currency,
    amountMicro: BigInt(c.amount[i] as string),
    cardsPerInstance: c.cards[i] as number,
    owned: owned === null ? null : toTerms(JSON.parse(owned) as StoredTerms),
    termTo: (c.termTo[i] ?? null) as UnixMs | null,
    from: c.from[i] as UnixMs,
    to: (c.to[i] ?? null) as UnixMs | null,
    anchor: c.anchor[i] as UnixMs,
    isList: c.isList[i] as boolean,
  };
}
