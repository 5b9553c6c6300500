import ipaddr from "ipaddr.js";
import type { Database } from "../../../db/database.ts";
import type { Actor } from "../../../db/model/access.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { type PersonRow, readPersonByAccount } from "../../../db/store/people.ts";
import type { AuthConfig, Newcomer } from "../../config/config.ts";
import { NOBODY, permissionsOf } from "../../domain/access/roles.ts";
import type { AuditPort } from "../audit/audit-port.ts";
import type { Caller } from "./access-port.ts";
import { comeIn, emailOrNull, type Outsider, shownName } from "./outsiders.ts";

const PROVIDER = "proxy";
const LONGEST_USER = 200;

export type ProxyParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: AuditPort;
  readonly config: () => { readonly auth: Pick<AuthConfig, "proxy"> };
};
export type ProxyPeople = ReturnType<typeof createProxyPeople>;

/** People a proxy in front has signed in: it says with each request who it is, and there is no session of ours. */
export function createProxyPeople({ db, clock, audit, config }: ProxyParts) {
  const coming = new Map<string, Promise<PersonRow>>(); // a first page asks many things at once

  const firstCome = async (outsider: Outsider, newcomer: Newcomer, address: string): Promise<PersonRow> => {
    const entry = { actor: { ...NOBODY, name: outsider.name }, address, action: "proxy", input: {} };
    const add = (email: string | null) =>
      db.transaction((tx) => comeIn(tx, { ...outsider, email }, newcomer, clock.now()));
    return await audit.change(entry, async () => {
      const person = (await add(outsider.email)) ?? (await add(null)); // the e-mail of another makes nobody that other
      if (person === null) throw new Error("a user of the proxy could not be taken in");
      return person;
    });
  };

  const personOf = async (outsider: Outsider, newcomer: Newcomer, address: string): Promise<PersonRow> => {
    const known = await readPersonByAccount(db, PROVIDER, outsider.subject);
    if (known !== null) return known;
    const begun = coming.get(outsider.subject);
    if (begun !== undefined) return await begun;
    const first = firstCome(outsider, newcomer, address).finally(() => coming.delete(outsider.subject));
    coming.set(outsider.subject, first);
    return await first;
  };

  return {
    /** Who the proxy says it is; null = no proxy of ours says anything. */
    async who(caller: Caller): Promise<Actor | null> {
      const { proxy } = config().auth;
      if (proxy === null || !isWithin(caller.peer, proxy.from)) return null;
      const said = caller.headers[proxy.userHeader];
      if (said === undefined) return null;
      const subject = userOf(said);
      if (subject === null) return NOBODY;
      const called = proxy.nameHeader === null ? undefined : caller.headers[proxy.nameHeader];
      const name = shownName(typeof called === "string" ? textOf(called) : "", subject);
      const outsider = { provider: PROVIDER, subject, name, email: emailOrNull(subject) };
      const person = await personOf(outsider, proxy, caller.address);
      if (person.isDisabled) return NOBODY;
      const { id, roles, teams } = person;
      const permissions = permissionsOf(roles);
      return { kind: "person", id, name: person.name, permissions, teams, sources: null, sessionId: null };
    },
  };
}

/** One user; null = several, too long, or nothing a user is called. Headers sent twice come joined by a comma. */
function userOf(said: string | string[]): string | null {
  const user = typeof said === "string" ? textOf(said).trim() : "";
  return user === "" || user.length > LONGEST_USER || /[\p{C},]/u.test(user) ? null : user;
}

/** Headers are bytes; nearly all who send names send UTF-8. */
function textOf(header: string): string {
  const bytes = Buffer.from(header, "latin1");
  const text = bytes.toString("utf8");
  return text.includes("\uFFFD") ? header : text;
}

function isWithin(address: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const peer = ipaddr.process(address); // 10.0.0.5 however the socket writes it
  return ranges.some((range) => {
    const [network, bits] = ipaddr.parseCIDR(range);
    return network.kind() === peer.kind() && peer.match(network, bits);
  });
}
