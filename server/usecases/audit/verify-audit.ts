import type { Executor } from "../../../db/database.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { type Head, readAuditAfter, readAuditHash, readOrphans, type StoredAudit } from "../../../db/store/audit.ts";
import { readSigningSince } from "../../../db/store/data-keys.ts";
import type { AuditCheck } from "./audit-port.ts";
import { chainHash, changeFault, isKeyed, PROCESS_ACTION, rangeOf, type Sign } from "./chain.ts";
import { hashesOf, hashOfOwn } from "./hash-changes.ts";

/** Rows checked at a time: memory does not grow with the record. */
const PIECE = 1_000;
const SAID: ReadonlySet<string> = new Set(["kind", "id", "name"]); // of an actor, and in the hash
const SETTLED_MS = 5 * MINUTE_MS;

/**
 * Whether the audit is what was written: every row in its place, as it was, none missing, each with the changes it had.
 * Names the first row that is not. @param head the newest row as it was told outside of the database; null = not known
 */
export async function verifyAudit(db: Executor, sign: Sign, head: Head | null): Promise<AuditCheck> {
  const signedSince = sign === null ? null : await readSigningSince(db);
  let last: Head = { seq: 0, hash: "" };
  let rows = 0;
  let unsigned = 0;
  const end = (fault: string | null): AuditCheck => ({ ok: fault === null, rows, unsigned, fault });
  for (;;) {
    const piece = await readAuditAfter(db, last.seq, PIECE);
    const changes = await hashesOf(
      db,
      piece.map(({ entryId }) => entryId),
    );
    for (const row of piece) {
      const fault =
        rowFault({ sign, signedSince }, last, row) ?? (await changesFault(db, row, changes.get(row.entryId) ?? ""));
      if (fault !== null) return end(fault);
      last = row;
      rows++;
      if (!isKeyed(row.hash)) unsigned++;
    }
    if (piece.length < PIECE) break;
  }
  return end((await endFault(db, last, head)) ?? (await orphanFault(db)));
}

type Signing = { readonly sign: Sign; readonly signedSince: UnixMs | null };

function rowFault({ sign, signedSince }: Signing, last: Head, row: StoredAudit): string | null {
  const { seq, hash, actor } = row;
  if (seq !== last.seq + 1) {
    const gone = seq === last.seq + 2 ? `row ${last.seq + 1} is` : `rows ${last.seq + 1} to ${seq - 1} are`;
    return `${gone} gone: row ${seq} follows row ${last.seq}`;
  }
  if (sign === null && isKeyed(hash)) return `row ${seq} is signed, and the key is not here: name it in dapan.yaml`;
  if (sign !== null && !isKeyed(hash) && isKeyed(last.hash))
    return `row ${seq} is not signed, and the one before it is`;
  if (signedSince !== null && !isKeyed(hash) && row.atMs >= signedSince)
    return `row ${seq} is not signed, and the key was there when it was written: the record was written anew`;
  if (Object.keys(actor).some((key) => !SAID.has(key)))
    return `row ${seq} (${row.action}, ${actor.name}) says more of who it was than was written`;
  const right = chainHash(isKeyed(hash) ? sign : null, last.hash, row);
  return right === hash
    ? null
    : `row ${seq} (${row.action}, ${row.actor.name}) is not as it was written, or not in its place`;
}

async function changesFault(db: Executor, row: StoredAudit, ofEntry: string): Promise<string | null> {
  const range = row.action === PROCESS_ACTION ? rangeOf(row.object) : null;
  const now = range === null ? ofEntry : await hashOfOwn(db, range.first, range.last);
  return now === row.changesHash ? null : `row ${row.seq} (${row.action}): ${changeFault(row.changesHash, now)}`;
}

async function endFault(db: Executor, last: Head, head: Head | null): Promise<string | null> {
  if (head === null) return null;
  if (head.seq > last.seq) {
    const gone = head.seq === last.seq + 1 ? `row ${head.seq} is` : `rows ${last.seq + 1} to ${head.seq} are`;
    return `${gone} gone from the end: row ${head.seq} was the newest that was told`;
  }
  const stands = head.seq === last.seq ? last.hash : await readAuditHash(db, head.seq);
  return stands === head.hash
    ? null
    : `row ${head.seq} is not the one whose hash was told: the record was written anew`;
}

async function orphanFault(db: Executor): Promise<string | null> {
  const [first] = await readOrphans(db, SETTLED_MS);
  return first === undefined ? null : `changes of entry ${first} stand without a row: it was deleted, or never written`;
}
