import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { lockDataDir } from "../../db/data-lock.ts";
import { migrate } from "../../db/migrate.ts";
import { PgliteClient } from "../../db/pglite-client.ts";
import { EMBEDDED_CARD_LIMIT, FleetTooLarge, refuseFleet } from "../../db/store/limits.ts";
import { systemClock } from "../../server/clock.ts";
import { freshDataDir, open } from "./databases.ts";

const dirs: string[] = [];
const keep = (dir: string): string => {
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe("the embedded database", () => {
  test(
    "a second process on the same directory is refused, and told who has it and what to do",
    { timeout: 60_000 },
    async () => {
      const dataDir = keep(await freshDataDir());
      const db = await open({ dataDir });
      const said = await runChild(dataDir);
      expect(said.code).not.toBe(0);
      expect(said.stderr).toContain(`is in use by process ${process.pid}`);
      expect(said.stderr).toContain("PostgreSQL URL");
      await expect(open({ dataDir })).rejects.toThrow(/in use by process/); // also within one process
      await db.close();
      await (await open({ dataDir })).close();
    },
  );

  test(
    "what was written is there after closing and opening again; migrating again does nothing",
    { timeout: 60_000 },
    async () => {
      const dataDir = keep(await freshDataDir());
      const db = await open({ dataDir });
      await db.query("INSERT INTO setting VALUES ('a', '1', 0)");
      await db.close();
      await db.close(); // twice is fine
      const again = await open({ dataDir });
      expect(await again.query("SELECT key FROM setting")).toEqual([{ key: "a" }]);
      expect(await migrate(again)).toEqual({ applied: 0 });
      await again.close();
    },
  );

  test("a first start that was killed in initdb leaves nothing in the way", { timeout: 120_000 }, async () => {
    const dataDir = keep(mkdtempSync(join(tmpdir(), "dapan-data-")));
    mkdirSync(join(dataDir, "pglite.new"));
    writeFileSync(join(dataDir, "pglite.new", "PG_VERSION"), "half");
    await (await open({ dataDir })).close();
    expect(readdirSync(dataDir)).toEqual(["pglite"]); // no scratch, no lock file
  });

  test(
    "a directory in which no database can be made is said, with what the engine said",
    { timeout: 60_000 },
    async () => {
      await expect(PgliteClient.initialise("/dev/null/pglite")).rejects.toThrow(
        /could not be made in \/dev\/null\/pglite \(1\): .*ENOTDIR/s,
      );
    },
  );

  test("an older program refuses the schema of a newer one", { timeout: 60_000 }, async () => {
    const dataDir = keep(await freshDataDir());
    const db = await open({ dataDir });
    await db.query("INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('future', 9000000000000)");
    await db.close();
    await expect(open({ dataDir })).rejects.toThrow(/upgraded by a newer version.*backup/);
    expect(existsSync(join(dataDir, "dapan.lock"))).toBe(false); // the refusal gives the directory back
  });

  test(
    "two transactions take turns; one query waits for neither error nor commit of another for ever",
    { timeout: 60_000 },
    async () => {
      const dataDir = keep(await freshDataDir());
      const db = await open({ dataDir });
      const order: string[] = [];
      const first = db.transaction(async (tx) => {
        await tx.query("SELECT pg_sleep(0.05)");
        order.push("first");
        throw new Error("gone");
      });
      const second = db.transaction(async (tx) => {
        await tx.query("SELECT 1");
        order.push("second");
      });
      const third = db.query("SELECT 1").then(() => order.push("third"));
      await expect(first).rejects.toThrow("gone");
      await Promise.all([second, third]);
      expect(order).toEqual(["first", "second", "third"]);
      await db.close();
      await expect(db.query("SELECT 1")).rejects.toThrow(/closed/);
    },
  );

  test("a fleet past the limit is refused with the way out; PostgreSQL has no limit", () => {
    expect(() => refuseFleet("pglite", EMBEDDED_CARD_LIMIT + 1)).toThrow(FleetTooLarge);
    expect(() => refuseFleet("pglite", EMBEDDED_CARD_LIMIT + 1)).toThrow(/DATABASE_URL/);
    expect(() => refuseFleet("pglite", EMBEDDED_CARD_LIMIT)).not.toThrow();
    expect(() => refuseFleet("postgres", 1e6)).not.toThrow();
  });
});

describe("the lock", () => {
  test("a living holder on another host is respected, a dead one forgotten", async () => {
    const dir = keep(mkdtempSync(join(tmpdir(), "dapan-lock-")));
    const file = join(dir, "dapan.lock");
    writeFileSync(file, JSON.stringify({ pid: 7, host: "elsewhere" }));
    await expect(lockDataDir(dir, systemClock)).rejects.toThrow("process 7 on elsewhere");
    const old = Date.now() / 1000 - 121;
    utimesSync(file, old, old);
    await (await lockDataDir(dir, systemClock)).release();
    expect(existsSync(file)).toBe(false);
  });
});

async function runChild(dataDir: string): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "ingest-child.ts"), dataDir], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stderr };
}
