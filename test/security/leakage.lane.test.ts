import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CHANNEL_KINDS, type ChannelKind } from "../../db/model/channel.ts";
import { DAY_MS } from "../../db/model/time.ts";
import { DOORS } from "../../server/api/access-table.ts";
import { systemClock } from "../../server/clock.ts";
import { type Running, startServer } from "../../server/compose.ts";
import { readConfig } from "../../server/config/read.ts";
import { createLog } from "../../server/telemetry/log.ts";
import { freshDataDir, open } from "../db/databases.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { inflated, poppler } from "../tools/pdf-looks.ts";
import { canary, channelCanaries, found, type Listener, startCollector, startParrot, watchFor } from "./canaries.ts";
import { callsOf, sampleOf } from "./inputs.ts";

const aside = mkdtempSync(join(tmpdir(), "dapan-leakage-"));
afterAll(() => rmSync(aside, { recursive: true, force: true }));
const why = whyNoPostgres();
if (why) console.warn(`skipped: secrets in a dump of PostgreSQL: ${why}`);

/** Secrets of the configuration: each in a variable of its own. */
const ENV = {
  DATABASE: canary("database password"),
  KEY: `${randomBytes(8).toString("hex")}${canary("secret key")}`,
  USAGE: canary("usage token"),
  BEARER: canary("source bearer"),
  PASSWORD: canary("source password"),
  OIDC: canary("OIDC client secret"),
};
const PASSWORD = canary("password of a person");
const NOT_THEIRS = canary("password somebody tries");

