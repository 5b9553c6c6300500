import type { Database } from "../../../db/database.ts";
import type { Actor } from "../../../db/model/access.ts";
import type { ApprovalView } from "../../../db/model/access-views.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { DAY_MS, shift } from "../../../db/model/time.ts";
import {
  addApproval,
  countWaiting,
  decideApproval,
  failApproval,
  nextApprovalId,
  readApproval,
  readApprovals,
  type StoredApproval,
} from "../../../db/store/approvals.ts";
import type { Place } from "../../../db/store/sealed.ts";
import { type Door, refusalAt } from "../../domain/access/door.ts";
import { type SecondKind, secondNeeds, waitsForSecond } from "../../domain/access/second-person.ts";
import { reasonOf } from "../../domain/audit/said.ts";
import { mayBeCut, WHOLE, withoutSecrets } from "../../domain/audit/without-secrets.ts";
import { ServiceError } from "../../errors.ts";
import type { Box } from "../../secrets/box.ts";
import { NO_KEY } from "../../secrets/key.ts";
import { actorNow } from "../audit/standing.ts";

export type ApprovalsPort = {
  /** Whether what this actor asks for is done only when somebody else agrees. */
  mustWait(action: string, actor: Actor): boolean;
  /** Keeps what was asked for until somebody decides; its number. */
  ask(actor: Actor, action: string, input: unknown): Promise<number>;
  list(actor: Actor, doorOf: DoorOf): Promise<readonly ApprovalView[]>;
  /** All of what waits, but the secrets, for whoever asked for it or may decide it. @throws ServiceError not_found, invalid */
  asked(wish: Omit<Wish, "note">, doorOf: DoorOf): Promise<unknown>;
  /** Does what was asked for, in the name of whoever asked, with the rights that both have now. */
  approve(wish: Wish, doorOf: DoorOf, call: CallAs): Promise<void>;
  refuse(wish: Wish, doorOf: DoorOf): Promise<void>;
};
export type DoorOf = (action: string) => Door | undefined;
export type CallAs = (asker: Actor, action: string, input: unknown, reason: string) => Promise<unknown>;
type Wish = { readonly actor: Actor; readonly id: number; readonly note: string };

const GOOD_MS = 7 * DAY_MS;
const MOST_WAITING = 500;
const MOST_LISTED = 200;
const placeOf = (id: number): Place => ({ table: "approval", column: "input", row: id });

export type ApprovalParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly box: Pick<Box, "seal" | "open"> | null;
  /** What needs a second person, as configured now. */
  readonly kinds: () => readonly SecondKind[];
  /** Why an action would not take an input; null = it would. */
  readonly inputFault: (action: string, input: unknown) => string | null;
};

