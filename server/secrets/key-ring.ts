import { randomBytes } from "node:crypto";
import type { Database, Executor, Tx } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import {
  addDataKey,
  holdDataKey,
  lockDataKeys,
  nextDataKeyId,
  readDataKeys,
  type StoredDataKey,
} from "../../db/store/data-keys.ts";
import { readFirstForm } from "../../db/store/sealed.ts";
import type { Ring } from "./box.ts";
import { type DataKey, firstSigningKey, KEY_BYTES, openFirstForm, unwrapKey, wrapKey } from "./envelope.ts";
import { KeyFault, type KeyPlace } from "./key.ts";

/** Values of the first form looked at to tell whether a key is theirs. */
const LOOKED_AT = 20;

/** The data keys of a database under a key that opens them. */
export type OpenRing = Ring & {
  /** Whether the key that was given is the one before: a rotation was made and the configuration still names the old key. */
  readonly isBefore: boolean;
};

export type RingParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly material: Uint8Array;
  /** Read again when a data key does not open: the key may have been changed meanwhile. */
  readonly place: KeyPlace;
};

/**
 * Opens the data keys; makes them where there are none yet.
 * @throws KeyFault when the key opens none of them, or nothing of what it should have sealed
 */
export async function openRing({ db, clock, material, place }: RingParts): Promise<OpenRing> {
  const stored = await readDataKeys(db);
  const rows = stored.length > 0 ? stored : await db.transaction((tx) => makeFirst(tx, clock, material, place.said));
  const installationKeys = [material];
  const open = new Map<number, Uint8Array>();
  let presentId = 0;

  const learn = async (on: Executor): Promise<void> => {
    const now = await readDataKeys(on);
    if (now.some((row) => unwrapped(row, installationKeys) === null)) {
      const again = await place.read().catch(() => null);
      if (again !== null) installationKeys.unshift(again);
    }
    take(now);
  };
  const take = (now: readonly StoredDataKey[]): void => {
    for (const row of now) {
      const key = row.purpose === "seal" ? unwrapped(row, installationKeys) : null;
      if (key === null) continue;
      open.set(row.id, key);
      if (row.retiredAt === null) presentId = row.id;
    }
  };

  take(rows);
  const shut = rows.filter((row) => unwrapped(row, [material]) === null);
  if (shut.length === rows.length) throw new KeyFault(notTheKey(place.said));
  if (shut.length > 0) throw new KeyFault(damaged(shut));
  const sign = rows.find(({ purpose }) => purpose === "sign");
  const signing = sign === undefined ? null : unwrapped(sign, [material]);
  if (signing === null || !open.has(presentId)) throw new KeyFault(damaged([]));
  return {
    signing,
    isBefore: rows.every((row) => unwrapKey(material, row.wrapped, row) === null),
    async present(tx): Promise<DataKey> {
      if (!(await holdDataKey(tx, presentId))) {
        await learn(tx);
        if (!(await holdDataKey(tx, presentId))) throw new KeyFault(notTheKey(place.said));
      }
      return { id: presentId, key: open.get(presentId)! };
    },
    async find(id) {
      if (!open.has(id)) await learn(db);
      return open.get(id) ?? null;
    },
  };
}

const unwrapped = (row: StoredDataKey, installationKeys: readonly Uint8Array[]): Uint8Array | null => {
  for (const one of installationKeys) {
    const key = unwrapKey(one, row.wrapped, row) ?? (row.wrappedBefore && unwrapKey(one, row.wrappedBefore, row));
    if (key !== null) return key;
  }
  return null;
};

/** The first signing key is what signed before: records and links stay good. */
async function makeFirst(tx: Tx, clock: Clock, material: Uint8Array, said: string): Promise<StoredDataKey[]> {
  await lockDataKeys(tx);
  const meanwhile = await readDataKeys(tx);
  if (meanwhile.length > 0) return meanwhile;
  const old = await readFirstForm(tx, LOOKED_AT);
  if (old.length > 0 && !old.some((one) => opens(material, one))) throw new KeyFault(notTheKey(said));
  for (const [purpose, key] of [
    ["sign", firstSigningKey(material)],
    ["seal", randomBytes(KEY_BYTES)],
  ] as const)
    await addWrapped(tx, { purpose, key, material, before: null, clock });
  return await readDataKeys(tx);
}

type NewKey = {
  readonly purpose: "seal" | "sign";
  readonly key: Uint8Array;
  readonly material: Uint8Array;
  /** The installation key that shall open it too. */
  readonly before: Uint8Array | null;
  readonly clock: Clock;
};

/** Writes a data key, wrapped for the row it stands in. */
export async function addWrapped(tx: Tx, { purpose, key, material, before, clock }: NewKey): Promise<number> {
  const id = await nextDataKeyId(tx);
  const name = { id, purpose };
  const wrappedBefore = before === null ? null : wrapKey(before, key, name);
  await addDataKey(tx, { ...name, wrapped: wrapKey(material, key, name), wrappedBefore, at: clock.now() });
  return id;
}

function opens(material: Uint8Array, { sealed, ...place }: Awaited<ReturnType<typeof readFirstForm>>[number]): boolean {
  try {
    openFirstForm(material, sealed, place);
    return true;
  } catch {
    return false;
  }
}

const notTheKey = (said: string): string =>
  `the secret key in ${said} is not the one this database's secrets are sealed under. Put that key back (from where you keep it; after \`dapan secrets rotate\` it is the new one). If it is lost: \`dapan secrets forget\` (docs/secrets.md)`;
const damaged = (shut: readonly StoredDataKey[]): string =>
  `table data_key was changed by something else than Dapan (${shut.length === 0 ? "a key is missing" : `row ${shut.map(({ id }) => id).join(", ")} does not open`}): restore it from a backup`;
