import { createHash, type Hash } from "node:crypto";
import type { Box } from "../../secrets/box.ts";
import type { StoredAudit, StoredChange } from "../../../db/store/audit.ts";

/** Signs with a key that is not in the database; null = there is none. */
export type Sign = ((text: string) => string) | null;

/** Signs for the audit and nothing else; null where the installation has no key. */
export const auditSign = (box: Pick<Box, "sign"> | null): Sign =>
  box === null ? null : (text) => box.sign(`audit ${text}`);

/** The action of rows that stand for what the process changed by itself. */
export const PROCESS_ACTION = "process";
export const rangeText = (first: number, last: number): string => `changes ${first} to ${last}`;
/** The changes such a row stands for; null = it says none. */
export function rangeOf(object: string): { readonly first: number; readonly last: number } | null {
  const found = /^changes (\d{1,15}) to (\d{1,15})$/.exec(object);
  return found === null ? null : { first: Number(found[1]), last: Number(found[2]) };
}

/** The hash of a row: over the row before it and all it says. */
export function chainHash(sign: Sign, before: string, row: Omit<StoredAudit, "hash">): string {
  const { seq, entryId, atMs, actor, address, action, outcome, object, reason, changesHash } = row;
  const { kind, id, name } = actor;
  const text = JSON.stringify([
    before, seq, entryId, atMs, kind, id, name, address, action, outcome, object, reason, changesHash,
  ]); // prettier-ignore
  return sign === null ? `${PLAIN}${sha256(text)}` : `${KEYED}${sign(text)}`;
}

const PLAIN = "s1:"; // anybody who can write the database can make it
const KEYED = "h1:";
export const isKeyed = (hash: string): boolean => hash.startsWith(KEYED);

/** Changes an entry tells one by one in its hash, so that a wrong one can be named. */
const MOST_NAMED = 100;

/** The hash over the changes of an entry, in order: of all of them, then of each of the first hundred. */
export class ChangesHash {
  readonly #all: Hash = createHash("sha256");
  readonly #each: string[] = [];
  #count = 0;

  add({ id, atMs, relation, key, before, after }: StoredChange): void {
    const text = JSON.stringify([id, atMs, relation, key, before, after]);
    this.#all.update(`${text}\n`);
    if (this.#each.length < MOST_NAMED) this.#each.push(`${id}:${sha256(text).slice(0, 16)}`);
    this.#count++;
  }

  digest(): string {
    return [`${this.#count}:${this.#all.digest("hex")}`, ...this.#each].join(" ");
  }
}

/** Which change of an entry is not as it was, in words. */
export function changeFault(stored: string, now: string): string {
  const [was, is] = [stored, now].map(
    (text) =>
      new Map(
        text
          .split(" ")
          .slice(1)
          .map((one) => idAndHash(one)),
      ),
  );
  for (const [id, hash] of was ?? []) {
    const found = is?.get(id);
    if (found === undefined) return `change ${id} is gone`;
    if (found !== hash) return `change ${id} was edited`;
  }
  for (const id of is?.keys() ?? []) if (was?.has(id) === false) return `change ${id} was not there`;
  return `one of its changes was edited, deleted or added (${stored.split(":")[0]} then, ${now.split(":")[0]} now)`;
}

function idAndHash(text: string): readonly [string, string] {
  const [id = "", hash = ""] = text.split(":");
  return [id, hash];
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
