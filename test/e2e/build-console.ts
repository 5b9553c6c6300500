import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const vite = path.resolve(path.dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin/vite.js");

/**
 * The console, built as for a release into a folder of its own: lanes running side by side do not overwrite each other.
 * In a process of its own too: under the test runner's NODE_ENV the build would carry React's slow development half.
 */
export async function buildConsole(): Promise<{ readonly dist: string; readonly remove: () => void }> {
  const dist = mkdtempSync(path.join(tmpdir(), "dapan-console-"));
  const env = { ...process.env, NODE_ENV: "production" };
  await promisify(execFile)(
    process.execPath,
    [vite, "build", "web", "--outDir", dist, "--emptyOutDir", "--logLevel", "warn"],
    { env },
  );
  return { dist, remove: () => rmSync(dist, { recursive: true, force: true }) };
}
