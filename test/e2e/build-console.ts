import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as nap } from "node:timers/promises";
import { promisify } from "node:util";
import { inject } from "vitest";

const vite = path.resolve(path.dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin/vite.js");
const LONGEST_MS = 100_000; // under the limit of a hook

/**
 * The console, built as for a release into the run's own folder (console-dir.ts), once: the first lane builds, the others
 * wait for it. In a process of its own: under the test runner's NODE_ENV the build would carry React's slow development half.
 */
export async function buildConsole(): Promise<string> {
  const folder = inject("consoleDir");
  const dist = path.join(folder, "dist");
  if (isFirst(folder)) {
    const making = path.join(folder, "making");
    const env = { ...process.env, NODE_ENV: "production" };
    const args = [vite, "build", "web", "--outDir", making, "--emptyOutDir", "--logLevel", "warn"];
    await promisify(execFile)(process.execPath, args, { env });
    renameSync(making, dist);
  }
  for (let waited = 0; !existsSync(dist); waited += 100) {
    if (waited > LONGEST_MS) throw new Error("another lane did not build the console; its error stands there");
    await nap(100);
  }
  return dist;
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(path.join(folder, "taken"));
    return true;
  } catch {
    return false;
  }
}
