import { randomBytes, randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Database } from "../../../db/database.ts";
import type { Actor, Role } from "../../../db/model/access.ts";
import type { OneTimeLink, PersonView, SessionView } from "../../../db/model/access-views.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { addAccessLink, type LinkKind, readAccessLink, takeAccessLink } from "../../../db/store/access-links.ts";
import * as people from "../../../db/store/people.ts";
import { countTry, forgetTries } from "../../../db/store/sign-in-tries.ts";
import type { Config } from "../../config/config.ts";
import { mayGive, NOBODY, permissionsOf, rolesOf } from "../../domain/access/roles.ts";
import { signInWaitMs } from "../../domain/access/sign-in-wait.ts";
import { ServiceError } from "../../errors.ts";
import type { Box } from "../../secrets/box.ts";
import { ActEnded, type AuditPort } from "../audit/audit-port.ts";
import type { AccessPort, Caller } from "./access-port.ts";
import type { Oidc } from "./oidc.ts";
import { createPasswords, LEAST_PASSWORD, MOST_PASSWORD } from "./passwords.ts";
import type { ProxyPeople } from "./proxy-people.ts";
import { createSessions, hashOf } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

const SET_UP_MS = 15 * MINUTE_MS;
const LINK_MS = 24 * HOUR_MS;
const WRONG = "the e-mail or the password is wrong";

export type AccountParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly audit: AuditPort;
  readonly box: Box;
  readonly config: () => Pick<Config, "auth" | "publicUrl">;
};
export type LinkForm = {
  readonly token: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly password: string;
};
export type Invitation = {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly teams: readonly string[] | null;
};
export type PersonChange = {
  readonly id: string;
  readonly roles: readonly Role[];
  readonly teams: readonly string[] | null;
  readonly isDisabled: boolean;
};
/** Signed in: the Set-Cookie header. Else what is wrong, and how long to wait. */
export type SignedIn = { readonly cookie: string } | { readonly wrong: string; readonly waitS: number | null };

/** The account was not let in; its line in the audit says denied. */
class NotLetIn extends ActEnded {
  override readonly name = "NotLetIn";
  constructor(object: string) {
    super(WRONG, "denied", object);
  }
}

export type Accounts = ReturnType<typeof createAccounts>;

