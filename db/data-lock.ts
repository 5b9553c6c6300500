import { createHash } from "node:crypto";
import { readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Clock, Timer } from "./model/clock.ts";

/** Thrown when another process has the data directory. PGlite itself would let both in and lose rows. */
export class DataDirInUse extends Error {
  override readonly name = "DataDirInUse";
}

export type DataLock = { release(): Promise<void> };

type Owner = { readonly pid: number; readonly host: string };

const HEARTBEAT_MS = 30_000;
/** A holder on another machine that has not touched its file for this long is taken for dead. */
const STALE_MS = 4 * HEARTBEAT_MS;

/**
 * Takes the data directory for this process, or says who has it.
 *
 * On one machine an abstract unix socket decides: the kernel frees it when the process dies, however it dies. It cannot
 * be seen from another machine or container that mounts the same volume, so the owner is also written to a file, whose
 * time is renewed every 30 s.
 * @throws DataDirInUse with the owner and the way out
 */
export async function lockDataDir(dataDir: string, clock: Clock): Promise<DataLock> {
  const path = realpathSync(dataDir);
  const file = join(path, "dapan.lock");
  const server = await listen(`\0dapan-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`, path, file);
  try {
    refuseForeignOwner(file, path, clock);
    writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() } satisfies Owner));
  } catch (error) {
    server?.close();
    throw error;
  }
  let beat = renew();
  return {
    async release() {
      beat.cancel();
      rmSync(file, { force: true });
      await new Promise<void>((done) => (server ? server.close(() => done()) : done()));
    },
  };

  function renew(): Timer {
    return clock.after(HEARTBEAT_MS, () => {
      const seconds = clock.now() / 1000;
      utimesSync(file, seconds, seconds);
      beat = renew();
    });
  }
}

/** Binds the socket; null where abstract sockets do not exist (macOS), where the owner's pid decides instead. */
async function listen(name: string, path: string, file: string): Promise<Server | null> {
  if (process.platform !== "linux") {
    const owner = readOwner(file);
    if (owner && owner.host === hostname() && isAlive(owner.pid)) throw inUse(path, owner);
    return null;
  }
  const server = createServer((socket) => socket.destroy());
  return await new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? inUse(path, readOwner(file)) : error),
    );
    server.listen(name, () => resolve(server.unref()));
  });
}

function refuseForeignOwner(file: string, path: string, clock: Clock): void {
  const owner = readOwner(file);
  if (owner === null || owner.host === hostname()) return; // on this host the socket has already decided
  if (clock.now() - statSync(file).mtimeMs < STALE_MS) throw inUse(path, owner);
}

function inUse(path: string, owner: Owner | null): DataDirInUse {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : "another process";
  return new DataDirInUse(
    `data directory ${path} is in use by ${who}. Stop it first, or give this one its own directory; for several ` +
      `processes on the same data set a PostgreSQL URL. A holder that died on another host is forgotten after ` +
      `${STALE_MS / 60_000} minutes.`,
  );
}

function readOwner(file: string): Owner | null {
  try {
    const said: unknown = JSON.parse(readFileSync(file, "utf8"));
    const { pid, host } = said as Partial<Owner>;
    return typeof pid === "number" && typeof host === "string" ? { pid, host } : null;
  } catch {
    return null; // none yet, or cut off by a crash while it was written
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
