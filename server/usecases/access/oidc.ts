import { randomBytes } from "node:crypto";
import * as client from "openid-client";
import type { Logger } from "pino";
import { CollectError } from "../../../collectors/collector.ts";
import type { Database } from "../../../db/database.ts";
import type { SignInFault, SignInWays } from "../../../db/model/access-views.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { nextPath } from "../../../db/model/next-path.ts";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { addAccount, holdAccounts, type PersonRow, readPersonByAccount } from "../../../db/store/people.ts";
import { takeOnce } from "../../../db/store/sign-in-once.ts";
import { countTry, forgetTries } from "../../../db/store/sign-in-tries.ts";
import type { Config, OidcConfig } from "../../config/config.ts";
import { NOBODY } from "../../domain/access/roles.ts";
import { signInWaitMs } from "../../domain/access/sign-in-wait.ts";
import type { Box } from "../../secrets/box.ts";
import { ActEnded, type AuditPort } from "../audit/audit-port.ts";
import type { Caller } from "./access-port.ts";
import type { OidcClient } from "./oidc-client.ts";
import { newTicket, openTicket, sealTicket, type Ticket } from "./oidc-ticket.ts";
import { comeIn, type Outsider } from "./outsiders.ts";
import { cookieKind, cookieOf, setCookie } from "./session-cookie.ts";
import { hashOf, type Sessions } from "./sessions.ts";

const TICKET_MS = 10 * MINUTE_MS;
const CALLBACK = "GET /api/oidc/:provider/callback";

export type OidcParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly audit: AuditPort;
  readonly box: Box;
  readonly config: () => Pick<Config, "auth" | "publicUrl">;
  readonly sessions: Sessions;
  readonly client: OidcClient;
};
/** Where the browser goes, and the cookies it takes along. */
export type Sent = { readonly to: string; readonly cookies: readonly string[] };

/** Nobody was let in. */
class Denied extends ActEnded {
  override readonly name = "Denied";
  readonly fault: SignInFault;
  constructor(fault: SignInFault, why: string, object = "") {
    super(why, "denied", object || fault);
    this.fault = fault;
  }
}

export type Oidc = ReturnType<typeof createOidc>;

