import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/pglite";
import type { PGlite } from "@electric-sql/pglite";
import type { Database, Orm, Tx } from "./database.ts";
import { lockDataDir } from "./data-lock.ts";
import type { Clock } from "./model/clock.ts";
import { type ClientTx, PgliteClient } from "./pglite-client.ts";
import { syncDirectory } from "./pglite-fs.ts";

/**
 * Opens (or makes) the embedded database in `dataDir/pglite`.
 * @param onFatal told once when the engine stops by itself (a failed fsync, a full disk): nothing can be stored any more
 * @throws DataDirInUse when another process has the directory
 */
export async function openPglite(dataDir: string, clock: Clock, onFatal: (error: Error) => void): Promise<Database> {
  mkdirSync(dataDir, { recursive: true });
  const lock = await lockDataDir(dataDir, clock);
  try {
    const home = join(dataDir, "pglite");
    if (!existsSync(join(home, "PG_VERSION"))) await initialise(dataDir, home);
    const client = await PgliteClient.open(home, onFatal);
    return toDatabase(client, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** initdb in a directory beside, then one rename: a killed first start leaves nothing that looks like a database. */
async function initialise(dataDir: string, home: string): Promise<void> {
  const scratch = join(dataDir, "pglite.new");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
  await PgliteClient.initialise(scratch);
  renameSync(scratch, home);
  syncDirectory(dataDir);
}

function toDatabase(client: PgliteClient, afterClose: () => Promise<void>): Database {
  return {
    kind: "pglite",
    query: async <T>(sql: string, params?: readonly unknown[]) => (await client.query(sql, params)).rows as T[],
    orm: ormOf(client),
    transaction: (work) => client.transaction((tx) => work(toTx(tx))),
    async close() {
      await client.close();
      await afterClose();
    },
  };
}

function toTx(client: ClientTx): Tx {
  return {
    query: async <T>(sql: string, params?: readonly unknown[]) => (await client.query(sql, params)).rows as T[],
    orm: ormOf(client),
    async copyBinary(target, bytes) {
      const blob = ownBuffer(bytes);
      await client.query(`COPY ${target} FROM '/dev/blob' WITH (FORMAT binary)`, [], { blob });
    },
  };
}

/** drizzle asks for a PGlite; our client has the part it uses (ran on 0.45.4: query and transaction). */
const ormOf = (client: PgliteClient | ClientTx): Orm => drizzle(client as unknown as PGlite);

/** The bytes in a buffer of their own, to be handed to the worker instead of copied; the caller's view is then empty. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
