import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { CollectError } from "../../collectors/collector.ts";
import type { EgressPolicy } from "./policy.ts";

/** Names to addresses. Injected, so that a test can be the name server. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The operating system's resolver: /etc/hosts, search domains and all. */
export const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map((f) => f.address);
};

export type Endpoint = { readonly host: string; readonly port: number };

/** Host and port a URL leads to. Numeric spellings were already made plain by URL; brackets go here. */
export function endpointOf(url: URL): Endpoint {
  const host = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return { host, port };
}

/**
 * The addresses behind a host, every one of them allowed. One refused address refuses the host: a name that points
 * both inside and outside is how rebinding starts.
 *
 * @throws CollectError `dns` when nothing is found, `refused_by_policy` when an address may not be dialled
 */
export async function checkedAddresses(
  { host, port }: Endpoint,
  policy: EgressPolicy,
  resolve: Resolve,
): Promise<readonly string[]> {
  const addresses = isIP(host) ? [host] : await resolveOrFail(host, resolve);
  for (const address of addresses) assertAllowed(policy, address, port, host);
  return addresses;
}

/** @throws CollectError `refused_by_policy`, naming the address and the way out */
export function assertAllowed(policy: EgressPolicy, address: string, port: number, host: string): void {
  const verdict = policy.judge(address, port);
  if (verdict.allowed) return;
  const named = host === address ? "" : ` (${host})`;
  throw new CollectError(
    "refused_by_policy",
    `not connecting${named}: ${verdict.because}; add it to egress.allow if it is meant`,
  );
}

async function resolveOrFail(host: string, resolve: Resolve): Promise<readonly string[]> {
  let addresses: readonly string[];
  try {
    addresses = await resolve(host);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "no answer";
    throw new CollectError("dns", `cannot resolve ${host}: ${code}; check the name and this machine's resolver`, {
      cause,
    });
  }
  if (addresses.length === 0) throw new CollectError("dns", `${host} has no address`);
  return addresses;
}
