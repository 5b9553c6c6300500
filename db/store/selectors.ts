import type { Tx } from "../database.ts";
import type { Selector } from "../model/price.ts";
import { CopyRows } from "./copy-binary.ts";
import { storable } from "./dimensions.ts";

const PARTS = [
  "vendor",
  "region",
  "zone",
  "cluster",
  "model",
  "billing",
  "contract",
] as const satisfies (keyof Selector)[];

/** Columns of a selector with alias `s`, as a Selector says them. */
export const SELECTOR_COLUMNS = PARTS.map((part) => `s.${part}`).join(", ");

/**
 * Ids of selectors, made where missing, in the order asked. Repeats are welcome. Inside a begun revision: its lock is what
 * keeps two writers from making the same selector twice.
 */
export async function selectorIds(tx: Tx, selectors: readonly Selector[]): Promise<Int32Array> {
  const places = new Map<string, number>(); // of each different selector in `wanted`
  const wanted: string[][] = [];
  const asked = Int32Array.from(selectors, (selector) => {
    const texts = PARTS.map((part) => storable(selector[part]));
    const key = texts.join("\u0000"); // no storable text has one
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, wanted.length);
    return wanted.push(texts) - 1;
  });
  const ids = await find(tx, wanted);
  const missing = wanted.flatMap((_, place) => (ids[place] === 0 ? [place] : []));
  if (missing.length > 0) {
    const first = await reserve(tx, missing.length);
    for (const [i, place] of missing.entries()) ids[place] = first + i;
    await put(
      tx,
      missing.map((place) => wanted[place] as string[]),
      first,
    );
  }
  return asked.map((place) => ids[place] as number);
}

/** Ids of those there are; 0 = there is none. Two arrays of numbers come back: keys would cost more than the search. */
async function find(tx: Tx, wanted: readonly string[][]): Promise<Int32Array> {
  const [row] = await tx.query<{ place: number[] | null; id: number[] }>(
    `SELECT array_agg(u.place::int4) AS place, array_agg(s.id) AS id
     FROM selector s JOIN unnest(${PARTS.map((_, i) => `$${i + 1}::text[]`).join(", ")}) WITH ORDINALITY u (${PARTS.join(", ")}, place)
     USING (${PARTS.join(", ")})`,
    PARTS.map((_, i) => wanted.map((texts) => texts[i])),
  );
  const ids = new Int32Array(wanted.length);
  for (const [i, place] of (row?.place ?? []).entries()) ids[place - 1] = row?.id[i] ?? 0;
  return ids;
}

/** Takes `count` ids of the sequence, and gives the first. */
async function reserve(tx: Tx, count: number): Promise<number> {
  const [row] = await tx.query<{ last: number }>(
    `SELECT setval(s.name, nextval(s.name) + $1::int8 - 1)::int8 AS last
     FROM (SELECT pg_get_serial_sequence('selector', 'id')::regclass AS name) s`,
    [count],
  );
  if (row === undefined) throw new Error("the ids of selectors could not be taken");
  return row.last - count + 1;
}

/** COPY takes the ids it is given. */
async function put(tx: Tx, all: readonly string[][], first: number): Promise<void> {
  const out = new CopyRows();
  for (const [i, texts] of all.entries()) {
    out.row(PARTS.length + 1).int4(first + i);
    for (const text of texts) out.text(text);
  }
  await tx.copyBinary(`selector (id, ${PARTS.join(", ")})`, out.finish());
}
