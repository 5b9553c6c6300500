import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Fetcher, GetAnswer } from "../../collectors/collector.ts";
import type { Clock } from "../../db/model/clock.ts";
import type { Config, SourceConfig } from "../config/config.ts";
import { authHeaders } from "../config/secrets.ts";
import { bad, type Check, ok, warn } from "./check.ts";

type Env = Readonly<Record<string, string | undefined>>;
type Tools = { readonly fetcher: Fetcher; readonly env: Env; readonly clock: Clock };

/** Targets of one source that are tried: enough to see a pattern, few enough to wait for. */
const TRIED = 10;
/** The sources page says the same from here on (SCR-10). */
const SKEW_MS = 30_000;

/** Asks each source once, as the collectors would. */
export async function checkSources(config: Config, tools: Tools): Promise<Check[]> {
  if (config.sources.length === 0)
    return [warn("sources", "none is configured", "add one to dapan.yaml; docs/configuration.md has examples")];
  return (await Promise.all(config.sources.map((source) => checkSource(source, tools)))).flat();
}

async function checkSource(source: SourceConfig, tools: Tools): Promise<Check[]> {
  const name = `source ${source.name}`;
  if (source.kind === "file_sd") return [await checkFiles(name, source.files)];
  const urls = addresses(source);
  const tried = [...new Set(urls)].slice(0, TRIED);
  const answers = await Promise.all(tried.map((url) => ask(url, source, tools)));
  const failed = answers.filter((a): a is Failed => !a.ok);
  const found = `${tried.length - failed.length} of ${tried.length} tried answer${urls.length > tried.length ? ` (${urls.length} in all)` : ""}`;
  const skewed = answers.flatMap((a) => (a.ok && Math.abs(a.skewMs) > SKEW_MS ? [a.skewMs] : []));
  const skew = skewed.map((ms) =>
    warn(name, `its clock is ${Math.round(ms / 1000)} s off ours`, "set both clocks by NTP"),
  );
  const first = failed[0];
  if (first === undefined) return [ok(name, found), ...skew.slice(0, 1)];
  const verdict = failed.length === tried.length ? bad : warn;
  return [verdict(name, `${found}: ${first.message}`, first.todo), ...skew.slice(0, 1)];
}

function addresses(source: Exclude<SourceConfig, { kind: "file_sd" }>): readonly string[] {
  if (source.kind === "static") return source.targets;
  return source.kind === "http_sd" ? [source.url] : [`${source.url}/api/v1/query?query=vector(1)`];
}

type Failed = { readonly ok: false; readonly message: string; readonly todo: string };
type Answered = { readonly ok: true; readonly skewMs: number };

async function ask(url: string, source: SourceConfig, { fetcher, env, clock }: Tools): Promise<Answered | Failed> {
  try {
    const tenant = source.kind === "prometheus" && source.tenant !== "" ? { "x-scope-orgid": source.tenant } : {};
    const headers = { ...(await authHeaders(source.credentials, env)), ...tenant };
    const answer = await fetcher.get(`doctor ${source.name} ${url}`, {
      url: new URL(url),
      headers,
      deadlineMs: 10_000,
      maxBytes: 64 * 2 ** 20,
    });
    return { ok: true, skewMs: skewOf(answer, clock) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const refused = (error as { fault?: string }).fault === "refused_by_policy";
    const todo = refused
      ? "list the range under egress.allow if it is meant"
      : "see that it runs, that the address is right and that nothing stands between";
    return { ok: false, message, todo };
  }
}

/** Positive: their clock is ahead. 0 when the answer says no time. */
function skewOf(answer: GetAnswer, clock: Clock): number {
  const at = Date.parse(answer.dateHeader);
  return Number.isNaN(at) ? 0 : at - clock.now();
}

async function checkFiles(name: string, patterns: readonly string[]): Promise<Check> {
  const files = (await Promise.all(patterns.map(matching))).flat();
  if (files.length === 0)
    return bad(name, `no file matches ${patterns.join(", ")}`, "write the targets there, or correct files");
  const unreadable = await Promise.all(
    files.map((file) =>
      readFile(file).then(
        () => null,
        () => file,
      ),
    ),
  );
  const wrong = unreadable.filter((file) => file !== null);
  return wrong.length === 0
    ? ok(name, `${files.length} target files`)
    : bad(name, `cannot read ${wrong.join(", ")}`, "give this user the right to read them");
}

async function matching(pattern: string): Promise<string[]> {
  const folder = path.dirname(pattern);
  const [before = "", ...rest] = path.basename(pattern).split("*");
  const names = await readdir(folder).catch(() => []);
  const last = rest.at(-1);
  const fits = (name: string) =>
    last === undefined ? name === before : name.startsWith(before) && name.endsWith(last);
  return names.filter(fits).map((name) => path.join(folder, name));
}