/** Sign-in through providers. Issuer and subject are who somebody is; an e-mail is nobody. */
export function createOidc({ db, clock, log, audit, box, config, sessions, client: protocol }: OidcParts) {
  const kind = () => {
    const { name, isSecure } = cookieKind(config().publicUrl);
    return { name: `${name}-ticket`, isSecure };
  };
  const backTo = ({ id }: OidcConfig): string => new URL(`${config().publicUrl}/api/oidc/${id}/callback`).href;
  const providerOf = (id: string): OidcConfig | null => config().auth.oidc.find((one) => one.id === id) ?? null;

  /** Back to the page of sign-in, which has the words. */
  const failed = (denied: Denied, { provider, next, caller }: Asked): Sent => {
    const faultId = randomBytes(4).toString("hex");
    const { fault, message } = denied;
    log.warn({ faultId, fault, provider, address: caller.address, why: message }, "somebody was not let in");
    const query = new URLSearchParams({ fault, id: faultId, next });
    return { to: `/sign-in?${query.toString()}`, cookies: [setCookie(kind(), "", 0)] };
  };

  /** One try at a time and a hundred an hour of an address, before anybody is asked (AUT-14). */
  const mayTry = async (ticket: Ticket, { address }: Caller): Promise<() => Promise<void>> => {
    const tried = { account: box.sign(`try oidc ${ticket.state}`), address };
    const waitMs = await countTry(db, tried, null, clock.now(), ({ ofAddress }) =>
      signInWaitMs([], ofAddress, clock.now()),
    );
    if (waitMs > 0) throw new Denied("tooMany", `wait ${Math.ceil(waitMs / SECOND_MS)} s`);
    return () => forgetTries(db, tried);
  };

  /** Who came back; the state is used up whatever becomes of it. */
  const proven = async (provider: OidcConfig, ticket: Ticket, query: string): Promise<Outsider | Denied> => {
    const isFirst = await takeOnce(db, hashOf(ticket.state), unixMs(ticket.expiresAt), clock.now());
    if (!isFirst) return new Denied("over", "this state was used already");
    try {
      return await protocol.outsider(provider, new URL(`${backTo(provider)}${query}`), ticket);
    } catch (error) {
      return new Denied(faultOf(error), reasonsOf(error));
    }
  };

  /** The identity becomes one of the person who is signed in, and still is in the same session. */
  const connect = async (outsider: Outsider, ticket: Ticket, caller: Caller): Promise<null> => {
    const { provider, subject } = outsider;
    const present = await sessions.present(caller);
    if (present === null || present.sessionId !== ticket.connectTo) throw new Denied("session", "another session");
    await db.transaction(async (tx) => {
      await holdAccounts(tx);
      const owner = await readPersonByAccount(tx, provider, subject);
      if (owner !== null && owner.id !== present.id) throw new Denied("otherPerson", "it is somebody else's");
      if (owner === null) await addAccount(tx, { personId: present.id, provider, subject }, clock.now());
    });
    return null;
  };

  const signIn = async (outsider: Outsider, provider: OidcConfig, caller: Caller): Promise<string> => {
    const cookie = await db.transaction(async (tx) => {
      const person = await comeIn(tx, outsider, provider, clock.now());
      if (person === null) throw new Denied("emailTaken", "a new subject with the e-mail of somebody else");
      if (person.isDisabled) throw new Denied("disabled", "a disabled person", `id ${person.id}`);
      return await sessions.begin(person.id, caller, tx);
    });
    await sessions.end(caller); // the one before it (AUT-04)
    return cookie;
  };

  const finish = async (id: string, query: string, caller: Caller, ticket: Ticket | null): Promise<Sent> => {
    const provider = providerOf(id);
    const states = new URLSearchParams(query).getAll("state");
    if (provider === null || ticket === null) throw new Denied("over", "no ticket that is good");
    if (ticket.provider !== id) throw new Denied("over", `it was begun at ${ticket.provider}`);
    if (states.length !== 1 || states[0] !== ticket.state) throw new Denied("over", "the state is another one");
    const forget = await mayTry(ticket, caller);
    const outsider = await proven(provider, ticket, query);
    const actor = await actorOf(outsider, ticket, caller);
    const entry = { actor, address: caller.address, action: CALLBACK, input: {} };
    const cookie = await audit.change(entry, async () => {
      if (outsider instanceof Denied) throw outsider;
      return ticket.connectTo === null
        ? await signIn(outsider, provider, caller)
        : await connect(outsider, ticket, caller);
    });
    await forget();
    const over = setCookie(kind(), "", 0);
    return { to: nextPath(ticket.next), cookies: cookie === null ? [over] : [over, cookie] };
  };

  const actorOf = async (outsider: Outsider | Denied, { connectTo }: Ticket, caller: Caller) => {
    if (connectTo !== null) return await sessions.who(caller);
    if (outsider instanceof Denied) return NOBODY;
    const person: PersonRow | null = await readPersonByAccount(db, outsider.provider, outsider.subject);
    return { ...NOBODY, id: person?.id ?? "", name: person?.name ?? outsider.name };
  };

  return {
    providers: (): SignInWays["providers"] => config().auth.oidc.map(({ id, name }) => ({ id, name })),

    /**
     * To the provider; null = there is none with this id.
     * @param connects whether a person who is signed in adds the provider to their own account
     */
    async begin(id: string, next: string, connects: boolean, caller: Caller): Promise<Sent | null> {
      const provider = providerOf(id);
      if (provider === null) return null;
      try {
        const session = connects ? await sessions.present(caller) : null;
        if (connects && session === null) throw new Denied("session", "nobody is signed in");
        const expiresAt = clock.now() + TICKET_MS;
        const ticket = newTicket({
          provider: id,
          next, // judged when it is used
          connectTo: session?.sessionId ?? null,
          expiresAt,
        });
        const to = await protocol.address(provider, backTo(provider), ticket).catch((error: unknown) => {
          throw new Denied("down", reasonsOf(error));
        });
        return { to, cookies: [setCookie(kind(), sealTicket(box, ticket), TICKET_MS / SECOND_MS)] };
      } catch (error) {
        if (!(error instanceof Denied)) throw error;
        return failed(error, { provider: id, next: nextPath(next), caller });
      }
    },

    /** Back from the provider. `query` as it came, with its question mark; null = there is no such provider. */
    async finish(id: string, query: string, caller: Caller): Promise<Sent | null> {
      if (providerOf(id) === null) return null;
      const ticket = openTicket(box, cookieOf(kind(), caller.headers.cookie), clock.now());
      try {
        return await finish(id, query, caller, ticket);
      } catch (error) {
        if (!(error instanceof Denied)) throw error;
        return failed(error, { provider: id, next: nextPath(ticket?.next), caller });
      }
    },
  };
}

type Asked = { readonly provider: string; readonly next: string; readonly caller: Caller };

function faultOf(error: unknown): SignInFault {
  if (error instanceof client.AuthorizationResponseError) return "refused";
  return causesOf(error).some((one) => one instanceof CollectError) ? "down" : "unproven";
}

/** What went wrong, for the log: sentences only. Causes of the library may hold tokens. */
const reasonsOf = (error: unknown): string =>
  causesOf(error)
    .map(({ message }) => message.slice(0, 300))
    .join(": ");

function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) found.push(at);
  return found;
}
