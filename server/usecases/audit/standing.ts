import type { Executor } from "../../../db/database.ts";
import { type Actor, PERMISSIONS } from "../../../db/model/access.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { holdPerson, holdToken } from "../../../db/store/standing.ts";
import { type Door, refusalAt } from "../../domain/access/door.ts";
import { permissionsOf } from "../../domain/access/roles.ts";
import { tokenReach } from "../../domain/access/token-reach.ts";
import { ActEnded } from "./audit-port.ts";

const GONE = "your right to this was taken away meanwhile; an administrator can give it back";

/** What somebody was let in with is no longer theirs. */
export class RightGone extends ActEnded {
  override readonly name = "RightGone";

  constructor() {
    super(GONE, "denied");
  }
}

/**
 * Asked inside a transaction: whether all of these may still pass this door. Holds what says so until the transaction ends,
 * so that nothing is written after the right was taken away.
 * @throws RightGone
 */
export function mayStill(
  actors: readonly Actor[],
  door: Door,
  clock: Pick<Clock, "now">,
): ((query: Executor["query"]) => Promise<void>) | null {
  const known = actors.filter(({ kind }) => kind === "person" || kind === "token");
  if (known.length === 0) return null;
  return async (query) => {
    for (const actor of known) {
      const now = actor.kind === "person" ? await personNow(query, actor) : await tokenNow(query, actor, clock.now());
      if (now === null || refusalAt(door, now) !== null) throw new RightGone();
    }
  };
}

/** Who asked for something some days ago, as of now: "person:<id>" or "token:<id>"; null = gone, over or locked out. */
export async function actorNow(db: Executor, id: string, name: string, now: UnixMs): Promise<Actor | null> {
  const found = /^(person|token):(.+)$/s.exec(id);
  if (found === null) return null;
  const kind = found[1] === "person" ? "person" : "token";
  const asked: Actor = {
    kind, id: found[2] ?? "", name, permissions: new Set(PERMISSIONS), teams: null, sources: null, sessionId: "",
  }; // prettier-ignore
  const ask: Executor["query"] = (sql, params) => db.query(sql, params);
  return kind === "person" ? await personNow(ask, asked) : await tokenNow(ask, asked, now);
}

/** The actor as of now; null = gone or locked out. */
async function personNow(query: Executor["query"], actor: Actor): Promise<Actor | null> {
  const row = await holdPerson(query, actor.id);
  if (row === null || row.isDisabled) return null;
  return { ...actor, permissions: permissionsOf(row.roles), teams: row.teams };
}

/** Of a token: what it was given, as far as whoever gave it still has it. */
async function tokenNow(query: Executor["query"], actor: Actor, now: UnixMs): Promise<Actor | null> {
  const token = await holdToken(query, Number(actor.id), now);
  if (token === null || token.isOver) return null;
  const owner = await holdPerson(query, token.personId);
  return owner === null || owner.isDisabled ? null : { ...actor, ...tokenReach(token, owner) };
}
