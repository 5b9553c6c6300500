import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Database } from "../../../db/database.ts";
import type { Actor } from "../../../db/model/access.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import * as people from "../../../db/store/people.ts";
import type { Config } from "../../config/config.ts";
import { NOBODY, permissionsOf } from "../../domain/access/roles.ts";
import type { Caller } from "./access-port.ts";
import { type CookieKind, cookieKind, setCookie, tokenOf } from "./session-cookie.ts";

const TOUCH_MS = MINUTE_MS; // "seen" is true to a minute: one write a minute and session

export type SessionParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: () => Pick<Config, "auth" | "publicUrl">;
};
export type Sessions = ReturnType<typeof createSessions>;

/** Sessions stand in the database by the hash of their token and are read at each request. */
export function createSessions({ db, clock, config }: SessionParts) {
  const cookie = (): CookieKind => cookieKind(config().publicUrl);
  const idleSince = (): number => clock.now() - config().auth.idleMs;

  const present = async (caller: Caller): Promise<people.SessionRow | null> => {
    const token = tokenOf(cookie(), caller.headers.cookie);
    return token === null ? null : await people.readSession(db, hashOf(token), clock.now(), idleSince());
  };

  return {
    idleSince,
    /** Whose session a request comes with; null = nobody's. */
    present,

    async who(caller: Caller): Promise<Actor> {
      const row = await present(caller);
      if (row === null) return NOBODY;
      if (row.seenAt < clock.now() - TOUCH_MS) await people.touchSession(db, row.sessionId, clock.now());
      const { id, name, roles, teams, sessionId } = row;
      return { kind: "person", id, name, permissions: permissionsOf(roles), teams, sources: null, sessionId };
    },

    /** Begins one; its Set-Cookie header. */
    async begin(personId: string, caller: Caller, on: Pick<Database, "query">): Promise<string> {
      const { longestMs } = config().auth;
      const token = randomBytes(32).toString("base64url");
      const agent = (caller.headers["user-agent"] ?? "").slice(0, 200);
      const session = { id: randomUUID(), tokenHash: hashOf(token), personId, address: caller.address, agent };
      await people.addSession(on, { ...session, endsAt: clock.now() + longestMs }, clock.now());
      return setCookie(cookie(), token, Math.floor(longestMs / SECOND_MS));
    },

    /** Ends the one a request comes with, if any; the header that takes its cookie away. */
    async end(caller: Caller): Promise<string> {
      const row = await present(caller);
      if (row !== null) await people.endSession(db, row.id, row.sessionId);
      return setCookie(cookie(), "", 0);
    },
  };
}

/** How the database knows a token. */
export const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");