/** People, their passwords and sessions. */
export function createAccounts({ db, clock, log, audit, box, config }: AccountParts) {
  const passwords = createPasswords();
  const sessions = createSessions({ db, clock, config });

  const linkFor = async (
    kind: LinkKind,
    personId: string | null,
    on: Pick<Database, "query">,
  ): Promise<OneTimeLink> => {
    const token = randomBytes(20).toString("base64url");
    const expiresAt = clock.now() + (kind === "set-up" ? SET_UP_MS : LINK_MS);
    await addAccessLink(on, { tokenHash: hashOf(token), kind, personId, expiresAt }, clock.now());
    return { url: `${config().publicUrl}/link#${token}`, expiresAt };
  };

  /** A way to sign in as pages name it: an issuer by its provider, while the configuration has it. */
  const wayOf = (stored: string): string =>
    stored === "credential" ? "password" : (config().auth.oidc.find(({ issuer }) => issuer === stored)?.id ?? stored);

  const personOr = async (on: Pick<Database, "query">, id: string): Promise<people.PersonRow> => {
    const person = await people.readPerson(on, id);
    if (person === null)
      throw new ServiceError("not_found", "there is no such person; the list may be old: load it again");
    return person;
  };

  return {
    who: (caller: Caller): Promise<Actor> => sessions.who(caller),

    needsSetUp: async (): Promise<boolean> => !(await people.hasAdmin(db)),

    async signIn(email: string, password: string, caller: Caller): Promise<SignedIn> {
      const person = await people.readPersonByEmail(db, emailOf(email));
      const tried = { account: box.sign(`try ${emailOf(email)}`), address: caller.address };
      const waitMs = await countTry(db, tried, person?.id ?? null, clock.now(), ({ ofAccount, ofAddress }) =>
        signInWaitMs(ofAccount, ofAddress, clock.now()),
      );
      if (waitMs > 0) {
        log.warn({ address: caller.address }, "somebody tries to sign in too often");
        return { wrong: "too many tries; wait a moment", waitS: Math.ceil(waitMs / SECOND_MS) };
      }
      const stored = person === null || person.isDisabled ? null : await people.readPasswordHash(db, person.id);
      const isRight = await passwords.isRight(password, stored);
      const actor = { ...NOBODY, id: person?.id ?? "", name: person?.name ?? "" };
      const entry = { actor, address: caller.address, action: "POST /api/sign-in", input: {} };
      try {
        return await audit.change(entry, async () => {
          if (!isRight || person === null)
            throw new NotLetIn(person === null ? "an unknown account" : `id ${person.id}`);
          await sessions.end(caller);
          await forgetTries(db, tried);
          return { cookie: await sessions.begin(person.id, caller, db) };
        });
      } catch (error) {
        if (!(error instanceof NotLetIn)) throw error;
        log.warn({ address: caller.address, person: person?.id ?? null }, "somebody was not let in");
        return { wrong: WRONG, waitS: null };
      }
    },

    /** Ends the session; the header that takes its cookie away. */
    signOut: (caller: Caller): Promise<string> => sessions.end(caller),

    /** What a link is for, without using it; null = it was used, is over or never was. */
    async readLink(token: string) {
      const link = await readAccessLink(db, hashOf(token), clock.now());
      if (link === null) return null;
      const person = link.personId === null ? null : await people.readPerson(db, link.personId);
      return { kind: link.kind, name: person?.name ?? "", email: person?.email ?? "" };
    },

    /** Uses a link up: sets the password and signs in. null = it was used, is over or never was. */
    async useLink(form: LinkForm, caller: Caller): Promise<string | null> {
      passwordFault(form.password, form.email ?? "");
      if ((await readAccessLink(db, hashOf(form.token), clock.now())) === null) return null;
      const hash = await passwords.hash(form.password);
      const entry = { actor: NOBODY, address: caller.address, action: "POST /api/link", input: {} };
      return await audit.change(entry, () =>
        db.transaction(async (tx) => {
          const link = await takeAccessLink(tx, hashOf(form.token), clock.now());
          if (link === null) return null;
          const personId = link.personId ?? (await addFirst(tx, form));
          if ((await personOr(tx, personId)).isDisabled) return null;
          await people.putPasswordHash(tx, personId, hash, clock.now());
          await people.endSessions(tx, personId, null);
          return await sessions.begin(personId, caller, tx);
        }),
      );
    },

    /** A link that makes an administrator; for the log of the first start, and for whoever has the database at hand. */
    setUpLink: (): Promise<OneTimeLink> => linkFor("set-up", null, db),

    person: (id: string) => people.readPerson(db, id),
    ways: async (id: string): Promise<string[]> => (await people.readWays(db, id)).map(wayOf),
    async people(): Promise<PersonView[]> {
      return (await people.readPeople(db)).map((row) => ({
        ...row,
        roles: rolesOf(row.roles),
        ways: row.ways.map(wayOf),
      }));
    },

    async invite(giver: Actor, { name, email, roles, teams }: Invitation): Promise<OneTimeLink> {
      mustGive(giver, roles, teams);
      return await db.transaction(async (tx) => {
        if ((await people.readPersonByEmail(tx, emailOf(email))) !== null)
          throw new ServiceError("invalid", "somebody with this e-mail is here already; give them a new link instead");
        const id = randomUUID();
        await people.addPerson(tx, { id, name, email: emailOf(email), roles, teams }, clock.now());
        return await linkFor("invite", id, tx);
      });
    },

    /** Roles, teams, and whether they may come in. What is taken away is gone at their next request; they sign in anew. */
    async setPerson(giver: Actor, change: PersonChange): Promise<void> {
      mustGive(giver, change.roles, change.teams);
      await db.transaction(async (tx) => {
        const admins = await people.holdAdmins(tx);
        const person = await personOr(tx, change.id);
        mustGive(giver, rolesOf(person.roles), person.teams);
        const staysAdmin = change.roles.includes("admin") && change.teams === null && !change.isDisabled;
        if (admins.length === 1 && admins[0] === change.id && !staysAdmin)
          throw new ServiceError("invalid", "this is the last administrator; make somebody else one first");
        await people.setPerson(tx, change, clock.now());
        await people.endSessions(tx, change.id, null);
      });
    },

    /** A link to set a new password; the old one holds until it is used. */
    async resetLink(giver: Actor, id: string): Promise<OneTimeLink> {
      return await db.transaction(async (tx) => {
        const person = await personOr(tx, id);
        mustGive(giver, rolesOf(person.roles), person.teams);
        return await linkFor("reset", id, tx);
      });
    },

    async sessions({ id, sessionId }: Actor): Promise<SessionView[]> {
      const rows = await people.readSessions(db, id, clock.now(), sessions.idleSince());
      const all = rows.map((row) => ({ ...row, isThis: row.id === sessionId }));
      return [...all.filter(({ isThis }) => isThis), ...all.filter(({ isThis }) => !isThis)];
    },
    endSession: (actor: Actor, id: string): Promise<void> => people.endSession(db, actor.id, id),
    endSessions: (id: string, but: string | null): Promise<void> => people.endSessions(db, id, but),

    /** Ends all other sessions too. */
    async changePassword({ id, sessionId }: Actor, presentOne: string, next: string, address: string): Promise<void> {
      const person = await personOr(db, id);
      passwordFault(next, person.email);
      const tried = { account: box.sign(`try ${person.email}`), address };
      const waitMs = await countTry(db, tried, id, clock.now(), ({ ofAccount, ofAddress }) =>
        signInWaitMs(ofAccount, ofAddress, clock.now()),
      );
      if (waitMs > 0) throw new ServiceError("invalid", `too many tries; wait ${Math.ceil(waitMs / SECOND_MS)} s`);
      if (!(await passwords.isRight(presentOne, await people.readPasswordHash(db, id))))
        throw new ServiceError("invalid", "the present password is wrong");
      const hash = await passwords.hash(next);
      await db.transaction(async (tx) => {
        await people.putPasswordHash(tx, id, hash, clock.now());
        await people.endSessions(tx, id, sessionId);
      });
      await forgetTries(db, tried);
    },
  };

  async function addFirst(tx: Pick<Database, "query">, { name = "", email = "" }: LinkForm): Promise<string> {
    const address = emailOf(email);
    if (name.trim() === "" || !/^[^\s@]+@[^\s@]+$/.test(address))
      throw new ServiceError("invalid", "a name and an e-mail are needed for the first administrator");
    const known = await people.readPersonByEmail(tx, address);
    const first = { id: known?.id ?? randomUUID(), roles: ["admin"], teams: null };
    if (known === null) await people.addPerson(tx, { ...first, name: name.trim(), email: address }, clock.now());
    else await people.setPerson(tx, { ...first, isDisabled: false }, clock.now());
    return first.id;
  }
}

