import type { Database } from "../../db/database.ts";
import { readDataKeys, removeDataKey, takeDataKey } from "../../db/store/data-keys.ts";
import {
  countSealedWith,
  type Place,
  putSealed,
  readSealedOtherwise,
  SEALED,
  takeSealed,
} from "../../db/store/sealed.ts";
import { isFirstForm, openFirstForm, SealError } from "./envelope.ts";
import type { Secrets } from "./open-secrets.ts";

/** How often the tables are gone through: what was sealed with an old key while the first time ran is found by the next. */
const MOST_TIMES = 20;
const AT_ONCE = 200;

export type Resealed = {
  readonly resealed: number;
  /** Rows that do not open, as "channel 7": their secrets have to be entered anew. */
  readonly shut: readonly string[];
  /** Retired keys that are still there, because something is sealed with them. */
  readonly keysLeft: number;
};

/**
 * Seals everything with the newest data key, each row in a transaction of its own, and removes retired keys nothing is
 * sealed with. To be killed anywhere and run again; a console may work meanwhile.
 */
export async function resealAll(db: Database, secrets: Secrets): Promise<Resealed> {
  const shut = new Set<string>();
  let resealed = 0;
  for (let times = MOST_TIMES; ; times--) {
    const { id } = await db.transaction((tx) => secrets.ring.present(tx));
    for (const column of SEALED) {
      let after = 0;
      for (let rows: number[]; (rows = await readSealedOtherwise(db, column, id, after, AT_ONCE)).length > 0;) {
        for (const row of rows) {
          const isDone = await reseal(db, secrets, { ...column, row });
          if (isDone) resealed++;
          else shut.add(`${column.table} ${row}`);
        }
        after = rows.at(-1)!;
      }
    }
    const keysLeft = await removeRetired(db);
    if (keysLeft === 0 || times === 0 || shut.size > 0) return { resealed, shut: [...shut], keysLeft };
  }
}

/** false = it does not open. Opened outside of the transaction, for keys may have to be looked up; written if it is still the same. */
async function reseal(db: Database, { box, material }: Secrets, place: Place): Promise<boolean> {
  for (;;) {
    const sealed = await db.transaction((tx) => takeSealed(tx, place));
    if (sealed === null) return true;
    const text = isFirstForm(sealed) ? openOld(material, sealed, place) : await box.open(sealed, place).catch(shutIs);
    if (text === null) return false;
    const isDone = await db.transaction(async (tx) => {
      const now = await takeSealed(tx, place);
      if (now === null) return true;
      if (!Buffer.from(now).equals(sealed)) return false;
      await putSealed(tx, place, await box.seal(tx, text, place));
      return true;
    });
    if (isDone) return true;
  }
}

function openOld(material: Uint8Array, sealed: Uint8Array, place: Place): string | null {
  try {
    return openFirstForm(material, sealed, place);
  } catch (error) {
    return shutIs(error);
  }
}

function shutIs(error: unknown): null {
  if (error instanceof SealError) return null;
  throw error;
}

/** How many are left: something is sealed with them. */
async function removeRetired(db: Database): Promise<number> {
  let left = 0;
  for (const { id, retiredAt } of await readDataKeys(db)) {
    if (retiredAt === null) continue;
    const isGone = await db.transaction(async (tx) => {
      await takeDataKey(tx, id);
      if ((await countSealedWith(tx, id)) > 0) return false;
      await removeDataKey(tx, id);
      return true;
    });
    if (!isGone) left++;
  }
  return left;
}
