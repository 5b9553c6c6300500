import type { IncomingHttpHeaders } from "node:http";
import type { Actor } from "../../../db/model/access.ts";
import type { SignInWays } from "../../../db/model/access-views.ts";
import type { Accounts } from "./accounts.ts";
import type { Oidc } from "./oidc.ts";
import type { Tokens } from "./tokens.ts";
import { OPEN_ACTOR } from "../../domain/access/roles.ts";

/** What of a request tells who sent it. */
export type Caller = {
  readonly headers: IncomingHttpHeaders;
  readonly address: string; // of the caller; of a proxy's caller only where the proxy is a configured one
  readonly peer: string; // whoever the connection is with, the proxy included; "" = it is gone
};

export type AccessPort = {
  /** Who asks, as of now. Never throws for wrong credentials: they make nobody. */
  who(caller: Caller): Promise<Actor>;
  signInWays(): Promise<SignInWays>;
  /** People, their passwords and sessions; absent where nobody signs in. */
  readonly accounts?: Accounts;
  readonly oidc?: Oidc;
  readonly tokens?: Tokens; // of programs; absent where nobody signs in
};

/** A console without sign-in: for loopback only (server/config says so). */
export const openAccess: AccessPort = {
  who: async () => OPEN_ACTOR,
  signInWays: async () => ({ isOpen: true, hasPassword: false, providers: [], needsSetUp: false }),
};
