import type { Executor, Tx } from "../database.ts";
import type { Currency } from "../model/money.ts";
import type { OwnedTerms, Price, PriceBasis, PriceChange, PriceRevision, Selector } from "../model/price.ts";
import type { UnixMs } from "../model/units.ts";
import { CopyRows } from "./copy-binary.ts";
import { type HeldPrice, planChanges, type PlannedPrice } from "./price-plan.ts";
import { SELECTOR_COLUMNS, selectorIds } from "./selectors.ts";

/** Rows a statement writes at once: big enough to be quick, small enough that progress moves. */
const CHUNK = 10_000;

type PriceRow = Omit<Price, "selector" | "amountMicro" | "owned"> &
  Selector & {
    readonly amountMicro: number | bigint;
    readonly owned: StoredTerms | null;
  };
type StoredTerms = Readonly<Record<keyof OwnedTerms, string | number>>;

const COLUMNS = `p.id, p.basis, p.currency, p.amount_micro AS "amountMicro",
  p.cards_per_instance AS "cardsPerInstance", p.owned, p.term_to_ms AS "termTo", p.from_ms AS "from", p.to_ms AS "to",
  p.anchor_ms AS "anchor", p.known_from_ms AS "knownFrom", p.known_to_ms AS "knownTo", p.revision_id AS revision,
  p.is_list AS "isList"`;

/**
 * The price book as it was believed at `knownAt`, by selector and start; null = as it is believed now. At each instant a
 * selector has at most one real and one list price.
 */
export async function readPrices(db: Executor, knownAt: UnixMs | null): Promise<Price[]> {
  const believed =
    knownAt === null
      ? "p.known_to_ms IS NULL"
      : "p.known_from_ms <= $1 AND (p.known_to_ms IS NULL OR p.known_to_ms > $1)";
  const rows = await db.query<PriceRow>(
    `SELECT ${COLUMNS}, ${SELECTOR_COLUMNS} FROM price p JOIN selector s ON s.id = p.selector_id
     WHERE ${believed} ORDER BY p.selector_id, p.is_list, p.from_ms`,
    knownAt === null ? [] : [knownAt],
  );
  return rows.map(toPrice);
}

/** The rows one revision added and the rows it ended: what the act of changing was. */
export async function readRevisionPrices(
  db: Executor,
  { id, at }: Pick<PriceRevision, "id" | "at">,
): Promise<{ readonly added: readonly Price[]; readonly ended: readonly Price[] }> {
  const rows = await db.query<PriceRow>(
    `SELECT ${COLUMNS}, ${SELECTOR_COLUMNS} FROM price p JOIN selector s ON s.id = p.selector_id
     WHERE p.revision_id = $1 OR p.known_to_ms = $2 ORDER BY p.selector_id, p.is_list, p.from_ms`,
    [id, at],
  );
  const prices = rows.map(toPrice);
  return {
    added: prices.filter(({ revision }) => revision === id),
    ended: prices.filter(({ knownTo }) => knownTo === at),
  };
}

function toPrice({ vendor, region, zone, cluster, model, billing, contract, ...row }: PriceRow): Price {
  return {
    ...row,
    selector: { vendor, region, zone, cluster, model, billing, contract },
    amountMicro: BigInt(row.amountMicro),
    owned: row.owned === null ? null : toTerms(row.owned),
  };
}

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
  const wishes = changes.map((change, i) => ({ ...change, selectorId: ids[i] as number }));
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

/** The belief in force of some selectors. One array a column: PGlite spends more on decoding rows than on finding them. */
async function readHeld(tx: Tx, selectorIds: readonly number[]): Promise<HeldPrice[]> {
  const [row] = await tx.query<HeldColumns>(
    `SELECT array_agg(id) AS id, array_agg(selector_id) AS "selectorId", array_agg(basis) AS basis, array_agg(currency) AS currency,
       array_agg(amount_micro::text) AS amount, array_agg(cards_per_instance) AS cards, array_agg(owned::text) AS owned,
       array_agg(term_to_ms::float8) AS "termTo", array_agg(from_ms::float8) AS "from", array_agg(to_ms::float8) AS "to",
       array_agg(anchor_ms::float8) AS anchor, array_agg(is_list) AS "isList"
     FROM price WHERE known_to_ms IS NULL AND selector_id = ANY($1)`,
    [selectorIds],
  );
  if (row?.id == null) return [];
  const { id, selectorId, basis, currency, amount, cards, owned, termTo, from, to, anchor, isList } = row;
  return id.map((one, i) => ({
    id: one,
    selectorId: selectorId[i] as number,
    basis: basis[i] as PriceBasis,
    currency: currency[i] as Currency,
    amountMicro: BigInt(amount[i] as string),
    cardsPerInstance: cards[i] as number,
    owned: owned[i] == null ? null : toTerms(JSON.parse(owned[i]) as StoredTerms),
    termTo: (termTo[i] ?? null) as UnixMs | null,
    from: from[i] as UnixMs,
    to: (to[i] ?? null) as UnixMs | null,
    anchor: anchor[i] as UnixMs,
    isList: isList[i] as boolean,
  }));
}

/** array_agg over no row is null; then all are. */
type HeldColumns = {
  readonly id: number[] | null;
  readonly selectorId: number[];
  readonly basis: string[];
  readonly currency: string[];
  readonly amount: string[];
  readonly cards: number[];
  readonly owned: (string | null)[];
  readonly termTo: (number | null)[];
  readonly from: number[];
  readonly to: (number | null)[];
  readonly anchor: number[];
  readonly isList: boolean[];
};
