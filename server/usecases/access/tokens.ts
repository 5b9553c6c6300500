import { randomBytes } from "node:crypto";
import type { Database } from "../../../db/database.ts";
import { type Actor, type Permission, PERMISSIONS } from "../../../db/model/access.ts";
import type { NewToken, TokenView } from "../../../db/model/access-views.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { DAY_MS, MINUTE_MS } from "../../../db/model/time.ts";
import * as store from "../../../db/store/api-tokens.ts";
import { mayGive, NOBODY } from "../../domain/access/roles.ts";
import { saidToken, TOKEN_PREFIX } from "../../domain/access/said-token.ts";
import { TOKEN_PERMISSIONS, tokenReach } from "../../domain/access/token-reach.ts";
import { ServiceError } from "../../errors.ts";
import type { Caller } from "./access-port.ts";
import { hashOf } from "./sessions.ts";

const BITS = 160;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"; // base32 (RFC 4648) in small letters: a double click takes all of it
const TOUCH_MS = MINUTE_MS; // "last used" is true to a minute: one write a minute and token
const MOST_EACH = 100; // alive at once, a person
const MOST_LISTED = 1_000;

export type TokenWish = {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly teams: readonly string[] | null;
  readonly sources: readonly string[] | null;
  readonly days: number;
};
export type Tokens = ReturnType<typeof createTokens>;

/** What programs come with: made by people, never more than they may, dead at once when it is revoked. */
export function createTokens({ db, clock }: { readonly db: Database; readonly clock: Clock }) {
  return {
    /** Whose token a request comes with, as of now; NOBODY = one that is not good; null = it comes with none. */
    async who({ headers }: Caller): Promise<Actor | null> {
      const said = saidToken(headers.authorization);
      if (said === null) return null;
      const row = await store.readToken(db, hashOf(said), clock.now());
      if (row === null) return NOBODY;
      if (row.lastUsedAt === null || row.lastUsedAt < clock.now() - TOUCH_MS)
        await store.touchToken(db, row.id, clock.now());
      const reach = tokenReach(row, { roles: row.ownerRoles, teams: row.ownerTeams });
      const name = `${row.name} (${row.owner})`;
      return { kind: "token", id: String(row.id), name, ...reach, sources: row.sources, sessionId: null };
    },

    /** One's own; of whoever manages access everybody's. */
    async list(actor: Actor): Promise<TokenView[]> {
      const rows = await store.readTokens(db, ownerSeen(actor), MOST_LISTED);
      return rows.map((row) => ({
        ...row,
        permissions: PERMISSIONS.filter((one) => row.permissions.includes(one)),
      }));
    },

    /** The only time the token itself is told. */
    async create(actor: Actor, wish: TokenWish): Promise<NewToken> {
      const { name, permissions, teams, sources, days } = wish;
      personOnly(actor);
      if (permissions.some((one) => !TOKEN_PERMISSIONS.includes(one)))
        throw new ServiceError("invalid", "no token lets people in: leave the right to manage access out");
      if (!mayGive(actor, permissions, teams))
        throw new ServiceError("invalid", "a token has no right and no team that you do not have yourself");
      if (sources !== null && !permissions.includes("push"))
        throw new ServiceError("invalid", "what a token pushes for is asked of tokens that push: give it that right");
      if ((await store.countTokens(db, actor.id, clock.now())) >= MOST_EACH)
        throw new ServiceError("invalid", `you have ${MOST_EACH} tokens: revoke some first`);
      const secret = TOKEN_PREFIX + randomText();
      const expiresAt = clock.now() + days * DAY_MS;
      const row = { tokenHash: hashOf(secret), hint: secret.slice(-4), personId: actor.id, expiresAt };
      const id = await store.addToken(db, { ...row, name, permissions, teams, sources }, clock.now());
      return { id, secret };
    },

    /** Dead with the next request. One's own; of whoever manages access anybody's. */
    async revoke(actor: Actor, id: number): Promise<void> {
      personOnly(actor);
      if (!(await store.revokeToken(db, id, ownerSeen(actor), clock.now())))
        throw new ServiceError("not_found", "there is no such token; the list may be old: load it again");
    },
  };
}

const ownerSeen = ({ id, permissions, teams }: Actor): string | null =>
  permissions.has("access.manage") && teams === null ? null : id;

function personOnly({ kind }: Actor): void {
  if (kind !== "person") throw new ServiceError("invalid", "a person makes and revokes tokens, no program does");
}

/** 160 random bits: five of each byte choose a letter. */
const randomText = (): string => Array.from(randomBytes(BITS / 5), (byte) => ALPHABET[byte & 31]).join("");
