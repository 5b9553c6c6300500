import type { Box } from "../../secrets/box.ts";
import { type AccessPort, openAccess } from "./access-port.ts";
import { createOidcClient, type OidcClientParts } from "./oidc-client.ts";
import { createOidc } from "./oidc.ts";
import { createProxyPeople } from "./proxy-people.ts";
import { createSessions } from "./sessions.ts";
import { createTokens } from "./tokens.ts";
import { type AccountParts, accountsAccess, createAccounts } from "./accounts.ts";

/** What a person is told who asks for accounts where there is no key. */
export const NO_KEY_FOR_ACCOUNTS =
  "accounts need a key: with PostgreSQL, name one in dapan.yaml (secretKeyFile or secretKeyEnv; `openssl rand -base64 32` makes one) and start again";

/**
 * Who is let in as the configuration of the start says: a reload opens nothing and closes nothing. With accounts and no
 * administrator the log tells the link that makes the first one.
 * @throws Error when accounts are asked for and there is no key
 */
export async function openAccounts(
  parts: Omit<AccountParts, "box"> & Omit<OidcClientParts, "clock"> & { readonly box: Box | null },
): Promise<AccessPort> {
  const { box, config, log } = parts;
  if (config().auth.isOpen) return openAccess;
  if (box === null) throw new Error(NO_KEY_FOR_ACCOUNTS);
  const accounts = createAccounts({ ...parts, box });
  if (await accounts.needsSetUp()) {
    const { url } = await accounts.setUpLink();
    log.warn({ url }, `nobody can sign in yet; whoever opens this within 15 minutes becomes the administrator: ${url}`);
  }
  const oidc = createOidc({ ...parts, box, sessions: createSessions(parts), client: createOidcClient(parts) });
  return accountsAccess(accounts, { oidc, proxy: createProxyPeople(parts), tokens: createTokens(parts) });
}
