import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readChannels } from "../../../db/store/channels.ts";
import { systemClock } from "../../../server/clock.ts";
import { openChannel } from "../../../server/secrets/channel-secrets.ts";
import { openSecrets } from "../../../server/secrets/open-secrets.ts";
import { open } from "../../db/databases.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../../services/postgres.ts";
import { SETTINGS } from "../notify/stage.ts";

const why = whyNoPostgres();
if (why) console.warn(`skipped: dapan secrets rotate beside dapan serve: ${why}`);
const CHANNELS = 3;

describe.skipIf(why !== null)("dapan secrets rotate beside dapan serve (AUT-15)", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "dapan-beside-"));
  const file = (name: string): string => path.join(folder, name);
  const children: ChildProcess[] = [];
  let postgres: PostgresService;
  beforeAll(async () => {
    postgres = await startPostgres();
    for (const name of ["old.key", "new.key"]) writeFileSync(file(name), randomBytes(32).toString("base64"));
    configure("old.key");
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const configure = (secretKeyFile: string): void =>
    writeFileSync(
      file("dapan.yaml"),
      JSON.stringify({ listen: { port: 0 }, databaseUrl: postgres.url, secretKeyFile }),
    );
  /** The program as a process of its own; what it says is gathered in `said`. */
  const dapan = (...words: string[]) => {
    const env = { ...process.env, DAPAN_FROM_SOURCE: "1", DATABASE_URL: "" };
    const child = spawn(process.execPath, ["bin/dapan.js", ...words, "-c", file("dapan.yaml")], { env });
    children.push(child);
    const said = { text: "" };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (said.text += part.toString()));
    return { child, said, exit: once(child, "exit") as Promise<[number | null]> };
  }; // prettier-ignore
  const serve = async () => {
    const running = dapan("serve");
    const url = () => /"url":"([^"]+)"/.exec(running.said.text)?.[1] ?? "";
    await expect.poll(url, { timeout: 60_000 }).not.toBe("");
    return { ...running, url: url() };
  };
  const save = async (url: string, id: number | null, secret: string): Promise<number> => {
    const channel = { id, name: `duty ${secret.slice(6, 16)}`, kind: "webhook", language: "en", sendsResolved: true, settings: SETTINGS, secrets: { url: "https://duty.example/hook", secret } }; // prettier-ignore
    const headers = { "content-type": "application/json", origin: url };
    const answer = await fetch(`${url}/api/trpc/alerts.saveChannel`, { method: "POST", headers, body: JSON.stringify(channel) }); // prettier-ignore
    expect([answer.status, answer.status === 200 ? "" : await answer.text()]).toEqual([200, ""]);
    return ((await answer.json()) as { result: { data: number } }).result.data;
  };
  const held = async (key: string): Promise<string[]> => {
    const db = await open({ url: postgres.url });
    const config = { secretKey: { kind: "file", path: file(key) }, database: { kind: "postgres", url: postgres.url, password: null } } as const; // prettier-ignore
    try {
      const { box } = (await openSecrets({ db, clock: systemClock, config, env: {} }))!;
      const channels = (await readChannels(db)).toSorted((a, b) => a.id - b.id);
      return await Promise.all(channels.map(async (one) => (await openChannel(box, one)).secret));
    } finally {
      await db.close();
    }
  };

  test("nobody who saves meanwhile is refused, and after a crash the new key opens all", { timeout: 120_000 }, async () => {
    const first = await serve();
    const saved = new Map<number, string>();
    const saveOne = async (url: string, id: number | null): Promise<void> => {
      const secret = `whsec_${randomBytes(32).toString("base64")}`;
      saved.set(await save(url, id, secret), secret);
    };
    for (let i = 0; i < CHANNELS; i++) await saveOne(first.url, null);
    let saves = 0;
    const over = new AbortController();
    const saving = (async () => {
      for (; !over.signal.aborted; saves++) await saveOne(first.url, [...saved.keys()][saves % CHANNELS] ?? null);
    })();
    const rotation = dapan("secrets", "rotate", "--new-key-file", file("new.key"));
    expect([...(await rotation.exit), rotation.said.text]).toEqual([0, null, expect.stringContaining("sealed anew")]);
    const meanwhile = saves;
    await expect.poll(() => saves, { timeout: 20_000 }).toBeGreaterThan(meanwhile + 5);
    over.abort();
    await saving;
    expect(meanwhile).toBeGreaterThan(5);

    first.child.kill("SIGKILL");
    await first.exit;
    configure("new.key");
    const second = await serve();
    await saveOne(second.url, [...saved.keys()][0]!);
    second.child.kill("SIGTERM");
    expect(await second.exit).toEqual([0, null]);
    expect(await held("new.key")).toEqual([...saved].toSorted(([a], [b]) => a - b).map(([, secret]) => secret));
    await expect(held("old.key")).rejects.toThrow(/is not the one/);
  }); // prettier-ignore
});
