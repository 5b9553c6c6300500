import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/pglite";
import type { PGlite } from "@electric-sql/pglite";
import { type Act, actOf, presentAct } from "./acting.ts";
import type { Database, Orm, Tx } from "./database.ts";
import { lockDataDir } from "./data-lock.ts";
import type { Clock } from "./model/clock.ts";
import { type ClientTx, PgliteClient, type QueryOptions } from "./pglite-client.ts";
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

/**
 * initdb in a directory beside, then one rename: a killed first start leaves nothing that looks like a database. Each
 * start has a directory of its own, for the process that fills it may outlive a killed one by a moment.
 */
async function initialise(dataDir: string, home: string): Promise<void> {
  for (const name of readdirSync(dataDir))
    if (name.startsWith(SCRATCH)) rmSync(join(dataDir, name), { recursive: true, force: true });
  const scratch = mkdtempSync(join(dataDir, `${SCRATCH}-`));
  await PgliteClient.initialise(scratch);
  renameSync(scratch, home);
  syncDirectory(dataDir);
}

const SCRATCH = "pglite.new";

function toDatabase(client: PgliteClient, afterClose: () => Promise<void>): Database {
  return {
    kind: "pglite",
    query: async <T>(sql: string, params?: readonly unknown[]) => (await statement(client, sql, params)).rows as T[],
    orm: ormOf({ query: (sql, params, options) => statement(client, sql, params, options) }),
    transaction: (work) => inTransaction(client, presentAct(), (tx) => work(toTx(tx))),
    script: (sql) => client.script(sql),
    async close() {
      await client.close();
      await afterClose();
    },
  };
}

/** A statement by itself; one of somebody's act that may write gets a transaction that says whose it is. */
function statement(
  client: PgliteClient,
  sql: string,
  params?: readonly unknown[],
  options?: QueryOptions,
): ReturnType<ClientTx["query"]> {
  const act = actOf(sql);
  if (act === null) return client.query(sql, params, options);
  return inTransaction(client, act, (tx) => tx.query(sql, params, options));
}

function inTransaction<T>(client: PgliteClient, act: Act | null, work: (tx: ClientTx) => Promise<T>): Promise<T> {
  if (act === null) return client.transaction(work);
  return act.follow(
    client.transaction(async (tx) => {
      await act.enter(async (sql, params) => (await tx.query(sql, params)).rows);
      return await work(tx);
    }),
  );
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
const ormOf = (client: ClientTx): Orm => drizzle(client as unknown as PGlite);

/** The bytes in a buffer of their own, to be handed to the worker instead of copied; the caller's view is then empty. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
