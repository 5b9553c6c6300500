import { randomUUID } from "node:crypto";
import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { ItemEdit } from "../../../db/model/patrol-views.ts";
import { putPatrolItem, readPatrolItems, removePatrolItem } from "../../../db/store/patrol.ts";
import type { Check } from "../../domain/patrol/check.ts";
import { BUILT_IN_CHECKS } from "../../domain/patrol/check-items.ts";
import { itemFault, ownCheck, type OwnItem } from "../../domain/patrol/own-items.ts";
import { ServiceError } from "../../errors.ts";

/** What ids of people's items begin with, so that a later built-in item never takes one of theirs. */
const OWN_PREFIX = "own.";
const MOST_ITEMS = 200;

export type ListedCheck = { readonly check: Check; readonly own: OwnItem | null }; // null = built in

/** The checklist: what is built in, then what people wrote, the oldest first. */
export async function readChecklist(db: Database): Promise<readonly ListedCheck[]> {
  const own = await readPatrolItems(db);
  return [
    ...BUILT_IN_CHECKS.map((check): ListedCheck => ({ check, own: null })),
    ...own.map(({ id, edit }): ListedCheck => {
      const item = edit as OwnItem; // written by saveItem only
      return { check: ownCheck(id, item), own: item };
    }),
  ];
}

type Parts = { readonly db: Database; readonly clock: Clock };

/** Writes an item. @returns its id @throws ServiceError invalid naming the part at fault; not_found */
export async function saveItem({ db, clock }: Parts, edit: ItemEdit, who: string): Promise<string> {
  const { title, advice, condition } = edit;
  const item: OwnItem = { title: title.trim(), advice: advice.trim(), condition };
  const fault = itemFault(item);
  if (fault !== null) throw new ServiceError("invalid", fault);
  const all = await readPatrolItems(db);
  if (edit.id !== null && !all.some(({ id }) => id === edit.id))
    throw new ServiceError("not_found", `there is no item "${edit.id}" of your own: reload the list`);
  if (edit.id === null && all.length >= MOST_ITEMS)
    throw new ServiceError("invalid", `there are ${all.length} items of your own already: remove one first`);
  const id = edit.id ?? OWN_PREFIX + randomUUID();
  await putPatrolItem(db, { id, edit: item, who }, clock.now());
  return id;
}

/** @throws ServiceError not_found */
export async function removeItem({ db, clock }: Parts, id: string): Promise<void> {
  if (!(await removePatrolItem(db, id, clock.now())))
    throw new ServiceError("not_found", `there is no item "${id}" of your own: reload the list`);
}
