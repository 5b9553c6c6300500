import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { Config } from "../config/config.ts";

/** As what a request addresses us: by a name or address of this machine alone, by any other address, or by a configured name. */
export type HostKind = "loopback" | "address" | "named";

const HOST = /^(?:\[(?<v6>[0-9a-f:.]{2,45})\]|(?<name>[^\s:[\]/@]{1,255}))(?::\d{1,5})?$/i;

/**
 * As what the Host header calls us; null = as nobody we are. A page of a foreign name whose DNS points at this machine
 * (DNS rebinding) has its own name in Host, and to its browser it is one origin with us: nothing else tells it apart.
 * Addresses need no entry, since nobody can rebind them.
 */
export function hostKind(header: string | undefined, listen: Config["listen"]): HostKind | null {
  const host = hostOf(header);
  if (host === null) return null;
  if (isLoopbackAddress(host)) return "loopback";
  if (isIP(host) !== 0) return "address";
  if (host === "localhost" || host.endsWith(".localhost")) return "loopback"; // browsers resolve these themselves
  return [listen.host, ...listen.names].some((name) => bare(name) === host) ? "named" : null;
}

/** Why a request for that host is refused, with the way out. The name is said only where it can be one. */
export function hostRefusal(header: string | undefined): string {
  const host = hostOf(header);
  const name = host !== null && /^[\w.-]+$/.test(host) ? host : null;
  return name === null
    ? "the Host header says no host; ask for this console by its address, or by a name of listen.names in dapan.yaml"
    : `this console is not known as "${name}"; if it should be, add the name to listen.names in dapan.yaml`;
}

/** 127.0.0.0/8, ::1, and the former inside of IPv6. */
export const isLoopbackAddress = (address: string): boolean =>
  isIP(address) !== 0 && ipaddr.process(address).range() === "loopback";

function hostOf(header: string | undefined): string | null {
  const parts = HOST.exec(header ?? "")?.groups;
  if (parts === undefined) return null;
  if (parts["v6"] !== undefined) return isIP(parts["v6"]) === 6 ? parts["v6"].toLowerCase() : null;
  return bare(parts["name"] ?? "");
}

/** Names are the same in capitals and with the dot of the root. */
const bare = (name: string): string => name.toLowerCase().replace(/\.$/, "");
