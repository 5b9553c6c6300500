/** What single values must look like. `…Fault` answers null when good, "" for the usual words of keys.ts, or better words. */
import ipaddr from "ipaddr.js";

/** Stands for "" on its way through zod, which would put its own words there. */
export const USUAL = "as usual";

export const SOURCE_NAME = /^[\w.-]{1,64}$/;
export const LABEL_NAME = /^[A-Za-z_]\w{0,255}$/;
/** Characters Mimir and Cortex allow in a tenant. */
/** A host as exporters, DNS and Kubernetes name it. */
export const NODE_NAME = /^[\w][\w.-]{0,252}$/;
export const TENANT = /^[\w!.*'()|-]{1,150}$/;

/** Stands in addresses of ours. */
export const PROVIDER_ID = /^[a-z0-9-]{1,32}$/;
/** A field name of RFC 9110 as proxies write them; those that already mean something else would mix the two up. */
export const HEADER_NAME =
  /^(?!(?:authorization|cookie|host|origin|x-forwarded-for|sec-fetch-site)$)[A-Za-z0-9][A-Za-z0-9-]{0,63}$/i;

/** Whoever is in this range may say who they are. */
export function proxyFault(value: string): string | null {
  return cidrFault(value) ?? (value.endsWith("/0") ? "the proxy's own address, as 10.0.0.5/32: not everybody's" : null);
}

export function cidrFault(value: string): string | null {
  if (!value.includes("/"))
    return ipaddr.isValid(value) ? `a CIDR range: ${value}/${value.includes(":") ? 128 : 32} for this one address` : "";
  if (/^\d/.test(value) && !/^\d+(?:\.\d+){3}\//.test(value) && !value.includes(":")) return ""; // 10/8 and 127.1/8 are typos here
  try {
    const [address, bits] = ipaddr.parseCIDR(value);
    const first =
      address.kind() === "ipv4" ? ipaddr.IPv4.networkAddressFromCIDR(value) : ipaddr.IPv6.networkAddressFromCIDR(value);
    return first.toString() === address.toString()
      ? null
      : `the first address of the range: ${first.toString()}/${bits}`;
  } catch {
    return "";
  }
}

export function zoneFault(value: string): string | null {
  if (!/^[A-Za-z]/.test(value)) return ""; // "+08:00" has no daylight saving and no name in PostgreSQL
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone === "" ? "" : null;
  } catch {
    return "";
  }
}

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
export function currencyFault(value: string): string | null {
  if (CURRENCIES.has(value)) return null;
  return CURRENCIES.has(value.toUpperCase()) ? `capitals: ${value.toUpperCase()}` : "";
}

export function hostFault(value: string): string | null {
  if (ipaddr.isValid(value)) return null;
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(value) && !/^[\d.]+$/.test(value) ? null : "";
}

/** A name people type into a browser; addresses are always answered. */
export function nameFault(value: string): string | null {
  if (value.includes("*")) return "each name in full; there are no wildcards";
  if (value.includes("/") || /:\d+$/.test(value)) return "a name without a scheme, port and path";
  if (ipaddr.isValid(value)) return "a name; IP addresses need no entry";
  return hostFault(value);
}

export function urlFault(value: string): string | null {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return "";
  const url = new URL(value);
  if (url.username !== "" || url.password !== "")
    return "an address without a user and password: write them under credentials";
  return url.hash === "" ? null : "an address without a # part";
}

/** Where people open the console: links in messages begin with it. */
export function publicUrlFault(value: string): string | null {
  const fault = urlFault(value);
  if (fault !== null) return fault;
  return new URL(value).search === "" ? null : "an address without a ? part";
}

/** https or, for those `egress.allow` lists, http: cross-checks.ts knows. Compared letter by letter, so nothing is left out. */
export function issuerFault(value: string): string | null {
  const fault = urlFault(value);
  if (fault !== null) return fault;
  return new URL(value).search === "" ? null : "an address without a ? part";
}

export const targetFault = (value: string): string | null => urlFault(withScheme(value));

/** The whole address of a target: http unless said, /metrics unless said. */
export function targetUrl(value: string): string {
  const url = new URL(withScheme(value));
  if (url.pathname === "/" && url.search === "") url.pathname = "/metrics";
  return url.href;
}

const withScheme = (value: string): string => (/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);

export function databaseUrlFault(value: string): string | null {
  if (!/^postgres(?:ql)?:\/\//.test(value) || !URL.canParse(value)) return "";
  const url = new URL(value);
  const inQuery = url.searchParams.has("password");
  return url.password === "" && !inQuery
    ? null
    : "an address without the password: databasePasswordFile, databasePasswordEnv or the environment variable DATABASE_URL may hold it";
}

export function sdFileFault(value: string): string | null {
  const slash = Math.max(value.lastIndexOf("/"), value.lastIndexOf("\\"));
  if (/[*?[]/.test(value.slice(0, slash + 1)) || /[?[]/.test(value)) return "";
  return /\.(?:json|ya?ml)$/.test(value) ? null : "";
}

/** A light look: quotes and braces close, and there is a matcher. Prometheus itself judges the rest. */
export function selectorFault(value: string): string | null {
  const found =
    /^\s*(?:[A-Za-z_:][\w:]*)?\s*\{(?<inside>(?:[^"'`{}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*)\}\s*$/s.exec(
      value,
    );
  if (found === null) return /^[A-Za-z_:][\w:]*$/.test(value) ? null : "";
  return /[=!]/.test(found.groups?.["inside"] ?? "") || !value.trimStart().startsWith("{") ? null : "";
}
