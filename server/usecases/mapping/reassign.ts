import type { Executor, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { KnownHolder } from "../../../db/model/feature.ts";
import {
  type HolderMove,
  type HolderStretch,
  putHolderFeatures,
  readHolderFeatures,
  readHolders,
} from "../../../db/store/mapping.ts";
import { assign, type CompiledRule, isSameAssignment, type Stretch } from "../../domain/mapping/assign.ts";
import { movesBetween } from "../../domain/mapping/moves.ts";

/** Holders read at once. */
const BATCH = 2_000;
/** Work between two breaths: others of this process wait no longer. */
const WORK_MS = 20;

/** A holder the rules say something else of than holder_feature does. */
export type Reassigned = {
  readonly holder: KnownHolder;
  readonly stretches: readonly Stretch[];
  readonly moves: readonly HolderMove[]; // [] = another rule of the same feature
};

/** Those of some holders of whom rules say something new. `db` is the transaction inside of one. */
export async function reassigned(
  db: Executor,
  ids: readonly number[],
  rules: readonly CompiledRule[],
  clock: Pick<Clock, "monotonicMs" | "sleep">,
): Promise<Reassigned[]> {
  const found: Reassigned[] = [];
  let since = clock.monotonicMs();
  for (let first = 0; first < ids.length; first += BATCH) {
    const some = ids.slice(first, first + BATCH);
    const stored = byHolder(await readHolderFeatures(db, some));
    for (const holder of await readHolders(db, some)) {
      const one = reassignOne(holder, stored.get(holder.id) ?? [], rules);
      if (one !== null) found.push(one);
      if (clock.monotonicMs() - since < WORK_MS) continue;
      await clock.sleep(0);
      since = clock.monotonicMs();
    }
  }
  return found;
}

/** null = holder_feature says the same already. */
export function reassignOne(
  holder: KnownHolder,
  stored: readonly Stretch[],
  rules: readonly CompiledRule[],
): Reassigned | null {
  const stretches = assign(rules, holder);
  if (isSameAssignment(stored, stretches)) return null;
  const moves = movesBetween(stored, stretches).map((move) => ({ holderId: holder.id, ...move }));
  return { holder, stretches, moves };
}

/** Writes what the rules say now. */
export async function putReassigned(tx: Tx, all: readonly Reassigned[]): Promise<void> {
  for (let first = 0; first < all.length; first += BATCH) {
    const some = all.slice(first, first + BATCH);
    await putHolderFeatures(
      tx,
      some.map(({ holder }) => holder.id),
      some.flatMap(({ holder, stretches }) => stretches.map((stretch) => ({ holderId: holder.id, ...stretch }))),
    );
  }
}

/** Stretches by holder. */
export function byHolder(rows: readonly HolderStretch[]): Map<number, Stretch[]> {
  const byId = new Map<number, Stretch[]>();
  for (const { holderId, ...stretch } of rows) {
    const own = byId.get(holderId);
    if (own === undefined) byId.set(holderId, [stretch]);
    else own.push(stretch);
  }
  return byId;
}
