import ipaddr from "ipaddr.js";
import type { Path } from "./positions.ts";

/** A fault that only shows when two keys are seen together, or the key and the world outside. */
export type CrossFault = {
  readonly path: Path;
  readonly expected: string;
  readonly example?: string;
  readonly atKey?: boolean;
};

/** The world outside, as far as a config depends on it. */
export type Outside = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly canRead: (path: string) => boolean; // as written; the caller knows the directory
};

/**
 * Looks at the file as it was read, not as it was understood: it must speak even when other keys are wrong,
 * so that all faults come at once. Anything of a wrong shape is left to the schema.
 */
export function crossChecks(raw: unknown, outside: Outside): CrossFault[] {
  const root = mapping(raw);
  if (root === null) return [];
  return [
    ...databaseFaults(root, outside),
    ...doorFaults(root),
    ...providerFaults(root, outside),
    ...eitherFaults(root, "usageToken", outside),
    ...eitherFaults(root, "secretKey", outside),
    ...timeoutFaults(root["scrape"], undefined, ["scrape"]),
    ...sourceFaults(root, outside),
  ];
}

/** Under this name the slots of scraped targets are committed (server/pipeline.ts). */
const RESERVED_NAME = "scrape";

type Mapping = Readonly<Record<string, unknown>>;

function databaseFaults(root: Mapping, outside: Outside): CrossFault[] {
  const faults: CrossFault[] = [];
  if (has(root, "dataDir") && has(root, "databaseUrl"))
    faults.push({
      path: ["databaseUrl"],
      atKey: true,
      expected: "either dataDir or databaseUrl, not both",
      example: "dataDir: ./data",
    });
  const password = ["databasePasswordFile", "databasePasswordEnv"].filter((k) => has(root, k));
  if (password.length > 0 && !has(root, "databaseUrl"))
    faults.push({ path: [password[0] ?? ""], atKey: true, expected: "databaseUrl beside it" });
  if (password.length > 1)
    faults.push({
      path: ["databasePasswordEnv"],
      atKey: true,
      expected: "one of databasePasswordFile and databasePasswordEnv",
    });
  return [...faults, ...secretFaults(root, [], ["databasePasswordFile"], ["databasePasswordEnv"], outside)];
}

/** Without sign-in whoever reaches the port may do everything: that is this machine and nobody else. */
function doorFaults(root: Mapping): CrossFault[] {
  const [listen, auth] = [mapping(root["listen"]), mapping(root["auth"])];
  const host = listen?.["host"];
  const hasAccounts = auth?.["signIn"] === "accounts";
  const faults: CrossFault[] = [];
  if (typeof host === "string" && !hasAccounts && !isOnlyHere(host))
    faults.push({
      path: ["listen", "host"],
      expected: "this machine alone (127.0.0.1) while nobody signs in; with `auth: {signIn: accounts}` any address",
      example: "host: 127.0.0.1",
    });
  if (auth === null || hasAccounts) return faults;
  const idle = ["idleHours", "days", "secondPerson", "oidc", "proxy"].find((k) => has(auth, k));
  if (idle !== undefined)
    faults.push({
      path: ["auth", idle],
      atKey: true,
      expected: "signIn: accounts beside it; without accounts it would do nothing",
      example: "signIn: accounts",
    });
  return faults;
}

/** Names that are taken, secrets that are not there, and issuers anybody on the way could pose as. */
function providerFaults(root: Mapping, outside: Outside): CrossFault[] {
  const providers = mapping(root["auth"])?.["oidc"];
  if (!Array.isArray(providers)) return [];
  const ids = new Map<string, number>();
  return providers.flatMap((raw: unknown, i) => {
    const said = mapping(raw);
    if (said === null) return [];
    const at: Path = ["auth", "oidc", i];
    const faults = eitherFaults(said, "clientSecret", outside, at);
    const { id, issuer } = said;
    const first = typeof id === "string" ? ids.get(id) : undefined;
    if (typeof id === "string" && first === undefined) ids.set(id, i);
    if (first !== undefined)
      faults.push({
        path: [...at, "id"],
        expected: `an id no other provider has: auth.oidc[${first}] is called so too`,
      });
    if (typeof issuer === "string" && /^http:/i.test(issuer) && !isAllowed(issuer, mapping(root["egress"])?.["allow"]))
      faults.push({
        path: [...at, "issuer"],
        expected: "an https address; http only for an IP address that egress.allow lists",
      });
    return faults;
  });
}

/** Whether the host of an address is an IP that one of these ranges holds. */
function isAllowed(url: string, ranges: unknown): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, "$1") : "";
  if (!ipaddr.isValid(host) || !Array.isArray(ranges)) return false;
  const address = ipaddr.parse(host);
  return ranges.some((range: unknown) => {
    if (typeof range !== "string" || !ipaddr.isValidCIDR(range)) return false;
    const [network, bits] = ipaddr.parseCIDR(range);
    return network.kind() === address.kind() && address.match(network, bits);
  });
}

