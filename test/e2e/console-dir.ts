import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    consoleDir: string; // of this run: build-console.ts
  }
}

/** A folder for the console that the lanes of a run share; it goes with the run. */
export default function giveConsoleDir(project: TestProject): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "dapan-console-"));
  project.provide("consoleDir", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
