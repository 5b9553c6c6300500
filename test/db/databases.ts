import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { Database } from "../../db/database.ts";
import { openDatabase } from "../../db/open.ts";
import { systemClock } from "../../server/clock.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../services/postgres.ts";

/** initdb takes PGlite 4 to 8 seconds: done once per machine, copied for each test. Named by what it was made with. */
const TEMPLATE = join(tmpdir(), "dapan-test-pglite-0.5.16");

/** A new data directory with a fresh embedded database in it, not migrated. The caller removes it. */
export async function freshDataDir(): Promise<string> {
  if (!existsSync(TEMPLATE)) await makeTemplate();
  const dataDir = mkdtempSync(join(tmpdir(), "dapan-data-"));
  cpSync(TEMPLATE, dataDir, { recursive: true });
  return dataDir;
}

async function makeTemplate(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "dapan-template-"));
  const { PgliteClient } = await import("../../db/pglite-client.ts");
  mkdirSync(join(scratch, "pglite"));
  await PgliteClient.initialise(join(scratch, "pglite"));
  try {
    renameSync(scratch, TEMPLATE);
  } catch {
    rmSync(scratch, { recursive: true }); // another test file was first
  }
}

export const open = async (at: { url: string } | { dataDir: string }): Promise<Database> =>
  await openDatabase({ at, clock: systemClock, onFatal: () => undefined });

/** The suite on the embedded database, one database for all of it. */
export function onPglite(title: string, suite: (db: () => Database) => void): void {
  describe(`${title} (PGlite)`, () => {
    let dataDir = "";
    let db: Database;
    beforeAll(async () => {
      dataDir = await freshDataDir();
      db = await open({ dataDir });
    });
    afterAll(async () => {
      await db?.close();
      rmSync(dataDir, { recursive: true, force: true });
    });
    suite(() => db);
  });
}

/** The same suite on PostgreSQL 15. Skipped with a printed reason where the server is not installed. */
export function onPostgres(title: string, suite: (db: () => Database) => void): void {
  const why = whyNoPostgres();
  if (why) console.warn(`skipped: ${title} (PostgreSQL): ${why}`);
  describe.skipIf(why !== null)(`${title} (PostgreSQL)`, () => {
    let service: PostgresService;
    let db: Database;
    beforeAll(async () => {
      service = await startPostgres();
      db = await open({ url: service.url });
    });
    afterAll(async () => {
      await db?.close();
      await service?.stop();
    });
    suite(() => db);
  });
}