const isOnlyHere = (host: string): boolean =>
  host.toLowerCase() === "localhost" || (ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback");

/** A secret that may stand in a file or in an environment variable, not in both. */
function eitherFaults(said: Mapping, name: string, outside: Outside, at: Path = []): CrossFault[] {
  const [file, variable] = [`${name}File`, `${name}Env`];
  const isBoth = has(said, file) && has(said, variable);
  const twice = { path: [...at, variable], atKey: true, expected: `one of ${file} and ${variable}` };
  return [...(isBoth ? [twice] : []), ...secretFaults(said, at, [file], [variable], outside)];
}

function sourceFaults(root: Mapping, outside: Outside): CrossFault[] {
  if (!Array.isArray(root["sources"])) return [];
  const names = new Map<string, number>();
  return root["sources"].flatMap((raw: unknown, i) => {
    const source = mapping(raw);
    if (source === null) return [];
    const at: Path = ["sources", i];
    const faults = [
      ...timeoutFaults(source["scrape"], root["scrape"], [...at, "scrape"]),
      ...secretFaults(source, at, ["caFile"], [], outside),
      ...credentialFaults(source["credentials"], [...at, "credentials"], outside),
    ];
    const name = source["name"];
    if (typeof name !== "string") return faults;
    if (name === RESERVED_NAME)
      faults.push({
        path: [...at, "name"],
        expected: `another name: ${RESERVED_NAME} stands for everything Dapan scrapes itself`,
        example: "name: exporters",
      });
    const first = names.get(name);
    if (first === undefined) names.set(name, i);
    else
      faults.push({
        path: [...at, "name"],
        expected: `a name no other source has: sources[${first}] is called so too`,
        example: `name: ${name.slice(0, 60)}-2`,
      });
    return faults;
  });
}

function credentialFaults(raw: unknown, path: Path, outside: Outside): CrossFault[] {
  const said = mapping(raw);
  if (said === null) return [];
  const count = (...keys: string[]) => keys.filter((k) => has(said, k)).length;
  const basic =
    has(said, "username") && count("passwordFile", "passwordEnv") === 1 && count("bearerFile", "bearerEnv") === 0;
  const bearer =
    !has(said, "username") && count("passwordFile", "passwordEnv") === 0 && count("bearerFile", "bearerEnv") === 1;
  const shape =
    basic || bearer
      ? []
      : [{ path, expected: "{username and passwordFile or passwordEnv} or {bearerFile or bearerEnv}" }];
  return [...shape, ...secretFaults(said, path, ["passwordFile", "bearerFile"], ["passwordEnv", "bearerEnv"], outside)];
}

function secretFaults(
  said: Mapping,
  path: Path,
  files: readonly string[],
  variables: readonly string[],
  outside: Outside,
): CrossFault[] {
  const unreadable = files.filter((k) => typeof said[k] === "string" && said[k] !== "" && !outside.canRead(said[k]));
  const unset = variables.filter(
    (k) => typeof said[k] === "string" && said[k] !== "" && (outside.env[said[k]] ?? "") === "",
  );
  return [
    ...unreadable.map((k) => ({ path: [...path, k], expected: "a file that exists and that this process may read" })),
    ...unset.map((k) => ({ path: [...path, k], expected: "the name of an environment variable that is set" })),
  ];
}

/** A reading that may take longer than the interval would overtake the next one. */
function timeoutFaults(raw: unknown, defaults: unknown, path: Path): CrossFault[] {
  const said = mapping(raw);
  const base = mapping(defaults);
  const seconds = (key: string, fallback: number) => {
    const value = said?.[key] ?? base?.[key] ?? fallback;
    return typeof value === "number" ? value : null;
  };
  const interval = seconds("intervalSeconds", DEFAULT_INTERVAL_S);
  const timeout = seconds("timeoutSeconds", 0); // one nobody said follows the interval
  if (said === null || interval === null || timeout === null || timeout <= interval) return [];
  const key = has(said, "timeoutSeconds") ? "timeoutSeconds" : "intervalSeconds";
  return [
    {
      path: [...path, key],
      expected: `a timeout not above the interval; they are ${timeout} s and ${interval} s`,
      example: `timeoutSeconds: ${interval}`,
    },
  ];
}

export const DEFAULT_INTERVAL_S = 15;
export const DEFAULT_TIMEOUT_S = 10;

const has = (said: Mapping, key: string): boolean => said[key] !== undefined && said[key] !== null;
const mapping = (raw: unknown): Mapping | null =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Mapping) : null;
