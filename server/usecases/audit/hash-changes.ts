import type { Executor } from "../../../db/database.ts";
import { type ChangePlace, readChangesAfter, readOwnChanges, type StoredChange } from "../../../db/store/audit.ts";
import { ChangesHash } from "./chain.ts";

/** Changes read at a time: what is kept in memory of an entry that changed a million rows. */
const PIECE = 2_000;
const BEGIN: ChangePlace = { entryId: "", id: 0 };

/** Hashes over the changes of some entries; each entry has one. */
export async function hashesOf(db: Executor, entryIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map(entryIds.map((id) => [id, new ChangesHash()]));
  let place = BEGIN;
  for (;;) {
    const piece = await readChangesAfter(db, entryIds, place, PIECE);
    for (const change of piece) hashes.get(change.entryId)?.add(change);
    const last = piece.at(-1);
    if (piece.length < PIECE || last === undefined) break;
    place = last;
  }
  return new Map([...hashes].map(([id, hash]) => [id, hash.digest()]));
}

/** The hash over the process's own changes `first` to `last`. */
export async function hashOfOwn(db: Executor, first: number, last: number): Promise<string> {
  const hash = new ChangesHash();
  let after = first - 1;
  for (;;) {
    const piece: StoredChange[] = await readOwnChanges(db, after, last, PIECE);
    for (const change of piece) hash.add(change);
    if (piece.length < PIECE) return hash.digest();
    after = piece.at(-1)?.id ?? last;
  }
}
