import { execFileSync } from "node:child_process";
import { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FleetServer, serveFleet } from "../../collectors/simulator/serve.ts";
import { systemClock } from "../../server/clock.ts";
import { type Running, startServer } from "../../server/compose.ts";
import { readConfig } from "../../server/config/read.ts";
import { asQuestion } from "../../db/question.ts";
import { openPostgres } from "../../db/postgres.ts";
import { createLog } from "../../server/telemetry/log.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../services/postgres.ts";

const why = whyNoPostgres();
if (why !== null) console.warn(`skipped: API-08, API-09 on PostgreSQL: ${why}`);
/** How long nothing answers; 600 for the full figure. */
const FROZEN_S = Number(process.env["DAPAN_FROZEN_S"] ?? 14);

describe.skipIf(why !== null)("a database that stops in the middle", () => {
  let service: PostgresService;
  let fleet: FleetServer;
  let running: Running;
  const logged: string[] = [];
  beforeAll(async () => {
    service = await startPostgres();
    fleet = await serveFleet({ clock: systemClock, seed: 5, cards: 8, faults: 0 });
    const scrape = { intervalSeconds: 1, timeoutSeconds: 1 };
    const sources = [{ name: "sim", type: "http_sd", url: `${fleet.url}/sd`, scrape }];
    const said = { listen: { port: 0 }, databaseUrl: service.url, egress: { allow: ["127.0.0.0/8"] }, sources };
    const reading = readConfig(JSON.stringify(said), "dapan.yaml", {});
    if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
    const sink = new Writable({ write: (chunk, _, done) => (logged.push(String(chunk)), done()) });
    running = await startServer({
      config: reading.config,
      reload: null,
      env: {},
      clock: systemClock,
      log: createLog("info", systemClock, sink),
      demo: false,
      onFatal: (error) => logged.push(`fatal: ${error.message}`),
    });
  });
  afterAll(async () => {
    await running?.stop();
    await fleet?.stop();
    await service?.stop();
  });

  /** Every process of the throw-away server, by their ids. */
  const signal = (name: "SIGSTOP" | "SIGCONT") => {
    const children = execFileSync("ps", ["--ppid", String(service.pid()), "-o", "pid="], { encoding: "utf8" });
    for (const pid of [service.pid(), ...children.split("\n").map(Number).filter(Boolean)]) process.kill(pid, name);
  };
  const ask = async (at: string) => {
    const began = systemClock.now();
    const answer = await fetch(`${running.url}${at}`);
    return { status: answer.status, body: await answer.text(), ms: systemClock.now() - began };
  };

  test("API-08: a statement of a question is stopped after 10 s; one of a writer is not", { timeout: 60_000 }, async () => {
    const db = await openPostgres(service.url, () => undefined);
    try {
      const [limit] = await asQuestion(() => db.query<{ ms: string }>("SHOW statement_timeout"));
      expect(limit).toMatchObject({ statement_timeout: "10s" });
      expect((await db.query("SHOW statement_timeout"))[0]).toMatchObject({ statement_timeout: "0" });
      const seven = Array.from({ length: 7 }, async () => await asQuestion(() => db.query("SELECT pg_sleep(0.4)")));
      const began = systemClock.now();
      await db.query("SELECT 1"); // seven questions stand in line, and a writer does not
      expect(systemClock.now() - began).toBeLessThan(300);
      await Promise.all(seven);
      await asQuestion(() => db.query("SELECT set_config('statement_timeout', '200', false)"));
      const stopped = Promise.all(Array.from({ length: 4 }, async () => await asQuestion(() => db.query("SELECT pg_sleep(1)"))));
      await expect(stopped).rejects.toThrow("took longer than 10 s and was stopped; ask for fewer days");
    } finally {
      await db.close();
    }
  });

  test(`API-09: nothing answers for ${FROZEN_S} s: probes say so at once, the board stands, and it is well again by itself`, { timeout: (FROZEN_S + 60) * 1_000 }, async () => {
    await expect.poll(async () => (await ask("/readyz")).status, { timeout: 20_000 }).toBe(200);
    await expect.poll(async () => (await ask("/api/trpc/fleet.cards")).body.includes("GPU-"), { timeout: 20_000 }).toBe(true);
    expect((await ask("/api/trpc/fleet.summary")).status).toBe(200);
    signal("SIGSTOP");
    try {
      const end = systemClock.now() + FROZEN_S * 1_000;
      const hung = ["/api/trpc/pricing.revisions?input=%7B%7D", "/api/trpc/cost.view?input=%7B%7D"].map((at) => ask(at));
      while (systemClock.now() < end) {
        const [ready, live, board] = await Promise.all([ask("/readyz"), ask("/healthz"), ask("/api/trpc/fleet.summary")]);
        expect([ready.status, ready.ms < 3_000, live.status, live.ms < 1_000]).toEqual([503, true, 200, true]);
        expect([board.status, board.ms < 3_500]).toEqual([200, true]);
        expect(JSON.parse(board.body)).toMatchObject({ result: { data: { asOf: expect.any(Number) } } }); // as of when
        await wait(500);
      }
      for (const { status, body, ms } of await Promise.all(hung)) {
        expect([status, ms < 14_000]).toEqual([503, true]);
        expect(body).toContain("the database does not answer");
      }
    } finally {
      signal("SIGCONT");
    }
    const back = systemClock.now();
    await expect.poll(async () => (await ask("/api/trpc/pricing.revisions?input=%7B%7D")).status, { timeout: 20_000, interval: 100 }).toBe(200);
    console.log(`API-09: the first good answer came ${systemClock.now() - back} ms after the database was back`);
    expect(systemClock.now() - back).toBeLessThan(5_000);
    await expect.poll(async () => (await ask("/readyz")).status, { timeout: 20_000 }).toBe(200);
    expect(logged.filter((line) => line.startsWith("fatal"))).toEqual([]);
  });
}); // prettier-ignore
