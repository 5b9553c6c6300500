import { createHash } from "node:crypto";

/** A place to read cards from. */
export type Target = {
  /** Names the target everywhere, also on pages: its URL, a query only by its hash. Targets of one origin are one target. */
  readonly origin: string;
  readonly url: URL;
  /** What discovery says about it; places its cards. Names may be anything, so a Map. */
  readonly labels: ReadonlyMap<string, string>;
};

/** How an address becomes a URL where the list does not say. */
export type TargetDefaults = { readonly scheme: "http" | "https"; readonly metricsPath: string };
export const PLAIN_METRICS: TargetDefaults = { scheme: "http", metricsPath: "/metrics" };

/** Labels that shape the request instead of describing the target (Prometheus documentation, "relabel_config"). */
const SCHEME = "__scheme__";
const PATH = "__metrics_path__";
const PARAM = "__param_";
const ADDRESS = "__address__";

/**
 * A target from an address as Prometheus lists have it (`host:port`), or from a whole URL.
 * `__scheme__`, `__metrics_path__` and `__param_*` shape the URL and are no labels afterwards; `__meta_*` stay, since
 * they often say where a machine stands.
 *
 * @throws RangeError in words for the person who wrote the list
 */
export function makeTarget(address: string, labels: ReadonlyMap<string, string>, defaults: TargetDefaults): Target {
  const url = /^https?:\/\//i.test(address) ? wholeUrl(address) : addressUrl(address, labels, defaults);
  const said = new Map<string, string>();
  for (const [name, value] of labels) {
    if (name.startsWith(PARAM)) url.searchParams.append(name.slice(PARAM.length), value);
    else if (name !== SCHEME && name !== PATH && name !== ADDRESS) said.set(name, value);
  }
  return { origin: originOf(url), url, labels: said };
}

/** Queries tell targets apart (`?module=…`), and may carry tokens. */
function originOf(url: URL): string {
  const place = `${url.origin}${url.pathname}`;
  return url.search === "" ? place : `${place}?${createHash("sha256").update(url.search).digest("hex").slice(0, 12)}`;
}

/** The first of each origin, in order: a target listed twice is read once. */
export function withoutDuplicates(targets: Iterable<Target>): readonly Target[] {
  const byOrigin = new Map<string, Target>();
  for (const target of targets) if (!byOrigin.has(target.origin)) byOrigin.set(target.origin, target);
  return [...byOrigin.values()];
}

/** Whether two lists ask for the same: same targets in the same order with the same labels. */
export function sameTargets(a: readonly Target[], b: readonly Target[]): boolean {
  return a.length === b.length && a.every((target, i) => sameTarget(target, b[i]));
}

function sameTarget(a: Target, b: Target | undefined): boolean {
  if (b === undefined || a.origin !== b.origin || a.labels.size !== b.labels.size) return false;
  for (const [name, value] of a.labels) if (b.labels.get(name) !== value) return false;
  return true;
}

function wholeUrl(text: string): URL {
  if (!URL.canParse(text)) throw new RangeError("is no URL");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    throw new RangeError("has a user or password in the URL; put them under credentials");
  }
  url.hash = "";
  return url;
}

function addressUrl(address: string, labels: ReadonlyMap<string, string>, defaults: TargetDefaults): URL {
  const scheme = labels.get(SCHEME) ?? defaults.scheme;
  if (scheme !== "http" && scheme !== "https") throw new RangeError(`has ${SCHEME} ${scheme}; only http and https`);
  const path = labels.get(PATH) ?? defaults.metricsPath;
  if (!path.startsWith("/")) throw new RangeError(`has ${PATH} ${path}; a path starts with /`);
  if (address === "" || /[\s/@?#\\]/.test(address) || !URL.canParse(`${scheme}://${address}${path}`)) {
    throw new RangeError("is no host:port, for example gpu-a01:9400");
  }
  return new URL(`${scheme}://${address}${path}`);
}
