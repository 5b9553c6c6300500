import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { bad, type Check, ok, warn } from "./check.ts";

const GIB = 2 ** 30;

/** Node's own version: 20.19 is the first that loads ES modules the way the build needs. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const isEnough = major > 20 || (major === 20 && minor >= 19);
  return isEnough ? ok("node", version) : bad("node", version, "install Node 20.19 or newer");
}

/** What the embedded database wants at 10,000 cards; a PostgreSQL beside us wants less of ours. */
export function checkMemory(totalBytes = os.totalmem()): Check {
  const found = `${(totalBytes / GIB).toFixed(1)} GiB of memory`;
  return totalBytes >= GIB
    ? ok("memory", found)
    : warn("memory", found, "give it 1 GiB or more, or use PostgreSQL on another machine");
}

/** Room under the data directory, or under the nearest folder above it that exists. */
export async function checkDisk(dataDir: string): Promise<Check> {
  let folder = path.resolve(dataDir);
  while (!existsSync(folder) && folder !== path.dirname(folder)) folder = path.dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  return judgeDisk(bavail * bsize, folder);
}

export function judgeDisk(freeBytes: number, folder: string): Check {
  const found = `${(freeBytes / GIB).toFixed(1)} GiB free at ${folder}`;
  if (freeBytes < GIB)
    return bad("disk", found, "free some space or move dataDir: a full disk stops the embedded database");
  return freeBytes < 5 * GIB
    ? warn("disk", found, "10,000 cards take about 5 GiB over the kept time")
    : ok("disk", found);
}

/** Whether the port can be had. Taken may also mean that Dapan itself is up. */
export async function checkPort(listen: { readonly host: string; readonly port: number }): Promise<Check> {
  const where = `${listen.host}:${listen.port}`;
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      resolve(
        taken
          ? warn(
              "listen",
              `${where} is taken`,
              "fine when Dapan is running; else stop the other one or change listen.port",
            )
          : bad(
              "listen",
              `${where} cannot be bound: ${error.code ?? error.message}`,
              "change listen.host or listen.port",
            ),
      );
    });
    server.listen({ ...listen, exclusive: true }, () => server.close(() => resolve(ok("listen", `${where} is free`))));
  });
}

/** A clock before this program was written is wrong. */
const WRITTEN = Date.UTC(2026, 0, 1);
export function checkClock(now: number): Check {
  const found = new Date(now).toISOString();
  return now >= WRITTEN
    ? ok("clock", found)
    : bad("clock", found, "set the machine's clock (NTP): every fact carries its time");
}
