import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "vite";

/** The console, built as for a release into a folder of its own: lanes running side by side do not overwrite each other. */
export async function buildConsole(): Promise<{ readonly dist: string; readonly remove: () => void }> {
  const dist = mkdtempSync(path.join(tmpdir(), "dapan-console-"));
  await build({ root: path.resolve("web"), logLevel: "warn", build: { outDir: dist, emptyOutDir: true } });
  return { dist, remove: () => rmSync(dist, { recursive: true, force: true }) };
}
