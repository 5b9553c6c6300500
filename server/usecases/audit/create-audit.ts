import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { Act, outsideActs } from "../../../db/acting.ts";
import type { Database, Executor } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { AuditOutcome } from "../../../db/model/access-views.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { Mutex } from "../../../db/mutex.ts";
import {
  addAuditRow,
  type Head,
  lockAudit,
  newestObjectOf,
  newestOwnChange,
  readAuditHash,
  readAuditHead,
  readOrphans,
  type StoredAudit,
} from "../../../db/store/audit.ts";
import { objectOf, reasonOf } from "../../domain/audit/said.ts";
import { ServiceError } from "../../errors.ts";
import { ActEnded, type AuditCheck, type AuditEntry, type AuditPort } from "./audit-port.ts";
import { readPage } from "./audit-page.ts";
import { chainHash, PROCESS_ACTION, rangeOf, rangeText, type Sign } from "./chain.ts";
import { hashesOf, hashOfOwn } from "./hash-changes.ts";
import type { HeadFile } from "./head-file.ts";
import { mayStill } from "./standing.ts";
import { verifyAudit } from "./verify-audit.ts";

export type AuditParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sign: Sign;
  readonly headFile: HeadFile | null;
};

export type Audit = AuditPort & {
  /** Takes up the record: rows for what a killed process left without one. */
  open(): Promise<void>;
  /** Once an hour: a row for what the process changed by itself, and the head into the log. */
  round(): Promise<void>;
};

type NewRow = Omit<StoredAudit, "seq" | "hash" | "changesHash" | "atMs">;

/** Changes of another process (a command) that are younger may get their row yet. */
const SETTLED_MS = 5 * MINUTE_MS;