/** Changes that wait for a second person. */
export function createApprovals({ db, clock, box, kinds, inputFault }: ApprovalParts): ApprovalsPort {
  const seen = async ({ actor, id }: Omit<Wish, "note">, doorOf: DoorOf): Promise<StoredApproval> => {
    const waiting = await readApproval(db, clock.now(), id);
    if (waiting === null || !isTheirs(waiting, actor, doorOf))
      throw new ServiceError("not_found", `there is no approval ${id}`);
    if (waiting.state !== "waiting") throw decided(waiting);
    return waiting;
  };
  const find = async (wish: Wish, doorOf: DoorOf): Promise<StoredApproval> => {
    const waiting = await seen(wish, doorOf);
    const why = whyNot(waiting, wish.actor, doorOf);
    if (why !== null) throw new ServiceError("invalid", why);
    return waiting;
  };
  const opened = async ({ id, sealed }: StoredApproval): Promise<unknown> => {
    if (box === null) throw new ServiceError("unavailable", NO_KEY);
    return (JSON.parse(await box.open(sealed, placeOf(id))) as { readonly input?: unknown }).input; // as ask() sealed it
  };
  const decide = async (waiting: StoredApproval, { actor, note }: Wish, state: "approved" | "refused") => {
    const by = { byId: idOf(actor), by: actor.name, at: clock.now(), note };
    if (await decideApproval(db, { state, id: waiting.id, ...by })) return;
    throw decided((await readApproval(db, clock.now(), waiting.id)) ?? waiting);
  };
  return {
    mustWait: (action, { kind }) => (kind === "person" || kind === "token") && waitsForSecond(action, kinds()),
    async ask(actor, action, input) {
      if (box === null) throw new ServiceError("unavailable", NO_KEY);
      const fault = inputFault(action, input);
      if (fault !== null) throw new ServiceError("invalid", fault);
      const now = clock.now();
      if ((await countWaiting(db, now)) >= MOST_WAITING)
        throw new ServiceError("unavailable", `${MOST_WAITING} changes wait for a second person already: decide some`);
      return await db.transaction(async (tx) => {
        const id = await nextApprovalId(tx);
        await addApproval(tx, id, {
          action,
          sealed: await box.seal(tx, JSON.stringify({ input }), placeOf(id)),
          shown: JSON.stringify(withoutSecrets(input) ?? null),
          reason: reasonOf(input),
          askedById: idOf(actor),
          askedBy: actor.name,
          askedAt: now,
          expiresAt: shift(now, GOOD_MS),
        });
        return id;
      });
    },
    async list(actor, doorOf) {
      const rows = await readApprovals(db, clock.now(), MOST_LISTED);
      return rows.filter((row) => isTheirs(row, actor, doorOf)).map((row) => viewOf(row, actor, doorOf));
    },
    asked: async (wish, doorOf) => withoutSecrets(await opened(await seen(wish, doorOf)), WHOLE),
    async approve(wish, doorOf, call) {
      const waiting = await find(wish, doorOf);
      const { id, action, askedById, askedBy, reason } = waiting;
      const asker = await actorNow(db, askedById, askedBy, clock.now());
      const door = doorOf(action);
      if (asker === null || door === undefined || refusalAt(door, asker) !== null)
        throw new ServiceError("invalid", `${askedBy} may no longer do this: refuse it`);
      const input = await opened(waiting);
      await decide(waiting, wish, "approved");
      const said = [reason, `approved by ${wish.actor.name}`, wish.note].filter((text) => text !== "").join("; ");
      try {
        await call(asker, action, input, said);
      } catch (error) {
        await failApproval(db, id, error instanceof Error ? error.message.slice(0, 500) : "it failed");
        throw error;
      }
    },
    async refuse(wish, doorOf) {
      await decide(await find(wish, doorOf), wish, "refused");
    },
  };
}

const idOf = ({ kind, id }: Actor): string => `${kind}:${id}`;

const isOwn = ({ askedById, ownerId }: StoredApproval, actor: Actor): boolean =>
  askedById === idOf(actor) || (ownerId !== null && ownerId !== "" && idOf(actor) === `person:${ownerId}`);

/** Why this actor does not decide; null = they may. A token is nobody's second pair of eyes. */
function whyNot(row: StoredApproval, actor: Actor, doorOf: DoorOf): string | null {
  if (isOwn(row, actor)) return "somebody else has to decide this: you asked for it";
  const door = doorOf(row.action);
  if (actor.kind !== "person" || door === undefined) return "a person who is signed in decides this";
  const also = secondNeeds(row.action);
  return (refusalAt(door, actor) ?? (also === null ? null : refusalAt({ ...door, needs: also }, actor)))?.why ?? null;
}

/** One sees what one asked for, and what one may decide. */
const isTheirs = (row: StoredApproval, actor: Actor, doorOf: DoorOf): boolean =>
  isOwn(row, actor) || whyNot(row, actor, doorOf) === null;

function viewOf(row: StoredApproval, actor: Actor, doorOf: DoorOf): ApprovalView {
  const { id, action, shown, reason, askedBy, askedAt, expiresAt, state, decidedBy, decidedAt, note } = row;
  const mayDecide = state === "waiting" && whyNot(row, actor, doorOf) === null;
  const input: unknown = JSON.parse(shown);
  const isCut = mayBeCut(input);
  return {
    id,
    action,
    input,
    isCut,
    reason,
    askedBy,
    askedAt,
    expiresAt,
    state,
    decidedBy,
    decidedAt,
    note,
    mayDecide,
  };
}

const decided = ({ id, state, decidedBy }: StoredApproval): ServiceError =>
  new ServiceError("invalid", `approval ${id} is ${state}${decidedBy === null ? "" : ` by ${decidedBy}`} already`);

/** Nothing waits for anybody. */
export const noApprovals: ApprovalsPort = {
  mustWait: () => false,
  ask: async () => 0,
  list: async () => [],
  asked: async () => null,
  approve: async () => undefined,
  refuse: async () => undefined,
};
