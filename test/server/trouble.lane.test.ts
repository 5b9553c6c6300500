import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FleetServer, serveFleet } from "../../collectors/simulator/serve.ts";
import type { Database } from "../../db/database.ts";
import { openPostgres } from "../../db/postgres.ts";
import { readJournal } from "../../db/store/journal.ts";
import { systemClock } from "../../server/clock.ts";
import { type Running, startServer } from "../../server/compose.ts";
import { readConfig } from "../../server/config/read.ts";
import { leastRoom, roomAt, watchWrites } from "../../server/ingest/write-watch.ts";
import { JournalReader } from "../../server/ingest/journal-codec.ts";
import { createLog } from "../../server/telemetry/log.ts";
import { freshDataDir } from "../db/databases.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";

const MIB = 2 ** 20;
const CARDS = 40;
const isRequired = process.env["DAPAN_REQUIRE_LANES"] === "1";

function skip(title: string, why: string | null): boolean {
  if (why === null) return false;
  if (isRequired) throw new Error(`${title}: ${why}`);
  console.warn(`skipped: ROL-05, ${title}: ${why}`);
  return true;
}

const noRoot = userInfo().uid === 0 ? null : "mounting a small tmpfs needs root";
const noPostgres = whyNoPostgres();

/** A database that can be put in trouble and out of it. */
type Stand = {
  readonly where: { readonly dataDir: string } | { readonly databaseUrl: string };
  readonly trouble: () => Promise<unknown>;
  readonly mend: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  db: Database | null; // what the server has open, to look inside
};

async function pgliteReadOnly(): Promise<Stand> {
  const dataDir = await freshDataDir();
  const stand: Stand = {
    where: { dataDir },
    trouble: () => stand.db!.query("SET default_transaction_read_only = on"),
    mend: () => stand.db!.query("SET default_transaction_read_only = off"),
    end: async () => rmSync(dataDir, { recursive: true }),
    db: null,
  };
  return stand;
}

async function postgresReadOnly(): Promise<Stand> {
  const service = await startPostgres();
  const admin = await openPostgres(service.url, () => undefined);
  const say = async (sql: string) => {
    await admin.query(sql);
    await admin.query("SELECT pg_reload_conf()");
  };
  return {
    where: { databaseUrl: service.url },
    trouble: () => say("ALTER SYSTEM SET default_transaction_read_only = on"),
    mend: () => say("ALTER SYSTEM RESET default_transaction_read_only"),
    async end() {
      await admin.close();
      await service.stop();
    },
    db: null,
  };
}