/** The record of who did what: a chain of rows signed with a key that is not in the database. */
export function createAudit({ db, clock, log, sign, headFile }: AuditParts): Audit {
  const turn = new Mutex();
  const present = new Set<string>(); // entries whose act goes on
  let known: Head | null = null;
  let checkedAt: number | null = null;

  const append = (row: NewRow, hashOf?: (tx: Executor) => Promise<string>): Promise<void> =>
    turn.run(() =>
      outsideActs(async () => {
        known = await db.transaction(async (tx) => {
          await lockAudit(tx);
          const before = await lastBefore(tx, known, log);
          const changesHash = hashOf ? await hashOf(tx) : ((await hashesOf(tx, [row.entryId])).get(row.entryId) ?? "");
          const unsigned = { ...row, seq: before.seq + 1, atMs: clock.now(), changesHash };
          const hash = chainHash(sign, before.hash, unsigned);
          await addAuditRow(tx, { ...unsigned, hash });
          return { seq: unsigned.seq, hash };
        });
        await headFile?.write(known);
      }),
    );

  const rowOf = (entry: AuditEntry, entryId: string, outcome: AuditOutcome, over: Partial<NewRow> = {}): NewRow => {
    const { actor, address, action, input, reason } = entry;
    const who = { kind: actor.kind, id: actor.id, name: actor.name };
    return {
      entryId, actor: who, address, action, outcome, object: objectOf(input), reason: reason ?? reasonOf(input), ...over,
    }; // prettier-ignore
  };

  const takeOver = async (ageMs: number): Promise<void> => {
    for (const entryId of await readOrphans(db, ageMs)) {
      if (present.has(entryId)) continue;
      log.warn({ entryId }, "changes stand without their row in the audit: whoever made them was interrupted");
      await append({
        ...rowOf({ actor: DAPAN, address: "", action: "unknown", input: null }, entryId, "unknown"),
        reason: "the process ended before it could say whose act this was",
      });
    }
  };

  const coverOwn = async (): Promise<void> => {
    const last = rangeOf((await newestObjectOf(db, PROCESS_ACTION)) ?? "")?.last ?? 0;
    const newest = await newestOwnChange(db, last, SETTLED_MS);
    if (newest === null) return;
    const entry = { actor: DAPAN, address: "", action: PROCESS_ACTION, input: null };
    const object = rangeText(last + 1, newest);
    await append(rowOf(entry, randomUUID(), "done", { object }), (tx) => hashOfOwn(tx, last + 1, newest));
  };

  return {
    async change(entry, work) {
      const entryId = randomUUID();
      const act = new Act(entryId, stillOf(entry, clock));
      present.add(entryId);
      try {
        const ended = await act.run(work).then(
          (value) => ({ isDone: true, value }) as const,
          (error: unknown) => ({ isDone: false, error }) as const,
        );
        await act.end();
        const why = ended.isDone ? null : reasonEnded(ended.error);
        const over = why === null || why.object === "" ? {} : { object: why.object };
        const outcome = ended.isDone ? "done" : (why?.outcome ?? "failed");
        const isKept = await append(rowOf(entry, entryId, outcome, over)).then(
          () => true,
          (error: unknown) => {
            log.error({ err: error, entryId, action: entry.action, outcome }, "an act could not be put on record");
            return false;
          },
        );
        if (!ended.isDone) throw ended.error;
        if (!isKept) throw new ServiceError("unavailable", NOT_KEPT);
        return ended.value;
      } finally {
        present.delete(entryId);
      }
    },
    denied: (entry, why) => append(rowOf(entry, randomUUID(), "denied", { reason: why })),
    async page(filter, before, limit) {
      const rows = await readPage(db, filter, before, limit);
      const head = await readAuditHead(db);
      return { rows, head: head === null ? null : { ...head, checkedAt } };
    },
    async verify(): Promise<AuditCheck> {
      const check = await verifyAudit(db, sign, known);
      checkedAt = clock.now();
      if (!check.ok) log.error({ fault: check.fault }, "the audit is not as it was written");
      return check;
    },
    async open() {
      known = (await headFile?.read()) ?? (await readAuditHead(db));
      if (sign === null) log.warn("the audit has no key: name one in dapan.yaml (secretKeyFile), or who writes the database can rewrite it"); // prettier-ignore
      await takeOver(db.kind === "pglite" ? 0 : SETTLED_MS);
    },
    async round() {
      await takeOver(SETTLED_MS);
      await coverOwn();
      const head = known ?? (await readAuditHead(db));
      if (head !== null) log.info({ head: `${head.seq} ${head.hash}` }, "newest row of the audit");
    },
  };
}

const DAPAN = { kind: "system", id: "", name: "dapan" } as const;
const NOT_KEPT =
  "the change was made, but its row in the audit could not be written: tell an administrator, it is named at the next start";

/**
 * What the next row stands on. A row that was there and is gone keeps its number: the hole says what was cut.
 * Other processes may have appended meanwhile.
 */
async function lastBefore(tx: Executor, known: Head | null, log: Logger): Promise<Head> {
  const head = (await readAuditHead(tx)) ?? { seq: 0, hash: "" };
  if (known === null || (head.seq === known.seq && head.hash === known.hash)) return head;
  const stands = await readAuditHash(tx, known.seq);
  if (stands === known.hash) return head;
  const fault = stands === null ? "is gone" : "was edited";
  log.error({ seq: known.seq }, `row ${known.seq} of the audit ${fault}: run dapan audit verify`);
  return head.seq < known.seq ? known : head;
}

function stillOf({ actor, agreed, door }: AuditEntry, clock: Clock): ReturnType<typeof mayStill> {
  if (door === undefined || actor.kind === "system") return null;
  return mayStill(agreed === undefined ? [actor] : [actor, agreed], door, clock);
}

/** How a failed act stands in the audit, where its failure says so. */
function reasonEnded(error: unknown): ActEnded | null {
  if (error instanceof ActEnded) return error;
  return error instanceof Error && error.cause instanceof ActEnded ? error.cause : null;
}