type Outside = { readonly oidc?: Oidc; readonly proxy?: ProxyPeople; readonly tokens?: Tokens };

/** The door to all of it as the API asks it. A token comes before what a proxy says, and that before a session. */
export const accountsAccess = (accounts: Accounts, outside: Outside = {}): AccessPort => ({
  who: async (caller) =>
    (await outside.tokens?.who(caller)) ?? (await outside.proxy?.who(caller)) ?? (await accounts.who(caller)),
  signInWays: async () => ({
    isOpen: false,
    hasPassword: true,
    providers: outside.oidc?.providers() ?? [],
    needsSetUp: await accounts.needsSetUp(),
  }),
  accounts,
  ...(outside.oidc === undefined ? {} : { oidc: outside.oidc }),
  ...(outside.tokens === undefined ? {} : { tokens: outside.tokens }),
});

function mustGive(giver: Actor, roles: readonly Role[], teams: readonly string[] | null): void {
  if (!mayGive(giver, permissionsOf(roles), teams))
    throw new ServiceError("invalid", "nobody gives or takes more than they have themselves");
}

/** ASVS 6.2: length decides, nothing must be of some kind. */
function passwordFault(password: string, email: string): void {
  const { length } = password;
  if (length < LEAST_PASSWORD || length > MOST_PASSWORD)
    throw new ServiceError("invalid", `a password has ${LEAST_PASSWORD} to ${MOST_PASSWORD} characters`);
  if (password.toLowerCase() === emailOf(email) || new Set(password).size < 5)
    throw new ServiceError("invalid", "this password is guessed at once; take a sentence only you would say");
}

const emailOf = (text: string): string => text.trim().toLowerCase();
