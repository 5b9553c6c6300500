import { randomBytes } from "node:crypto";
import type { Database, Tx } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import {
  lockDataKeys,
  readDataKeys,
  retireDataKeys,
  rewrapDataKey,
  type StoredDataKey,
} from "../../db/store/data-keys.ts";
import { openBox } from "./box.ts";
import { KEY_BYTES, unwrapKey, wrapKey } from "./envelope.ts";
import { KeyFault, type KeyPlace } from "./key.ts";
import { addWrapped, openRing } from "./key-ring.ts";
import type { Secrets } from "./open-secrets.ts";
import { type Resealed, resealAll } from "./reseal.ts";

export type RotateParts = {
  readonly db: Database;
  readonly clock: Clock;
  /** Opened with the key that is configured. */
  readonly secrets: Secrets;
  readonly next: { readonly place: KeyPlace; readonly material: Uint8Array };
};

/**
 * Moves everything from the configured key to the next one. First, in one transaction, each data key is wrapped under both
 * and a new one is made; then every row is sealed anew. Killed anywhere it is run again with the same key. A console
 * that runs, or starts, with either key opens everything until one has started with the new key.
 * @throws KeyFault when another rotation waits for its end
 */
export async function rotate({ db, clock, secrets, next }: RotateParts): Promise<Resealed> {
  const { material } = next;
  const before = await resealAll(db, secrets); // also what has the first form: only the key before opens it
  await db.transaction((tx) => changeKeys(tx, clock, secrets.material, material));
  const ring = await openRing({ db, clock, ...next });
  const { resealed, shut, keysLeft } = await resealAll(db, { box: openBox(ring), ring, material });
  return { resealed: before.resealed + resealed, shut, keysLeft };
}

async function changeKeys(tx: Tx, clock: Clock, before: Uint8Array, next: Uint8Array): Promise<void> {
  await lockDataKeys(tx);
  const rows = await readDataKeys(tx);
  if (rows.every((row) => opensPresent(next, row))) return; // killed after this, and run again
  if (rows.some(({ wrappedBefore }) => wrappedBefore !== null)) throw new KeyFault(NOT_OVER);
  for (const row of rows) {
    const key = unwrapKey(before, row.wrapped, row);
    if (key === null) throw new KeyFault(NOT_OVER);
    await rewrapDataKey(tx, row.id, wrapKey(next, key, row));
  }
  const key = randomBytes(KEY_BYTES);
  const id = await addWrapped(tx, { purpose: "seal", key, material: next, before, clock });
  await retireDataKeys(tx, id, clock.now());
}

const opensPresent = (material: Uint8Array, row: StoredDataKey): boolean =>
  unwrapKey(material, row.wrapped, row) !== null;

const NOT_OVER =
  "the rotation before this one is not over: start the console once with the key it went to, or run this again with that key";