/** A disk of so many MiB in memory. `fill` leaves so many bytes free; `empty` takes that back. */
function smallDisk(mib: number) {
  const mount = mkdtempSync(path.join(tmpdir(), "dapan-small-"));
  const done = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${mib}m,mode=0777`, "tmpfs", mount]);
  if (done.status !== 0) throw new Error(`mount: ${done.stderr.toString()}`);
  const filler = path.join(mount, "filler");
  return {
    mount,
    async fill(leave: number) {
      const { bavail, bsize } = await statfs(mount);
      try {
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error; // others wrote meanwhile: it is full all the same
      }
    },
    empty: () => rmSync(filler, { force: true }),
    unmount() {
      spawnSync("umount", ["-l", mount]);
      rmSync(mount, { recursive: true, force: true });
    },
  };
}

async function pgliteDiskFull(): Promise<Stand> {
  const disk = smallDisk(400);
  const template = await freshDataDir();
  const dataDir = path.join(disk.mount, "data");
  cpSync(template, dataDir, { recursive: true });
  rmSync(template, { recursive: true });
  return {
    where: { dataDir },
    trouble: () => disk.fill(leastRoom({ free: 0, total: 400 * MIB }) - MIB),
    mend: async () => disk.empty(),
    end: async () => disk.unmount(),
    db: null,
  };
}

async function postgresDiskFull(): Promise<Stand> {
  const disk = smallDisk(160);
  const service = await startPostgres({
    parent: disk.mount,
    initdb: ["--wal-segsize=1"],
    settings: ["max_wal_size=4MB", "shared_buffers=16MB"],
  });
  return {
    where: { databaseUrl: service.url },
    trouble: () => disk.fill(0),
    async mend() {
      disk.empty();
      const isUp = await fetch(service.url.replace("postgres:", "http:")).then(
        () => true,
        (error: Error) => !String(error.cause).includes("ECONNREFUSED"), // it answers, though not in HTTP
      );
      if (isUp) return;
      await service.kill9(); // it gave up; a supervisor starts it again
      await service.start();
    },
    async end() {
      await service.stop();
      disk.unmount();
    },
    db: null,
  };
}

const CASES = [
  { title: "PGlite, read-only", start: pgliteReadOnly, why: null, says: ["read only"] },
  { title: "PGlite, disk nearly full", start: pgliteDiskFull, why: noRoot, says: ["disk full"] },
  { title: "PostgreSQL, read-only", start: postgresReadOnly, why: noPostgres, says: ["read only"] },
  {
    title: "PostgreSQL, disk full",
    start: postgresDiskFull,
    why: noPostgres ?? noRoot,
    says: ["disk full", "cannot be written", "no answer"], // it refuses the row, or stops where its log cannot grow
  },
];

describe("ROL-05: a database that takes nothing", () => {
  let fleet: FleetServer;
  beforeAll(async () => void (fleet = await serveFleet({ clock: systemClock, seed: 5, cards: CARDS, faults: 0 })));
  afterAll(() => fleet.stop());

  async function serve(stand: Stand, logged: string[]): Promise<Running> {
    const scrape = { intervalSeconds: 1, timeoutSeconds: 1 };
    const text = JSON.stringify({
      listen: { port: 0 },
      ...stand.where,
      egress: { allow: ["127.0.0.0/8"] },
      storage: { journalSeconds: 1 },
      sources: [{ name: "sim", type: "http_sd", url: `${fleet.url}/sd`, scrape }],
    });
    const reading = readConfig(text, "dapan.yaml", {});
    if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
    const sink = new Writable({ write: (chunk, _, done) => (logged.push(String(chunk)), done()) });
    return await startServer({
      config: reading.config,
      reload: null,
      env: {},
      clock: systemClock,
      log: createLog("info", systemClock, sink),
      demo: false,
      onFatal: (error) => logged.push(`fatal: ${error.message}`),
      beforeStart: async ({ db }) => void (stand.db = db),
    });
  }

  /** When each target was read, by the journal: what is acknowledged. */
  async function acknowledged(db: Database): Promise<Map<string, number[]>> {
    const readers = new Map<number, JournalReader>();
    const seen = new Map<string, Set<number>>();
    for (const { slot, payload } of await readJournal(db, "scrape")) {
      let reader = readers.get(slot);
      if (!reader) readers.set(slot, (reader = new JournalReader()));
      for (const { kind, origin, at } of reader.decode(payload)) {
        if (kind !== "frame") continue;
        if (!seen.has(origin)) seen.set(origin, new Set());
        seen.get(origin)!.add(at);
      }
    }
    return new Map([...seen].map(([origin, ats]) => [origin, [...ats].toSorted((a, b) => a - b)]));
  }
  const count = (ats: Map<string, number[]>) => [...ats.values()].reduce((sum, list) => sum + list.length, 0);
  const get = async (running: Running, at: string) => {
    const answer = await fetch(`${running.url}${at}`);
    return { status: answer.status, said: (await answer.json()) as Record<string, unknown> };
  };

  for (const { title, start, why, says } of CASES) {
    test.skipIf(skip(title, why))(
      `${title}: 503 with the reason, the board goes on, nothing is lost, and it is well again by itself`,
      { timeout: 120_000 },
      async () => {
        const stand = await start();
        const logged: string[] = [];
        const running = await serve(stand, logged);
        try {
          const db = stand.db!;
          await expect
            .poll(async () => (await acknowledged(db)).size, { timeout: 20_000 })
            .toBe(fleet.fleet.nodes.length);
          expect(await get(running, "/readyz")).toEqual({
            status: 200,
            said: { ready: true, database: "ok", config: "ok" },
          });

          await stand.trouble();
          let said: Record<string, unknown> = {}; // of the very answer: one small write may still find room after it
          const status = async () => {
            const answer = await get(running, "/readyz");
            said = answer.said;
            return answer.status;
          };
          await expect.poll(status, { timeout: 30_000 }).toBe(503);
          expect(said["ready"]).toBe(false);
          expect(says).toContain(said["database"]);
          const before = await acknowledged(db).catch(() => null); // a server that stopped cannot be asked
          await wait(4_000);
          if (before !== null) expect(count(await acknowledged(db))).toBe(count(before));
          expect((await get(running, "/healthz")).status).toBe(200);
          const board = await get(running, "/api/trpc/fleet.summary");
          expect([board.status, JSON.stringify(board.said).includes("counts")]).toEqual([200, true]);
          expect(await (await fetch(`${running.url}/metrics`)).text()).toMatch(/^dapan_database_writable 0$/m);
          expect((await get(running, "/readyz")).status).toBe(503);

          await stand.mend();
          await expect.poll(async () => (await get(running, "/readyz")).status, { timeout: 60_000 }).toBe(200);
          await wait(2_500);
          for (const [origin, ats] of await acknowledged(db)) {
            const gaps = ats.slice(1).map((at, i) => at - ats[i]!);
            expect([origin, Math.max(...gaps) < 2_500]).toEqual([origin, true]); // every second, the trouble included
            expect(ats.at(-1)).toBeGreaterThan(Date.now() - 6_000);
          }
          const complaints = logged.filter((line) => line.includes("kept for the next try"));
          expect(complaints.length).toBeGreaterThan(0);
          expect(complaints.length).toBeLessThanOrEqual(6); // once each, not once a second
          expect(logged.filter((line) => line.startsWith("fatal"))).toEqual([]);
        } finally {
          await running.stop().catch(() => undefined);
          await stand.end();
        }
      },
    );
  }
});

describe("the watch over writes", () => {
  const db = (transaction: Database["transaction"]): Database => ({
    kind: "pglite",
    orm: null as never,
    query: async () => [],
    script: async () => [],
    close: async () => undefined,
    transaction,
  });
  async function troubleAfter(error: unknown): Promise<string | null> {
    const watch = watchWrites(
      db(async () => {
        throw error;
      }),
      null,
    );
    await expect(watch.db.transaction(async () => undefined)).rejects.toBe(error);
    return watch.trouble();
  }

  test.each([
    [{ code: "53100" }, "disk full"],
    [{ code: "25006" }, "read only"],
    [{ code: "57P03" }, "cannot be written"],
    [new Error("Connection terminated unexpectedly"), "cannot be written"],
    [new Error("the embedded database stopped: writing to disk failed"), "cannot be written"],
    [{ code: "23505", message: "duplicate key" }, null],
    [new RangeError("a batch holds fractions"), null],
  ])("%o is %s", async (error, trouble) => {
    expect(await troubleAfter(error)).toBe(trouble);
  });

  test("nothing is written below the least room, and the next write above it clears the trouble", async () => {
    let free = 99 * MIB;
    let written = 0;
    const watch = watchWrites(
      db(async () => void (written += 1) as never),
      async () => ({ free, total: 1_000 * MIB }),
    );
    await expect(watch.db.transaction(async () => undefined)).rejects.toThrow(/99 MiB free and new data needs 100/);
    expect([written, watch.trouble()]).toEqual([0, "disk full"]);
    free = 100 * MIB;
    await watch.db.transaction(async () => undefined);
    expect([written, watch.trouble()]).toEqual([1, null]);
    expect(leastRoom({ free, total: 1e15 })).toBe(2 ** 30);
    expect((await roomAt(tmpdir())).total).toBeGreaterThan((await roomAt(tmpdir())).free);
  });
});