describe.each([
  ["PostgreSQL", why === null],
  ["PGlite", true],
] as const)("AUT-16 on %s", (engine, isThere) => {
  let postgres: PostgresService | null = null;
  let dataDir = "";
  let parrot: Listener;
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let running: Running | null = null;
  let logged = "";
  let cookie = "";
  const answers: { readonly where: string; readonly text: string }[] = [];

  const isPostgres = engine === "PostgreSQL";
  const configText = (secondPerson: readonly string[]): string =>
    JSON.stringify({
      listen: { port: 0 },
      ...(isPostgres ? { databaseUrl: postgres!.url, databasePasswordEnv: "DATABASE" } : { dataDir }),
      secretKeyEnv: "KEY",
      usageTokenEnv: "USAGE",
      timeZone: "UTC",
      publicUrl: "http://127.0.0.1:7070",
      egress: { allow: ["127.0.0.0/8"] },
      telemetry: { logLevel: "trace" },
      auth: {
        signIn: "accounts",
        secondPerson,
        oidc: [{ id: "company", issuer: parrot.url, clientId: "dapan", clientSecretEnv: "OIDC" }],
      },
      sources: [
        { name: "sd", type: "http_sd", url: `${parrot.url}/sd`, credentials: { bearerEnv: "BEARER" } },
        { name: "prom", type: "prometheus", url: parrot.url, credentials: { username: "u", passwordEnv: "PASSWORD" } },
      ],
    });
  const configOf = (secondPerson: readonly string[] = []) => {
    const reading = readConfig(configText(secondPerson), "dapan.yaml", ENV);
    if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
    return reading;
  };
  /** Asks, and keeps what is answered; `shows` names the one answer that is meant to hold a secret. */
  const ask = async (path: string, post?: unknown, shows = false): Promise<Response> => {
    const body = post === undefined ? null : JSON.stringify(post);
    const headers = { cookie, ...(body !== null && { "content-type": "application/json", origin: running!.url }) };
    const answer = await fetch(`${running!.url}${path}`, { method: body === null ? "GET" : "POST", headers, body, redirect: "manual" }); // prettier-ignore
    const text = await answer.clone().text();
    if (!shows) answers.push({ where: `${path.slice(0, 60)} (${answer.status})`, text });
    return answer;
  };
  const change = async <T>(path: string, input: unknown, shows = false): Promise<T> => {
    const answer = await ask(`/api/trpc/${path}`, input, shows);
    expect([path, answer.status, answer.status === 200 ? "" : await answer.clone().text()]).toEqual([path, 200, ""]);
    return ((await answer.json()) as { result: { data: T } }).result.data;
  };
  const enter = async (path: string, form: unknown): Promise<void> => {
    const answer = await ask(path, form);
    expect(answer.status).toBe(200);
    cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
    watchFor(`cookie of ${path}`, cookie.split("=")[1]!);
  };
  const channel = (kind: ChannelKind, id: number | null = null) => ({
    id,
    name: kind,
    kind,
    language: "en",
    sendsResolved: true,
    settings: { mentions: [], mentionsAll: false, to: kind === "email" ? ["duty@example.com"] : ["-100123"], from: "dapan@example.com", keyword: "" }, // prettier-ignore
    secrets: channelCanaries(kind, parrot.url),
  });
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = null;
  };

  beforeAll(async () => {
    if (!isThere) return;
    [parrot, collector] = await Promise.all([startParrot(), startCollector()]);
    if (isPostgres) postgres = await startPostgres();
    else dataDir = await freshDataDir();
    process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.url; // read by the exporter itself
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged += chunk.toString();
        done();
      },
    });
    let secondPerson: readonly string[] = [];
    running = await startServer({
      config: configOf().config,
      reload: () => configOf((secondPerson = ["channels"])),
      env: { ...ENV, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      clock: systemClock,
      log: createLog("trace", systemClock, sink),
      demo: false,
      onFatal: () => undefined,
    });
    expect(secondPerson).toEqual([]);
  }, 60_000);
  afterAll(async () => {
    delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
    await stop();
    await postgres?.stop();
    await parrot?.stop();
    await collector?.stop();
    if (dataDir !== "") rmSync(dataDir, { recursive: true, force: true });
  });

  /** What the program says of itself in trouble: sources that refuse, a database that does, a key that is another, a crash. */
  const troubles = (): Trouble[] => {
    const file = join(aside, `${engine}.yaml`);
    writeFileSync(file, configText([]));
    const gone = join(aside, `${engine}-gone.yaml`);
    const nowhere = { databaseUrl: "postgres://dapan@127.0.0.1:1/dapan", databasePasswordEnv: "DATABASE", dataDir: undefined };
    writeFileSync(gone, JSON.stringify({ ...JSON.parse(configText([])), ...nowhere }));
    const crash = `import { setTimeout } from "node:timers"; setTimeout(() => { throw new Error("a bug"); }, 4_000);`;
    return [
      { where: "dapan doctor", words: ["doctor", "-c", file], says: /sources?|http_sd|sd/ },
      { where: "a start without its database", words: ["serve", "-c", gone], says: /127\.0\.0\.1|ECONNREFUSED|database/ },
      { where: "a start with another key", words: ["serve", "-c", file], env: { KEY: canary("another key") }, says: /is not the one/ },
      { where: "a crash", words: ["serve", "-c", file], env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` }, says: /a bug/ },
    ];
  }; // prettier-ignore

  test.skipIf(!isThere)("no secret turns up anywhere", { timeout: 90_000 }, async () => {
    // People: the link of the first start stands in the log, as it is meant to; from then on nowhere.
    const token = /\/link#([\w-]+)/.exec(logged)![1]!;
    const told = logged;
    logged = "";
    expect(told.split(token)).toHaveLength(3); // in the line and in its url
    watchFor("set-up link", token);
    expect((await ask("/api/sign-in", { email: "a@example.com", password: NOT_THEIRS })).status).toBe(401);
    await enter("/api/link", { token, name: "Ada", email: "a@example.com", password: PASSWORD });
    await enter("/api/sign-in", { email: "a@example.com", password: PASSWORD });
    const invited = await change<{ url: string }>("access.invite", { name: "Bo", email: "b@example.com", roles: ["viewer"], teams: null }, true); // prettier-ignore
    watchFor("invitation", invited.url.split("#")[1]!);
    const wish = { name: "nightly", permissions: ["push"], teams: null, sources: null, days: 90 };
    const program = await change<{ secret: string }>("tokens.create", wish, true);
    watchFor("API token", program.secret);

    // Channels of every kind: saved, tested against somebody who says everything back, edited, one waiting for a second person.
    for (const kind of CHANNEL_KINDS) {
      const id = await change<number>("alerts.saveChannel", channel(kind)).then((data) => (typeof data === "number" ? data : (data as { id: number }).id)); // prettier-ignore
      const test = await change<{ ok: boolean; said: string }>("alerts.testChannel", { id });
      expect([kind, test.ok]).toEqual([kind, false]);
    }
    await ask("/api/trpc/alerts.saveChannel", { ...channel("slack"), name: "bad", secrets: { url: `no address ${canary("wrong address")}` } }); // prettier-ignore
    await ask("/api/trpc/alerts.saveChannel", {
      ...channel("slack"),
      kind: canary("secret in a wrong field"),
      id: "x",
    });
    expect(running!.reload()).toBe(true);
    const waiting = await ask("/api/trpc/alerts.saveChannel", { ...channel("feishu"), name: "waits" });
    expect([waiting.status, await waiting.text()]).toEqual([412, expect.stringContaining("approval")]);

    // Programs that push with what is not theirs, and with what is.
    for (const bearer of [ENV.USAGE, NOT_THEIRS, program.secret]) {
      const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
      const answer = await fetch(`${running!.url}/api/v1/usage`, { method: "POST", headers, body: "{}" });
      answers.push({ where: "/api/v1/usage", text: await answer.text() });
    }
    await ask("/api/oidc/company");

    // A report with its PDF, and a link to it.
    const scope = { vendors: [], regions: [], models: [], billings: [], teams: [] };
    const period = new Date(systemClock.now() - DAY_MS).toISOString().slice(0, 10);
    const { runId } = await change<{ runId: number }>("reports.run", { definitionId: 0, kind: "daily", period, zone: "UTC", scope }); // prettier-ignore
    const pdfOf = async () => {
      const answer = await ask(`/api/reports/${runId}.pdf?lang=en`);
      expect(answer.status).toBe(200);
      return new Uint8Array(await answer.arrayBuffer());
    };
    const pdf = await vi.waitFor(pdfOf, { timeout: 30_000, interval: 500 });
    answers.push({ where: "the PDF", text: inflated(pdf) + (poppler("pdftotext", pdf) ?? "") });
    const shared = await change<{ url: string }>("reports.share", { runId, days: 1 }, true);
    watchFor("link of a report", shared.url.split("/").at(-1)!);

    // Everything that can be read, by who may read everything.
    for (const { path, type, schema } of callsOf()) {
      if (type !== "query") continue;
      const input = schema === null ? "" : `?input=${encodeURIComponent(JSON.stringify(sampleOf(schema)))}`;
      await ask(`/api/trpc/${path}${input}`);
    }
    await ask(`/api/trpc/audit.page?input=${encodeURIComponent('{"filter":{},"limit":200}')}`);
    for (const door of DOORS.keys())
      if (door.startsWith("GET ") && !door.includes(":")) await ask(door.slice("GET ".length));
    for (const page of [
      "/",
      "/channels",
      "/audit",
      "/approvals",
      `/alert-act/${token}`,
      `/api/link?token=${NOT_THEIRS}`,
    ])
      await ask(page);
    answers.push({ where: "a live stream", text: await streamed(running!.url, cookie) });
    await stop(); // what is left of the traces is sent
    expect(answers.filter(({ where }) => where.endsWith("(200)")).length).toBeGreaterThan(40);
    if (isPostgres) expect(collector.got.join("")).toContain("resourceSpans");

    const dump = isPostgres ? await dumpOf(postgres!.url) : await dumpOfPglite(dataDir);
    expect(dump).toContain("CREATE TABLE public.channel");
    const places = [
      ...answers,
      { where: "the log", text: logged },
      { where: "the log of the start", text: told.replaceAll(token, "") },
      { where: "the traces", text: collector.got.join("\n") },
      { where: "the dump", text: dump },
      ...(dataDir === "" ? [] : filesIn(dataDir)),
      ...(isPostgres ? await Promise.all(troubles().map(spoken)) : []), // the embedded one is for one process
    ];
    expect(logged.length).toBeGreaterThan(500);
    expect(places.flatMap(({ where, text }) => found(where, text))).toEqual([]);
  });
});

type Trouble = {
  readonly where: string;
  readonly words: readonly string[];
  readonly says: RegExp;
  readonly env?: object;
};

/** All a run of the program says; it has to fail, and to say why. */
async function spoken({ where, words, says, env }: Trouble): Promise<{ where: string; text: string }> {
  const all = { PATH: process.env["PATH"], DAPAN_FROM_SOURCE: "1", ...ENV, ...env };
  const child = spawn(process.execPath, ["bin/dapan.js", ...words], { env: all, timeout: 60_000 });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (text += part.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  expect([where, code === 0 || code === null, text]).toEqual([where, false, expect.stringMatching(says)]);
  return { where, text };
}

/** What the page that stands open is sent. */
async function streamed(url: string, cookie: string): Promise<string> {
  const answer = await fetch(`${url}/api/trpc/fleet.live`, { headers: { cookie, accept: "text/event-stream" } });
  expect(answer.status).toBe(200);
  const reader = answer.body!.getReader();
  let text = "";
  while (!text.includes("data:")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += Buffer.from(value).toString();
  }
  await reader.cancel();
  return text;
}

const dumpOf = async (url: string): Promise<string> => {
  const program = join(process.env["DAPAN_POSTGRES_BIN"] ?? "/usr/lib/postgresql/15/bin", "pg_dump");
  return (await promisify(execFile)(program, [url], { maxBuffer: 256 * 1_048_576 })).stdout;
};

/** Every row of every table as text, as a dump has them. */
async function dumpOfPglite(dataDir: string): Promise<string> {
  const db = await open({ dataDir });
  try {
    const tables = await db.query<{ name: string }>("SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'"); // prettier-ignore
    const lines: string[] = [];
    for (const { name } of tables) {
      const rows = await db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      lines.push(`CREATE TABLE public.${name}`, ...rows.map(({ row }) => row));
    }
    return lines.join("\n");
  } finally {
    await db.close();
  }
}

/** The files themselves: also what was deleted and not yet written over, and the journal of the database. */
function filesIn(dataDir: string): { where: string; text: string }[] {
  const copy = `${dataDir}-read`;
  cpSync(dataDir, copy, { recursive: true });
  try {
    return readdirSync(copy, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => ({ where: `file ${one.name}`, text: readFileSync(join(one.parentPath, one.name), "latin1") }));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

test("a secret is found whatever it is wrapped in", () => {
  const secret = canary("planted");
  const bytes = Buffer.from(secret);
  const wrapped = [secret, `"${secret}"`, bytes.toString("hex"), `\\x00${bytes.toString("hex")}ff`];
  for (const before of ["", "u", "u:", "dapan:"]) wrapped.push(Buffer.from(`${before}${secret} and more`).toString("base64")); // prettier-ignore
  for (const text of wrapped) expect(found("here", `before ${text} after`)).toEqual(["planted in here"]);
  expect(found("here", secret.slice(0, -1))).toEqual([]);
});
