import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { migrate } from "../../db/migrate.ts";
import { openPostgres } from "../../db/postgres.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { readCommittedSlots } from "../../db/store/ledger.ts";
import { unixMs } from "../../db/model/units.ts";
import { SLOT_MS } from "../../db/model/time.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { fleetBatch } from "./batches.ts";
import { freshDataDir, open } from "./databases.ts";

const isRequired = process.env["DAPAN_REQUIRE_LANES"] === "1";

/** Why a lane cannot run, printed; an error where lanes are required. */
function skip(title: string, why: string | null): boolean {
  if (why === null) return false;
  if (isRequired) throw new Error(`${title}: ${why}`);
  console.warn(`skipped: ${title}: ${why}`);
  return true;
}

const noStrace = spawnSync("strace", ["-V"]).error ? "no strace: apt-get install strace" : null;
const noRoot = userInfo().uid === 0 ? null : "mounting a small tmpfs needs root";
const noPostgres = whyNoPostgres();

const child = (name: string, ...args: string[]) => [
  process.execPath,
  "--import",
  "tsx",
  join(import.meta.dirname, name),
  ...args,
];

describe("durability", () => {
  test.skipIf(skip("fdatasync of PGlite", noStrace))(
    "the embedded database syncs each commit to disk",
    { timeout: 120_000 },
    async () => {
      const dataDir = await freshDataDir();
      await (await open({ dataDir })).close();
      const log = join(dataDir, "strace.txt");
      const commits = 20;
      const run = spawnSync(
        "strace",
        ["-f", "-qq", "-e", "trace=fdatasync,fsync", "-o", log, ...child("commit-child.ts", dataDir, String(commits))],
        { encoding: "utf8" },
      );
      expect(run.stderr).toBe("");
      expect(run.stdout).toContain(`committed ${commits}`);
      const synced = readFileSync(log, "utf8").match(/fdatasync\(\d+/g)?.length ?? 0;
      console.info(`PGlite: ${synced} fdatasync calls for ${commits} commits`);
      expect(synced).toBeGreaterThanOrEqual(commits);
      rmSync(dataDir, { recursive: true });
    },
  );

  test.skipIf(skip("ROL-04 on PGlite", noStrace))(
    "ROL-04: a failed sync ends the process; nothing is acknowledged after it",
    { timeout: 120_000 },
    async () => {
      const dataDir = await freshDataDir();
      await (await open({ dataDir })).close();
      const fault = ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=12+"];
      const run = spawnSync(
        "strace",
        ["-f", "-qq", "-o", "/dev/null", ...fault, ...child("commit-child.ts", dataDir, "200")],
        { encoding: "utf8" },
      );
      expect(run.status).not.toBe(0);
      expect(run.stderr).toMatch(/the embedded database stopped/);
      const acknowledged = (run.stdout.match(/^ack \d+$/gm) ?? []).map((line) => Number(line.slice(4)));
      expect(acknowledged.length).toBeLessThan(200);
      const db = await open({ dataDir });
      const stored = await readCommittedSlots(db, "child", { from: unixMs(0), to: unixMs(1e14) });
      expect(acknowledged.filter((slot) => !stored.some((s) => s.slot === slot))).toEqual([]);
      await db.close();
      rmSync(dataDir, { recursive: true });
    },
  );

  test.skipIf(skip("ROL-04 on PostgreSQL", noStrace ?? noPostgres))(
    "ROL-04: where a sync of PostgreSQL fails nothing is acknowledged, and what was is there when the disk is well again",
    { timeout: 120_000 },
    async () => {
      // Each process of the server counts its own syncs: a backend fails at its 12th, as often as it comes back.
      const fault = ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=12+"];
      const log = join(mkdtempSync(join(tmpdir(), "dapan-strace-")), "strace.txt");
      chmodSync(dirname(log), 0o777);
      const service = await startPostgres();
      try {
        await (await open({ url: service.url })).close();
        await service.kill9();
        await service.start(["strace", "-f", "-qq", "-o", log, ...fault]);
        const acknowledged: number[] = [];
        const complaints: string[] = [];
        const db = await open({ url: service.url });
        const began = performance.now();
        for (let i = 0; i < 60 && complaints.length < 3; i++) {
          const slot = unixMs(Date.UTC(2026, 0, 1) + i * SLOT_MS);
          const commit = { source: "scrape", seq: 1, batch: fleetBatch(slot, 50, 5), events: [], committedAt: slot };
          await commitSlot(db, commit).then(
            () => acknowledged.push(slot),
            (error: Error) => complaints.push(error.message),
          );
        }
        expect(complaints.length).toBeGreaterThan(0);
        expect(complaints[0]).toMatch(
          /could not f(data)?sync|Connection terminated|server closed|terminating connection/i,
        );
        await db.close();
        await service.kill9();
        const failed = readFileSync(log, "utf8").match(/^\d+ +fdatasync.*EIO.*INJECTED/gm) ?? [];
        console.info(
          `ROL-04 on PostgreSQL: ${acknowledged.length} commits, ${failed.length} failed syncs, "${complaints[0]}", ${Math.round(performance.now() - began)} ms`,
        );
        const retried = failed.map((line) => line.split(" ")[0]).filter((pid, i, all) => all.indexOf(pid) !== i);
        expect(failed.length).toBeGreaterThan(0);
        expect(retried).toEqual([]); // nobody tried again: PostgreSQL stops instead, and recovers from its log
        await service.start();
        const again = await open({ url: service.url });
        const stored = await readCommittedSlots(again, "scrape", { from: unixMs(0), to: unixMs(1e14) });
        expect(acknowledged.filter((slot) => !stored.some((s) => s.slot === slot))).toEqual([]);
        expect(stored.filter((s) => s.cards !== 50)).toEqual([]);
        await again.close();
      } finally {
        await service.stop();
        rmSync(dirname(log), { recursive: true, force: true });
      }
    },
  );

  test.skipIf(skip("ROL-05 on PGlite", noRoot))(
    "ROL-05: the embedded database on a disk that is really full ends the process; with space it opens, whole",
    { timeout: 120_000 },
    async () => {
      const mount = mkdtempSync(join(tmpdir(), "dapan-small-"));
      const sh = (...args: [string, ...string[]]) =>
        expect(spawnSync(args[0], args.slice(1), { encoding: "utf8" })).toMatchObject({ status: 0 });
      sh("mount", "-t", "tmpfs", "-o", "size=120m,mode=0777", "tmpfs", mount);
      try {
        const dataDir = join(mount, "data");
        const template = await freshDataDir();
        cpSync(template, dataDir, { recursive: true });
        rmSync(template, { recursive: true });
        await (await open({ dataDir })).close();
        const [command = "", ...args] = child("commit-child.ts", dataDir, "4000");
        const run = spawnSync(command, args, { encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" });
        expect([run.signal, run.status]).toEqual([null, 3]); // ended by itself: an engine that is stuck would not
        expect(run.stderr).toMatch(/No space left on device|the embedded database stopped/);
        const acknowledged = (run.stdout.match(/^ack \d+$/gm) ?? []).map((line) => Number(line.slice(4)));
        expect(acknowledged.length).toBeGreaterThan(3);
        sh("mount", "-o", "remount,size=400m", mount);
        const db = await open({ dataDir });
        const stored = await readCommittedSlots(db, "child", { from: unixMs(0), to: unixMs(1e14) });
        console.info(
          `ROL-05 on PGlite: ${acknowledged.length} acknowledged, ${stored.length} stored, "${run.stderr.trim().slice(0, 100)}"`,
        );
        expect(acknowledged.filter((slot) => !stored.some((s) => s.slot === slot))).toEqual([]);
        await db.close();
        const more = spawnSync(command, [...args.slice(0, -1), String(acknowledged.length + 3)], { encoding: "utf8" });
        expect(more.stdout).toContain(`committed ${acknowledged.length + 3}`);
      } finally {
        spawnSync("umount", ["-l", mount]);
        if (existsSync(mount)) rmSync(mount, { recursive: true, force: true });
      }
    },
  );

  test.skipIf(skip("ROL-05", noPostgres ?? noRoot))(
    "ROL-05: a full disk loses nothing acknowledged, and work goes on when there is space",
    { timeout: 180_000 },
    async () => {
      const mount = mkdtempSync(join(tmpdir(), "dapan-small-"));
      const sh = (...args: [string, ...string[]]) =>
        expect(spawnSync(args[0], args.slice(1), { encoding: "utf8" })).toMatchObject({ status: 0 });
      sh("mount", "-t", "tmpfs", "-o", "size=96m,mode=0777", "tmpfs", mount);
      try {
        const service = await startPostgres({
          parent: mount,
          initdb: ["--wal-segsize=1"],
          settings: ["max_wal_size=4MB", "shared_buffers=16MB"],
        });
        const acknowledged: number[] = [];
        const put = async (db: Awaited<ReturnType<typeof open>>, i: number) => {
          const slot = unixMs(Date.UTC(2026, 0, 1) + i * SLOT_MS);
          await commitSlot(db, {
            source: "scrape",
            seq: 1,
            batch: fleetBatch(slot, 3000, 5),
            events: [],
            committedAt: slot,
          });
          acknowledged.push(slot);
        };
        const db = await open({ url: service.url });
        const fill = async () => {
          for (let i = 0; i < 400; i++) await put(db, i);
        };
        await expect(fill()).rejects.toThrow(); // No space left on device, or the connection lost to its PANIC
        await db.close();
        expect(acknowledged.length).toBeGreaterThan(3);
        sh("mount", "-o", "remount,size=400m", mount);
        await service.kill9(); // what a supervisor would find: dead, or in recovery
        await service.start();
        const again = await open({ url: service.url });
        const stored = await readCommittedSlots(again, "scrape", { from: unixMs(0), to: unixMs(1e14) });
        expect(acknowledged.filter((slot) => !stored.some((s) => s.slot === slot))).toEqual([]);
        const [orphans] = await again.query<{ n: number }>(
          "SELECT count(*)::int AS n FROM card_slot WHERE slot_no NOT IN (SELECT slot_no FROM slot_ledger)",
        );
        expect(orphans?.n).toBe(0);
        await put(again, 500);
        await again.close();
        await service.stop();
      } finally {
        spawnSync("umount", ["-l", mount]);
        if (existsSync(mount)) rmSync(mount, { recursive: true, force: true });
      }
    },
  );
});

describe.skipIf(noPostgres !== null)("migrations on PostgreSQL", () => {
  test(
    "ROL-07: four replicas that start at once: each migration runs once, and all of them come up",
    { timeout: 60_000 },
    async () => {
      const service = await startPostgres();
      const replicas = await Promise.all(Array.from({ length: 4 }, () => openPostgres(service.url, () => undefined)));
      const applied = await Promise.all(replicas.map((db) => migrate(db)));
      const [rows] = await (replicas[0] as (typeof replicas)[number]).query<{ n: number }>(
        "SELECT count(*)::int AS n FROM drizzle.__drizzle_migrations",
      );
      expect(applied.reduce((sum, one) => sum + one.applied, 0)).toBe(rows?.n);
      await Promise.all(replicas.map((db) => db.close()));
      await service.stop();
    },
  );

  test(
    "ROL-07: a server killed while it migrates leaves the old schema or the new one, and the next start goes on",
    { timeout: 120_000 },
    async () => {
      const service = await startPostgres();
      for (let round = 0; round < 8; round++) {
        const url = await service.createDatabase(`m${round}`);
        const db = await openPostgres(url, () => undefined);
        const migrating = migrate(db).catch(() => null);
        await new Promise((resolve) => setTimeout(resolve, round * 15));
        await service.kill9();
        await migrating;
        await db.close();
        await service.start();
        const again = await open({ url });
        expect(await again.query("SELECT FROM card_slot")).toEqual([]);
        await again.close();
      }
      await service.stop();
    },
  );

  test("a server that cannot be reached is named without its password", async () => {
    const opened = openPostgres("postgres://u:secret@127.0.0.1:1/x", () => undefined);
    await expect(opened).rejects.toThrow(/PostgreSQL at 127\.0\.0\.1:1\/x cannot be used/);
    await expect(opened).rejects.not.toThrow(/secret/);
  });
});
