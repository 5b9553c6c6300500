import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AlreadyCollecting, lockCollecting } from "../../db/collecting-lock.ts";
import { systemClock } from "../../server/clock.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { scaledClock } from "../tools/scaled-clock.ts";

const why = whyNoPostgres();
if (why) console.warn(`skipped: one collecting process per database: ${why}`);

describe.skipIf(why !== null)("one process collects into a PostgreSQL database", () => {
  let service: PostgresService;
  const home = mkdtempSync(path.join(tmpdir(), "dapan-collecting-"));
  const children: { kill(signal: NodeJS.Signals): unknown }[] = [];
  beforeAll(async () => void (service = await startPostgres()));
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await service?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const fast = scaledClock(systemClock.now(), 50); // looks every 100 ms
  const take = (url: string, over: { waitMs?: number; onLost?: (error: Error) => void } = {}) =>
    lockCollecting({ url, clock: fast, waitMs: 0, onLost: () => undefined, ...over });
  const holders = async (url: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    await client.end();
    return rows.map(({ pid }) => pid);
  };
  const endSession = async (url: string, pid: number) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("SELECT pg_terminate_backend($1)", [pid]);
    await client.end();
  };

  test("the second is refused and told who holds it; another database of the server is free", async () => {
    const first = await take(service.url);
    await expect(take(service.url)).rejects.toThrow(AlreadyCollecting);
    await expect(take(service.url)).rejects.toThrow(
      new RegExp(`another process collects .* ${process.pid} at 127\\.0\\.0\\.1, since .* stop that one first`),
    );
    const elsewhere = await take(await service.createDatabase("elsewhere"));
    await elsewhere.release();
    await first.release();
    await (await take(service.url)).release();
  });

  test("a restart waits for the process before to end", async () => {
    const first = await take(service.url);
    const second = take(service.url, { waitMs: 600_000 });
    await systemClock.sleep(200);
    await first.release();
    await (await second).release();
  });

  test("a lock whose connection broke is taken again", async () => {
    const lost: Error[] = [];
    const lock = await take(service.url, { onLost: (error) => lost.push(error) });
    const [before] = await holders(service.url);
    await endSession(service.url, before!);
    await expect.poll(async () => (await holders(service.url))[0] ?? before, { timeout: 10_000 }).not.toBe(before);
    await expect(take(service.url)).rejects.toThrow(AlreadyCollecting);
    await service.kill9();
    await systemClock.sleep(500); // looks in vain meanwhile
    await service.start();
    await expect.poll(() => holders(service.url), { timeout: 10_000 }).toHaveLength(1);
    expect(lost).toEqual([]);
    await lock.release();
  });

  test("a lock that another took meanwhile is told, once", async () => {
    const lost: Error[] = [];
    const lock = await take(service.url, { onLost: (error) => lost.push(error) });
    const taker = new pg.Client({ connectionString: service.url });
    await taker.connect();
    const waiting = taker.query("SELECT pg_advisory_lock(7346205)"); // the first in the queue once the session ends
    await expect.poll(() => holders(service.url)).toHaveLength(2);
    const mine = (await holders(service.url)).find(
      (pid) => pid !== (taker as unknown as { processID: number }).processID,
    );
    await endSession(service.url, mine!);
    await waiting;
    await expect.poll(() => lost.length, { timeout: 10_000 }).toBe(1);
    expect(lost[0]).toBeInstanceOf(AlreadyCollecting);
    await lock.release();
    await taker.end();
  });

  test("a server that cannot be reached is named without its password", async () => {
    const opened = take("postgres://u:secret@127.0.0.1:1/x");
    await expect(opened).rejects.toThrow(/PostgreSQL at 127\.0\.0\.1:1\/x cannot be used/);
    await expect(opened).rejects.not.toThrow(/secret/);
  });

  /** `dapan serve` as a process of its own; resolves at "listening" or with how it ended. */
  const serve = () => {
    const config = path.join(home, "dapan.yaml");
    writeFileSync(config, JSON.stringify({ listen: { port: 0 }, databaseUrl: service.url }));
    const env = { ...process.env, DAPAN_FROM_SOURCE: "1", DATABASE_URL: "" };
    const child = spawn(process.execPath, ["bin/dapan.js", "serve", "-c", config], { env });
    children.push(child);
    let said = "";
    const outcome = new Promise<string>((resolve) => {
      const hear = (bytes: Buffer) => {
        said += bytes.toString();
        if (said.includes("Server listening")) resolve("listening");
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", (code) => resolve(`ended ${code}: ${said}`));
    });
    return { child, outcome };
  };

  test(
    "a second `dapan serve` ends with the reason; after kill -9 of the first the next one collects",
    { timeout: 120_000 },
    async () => {
      const first = serve();
      expect(await first.outcome).toBe("listening");
      const second = serve();
      expect(await second.outcome).toMatch(
        /ended 1: [^]*another process collects into this database \(dapan collecting/,
      );
      first.child.kill("SIGKILL");
      const third = serve();
      expect(await third.outcome).toBe("listening");
      third.child.kill("SIGTERM");
    },
  );
});
