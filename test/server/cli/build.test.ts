import { execFile } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VERSION } from "../../../server/cli/version.ts";
import { freshDataDir } from "../../db/databases.ts";

const run = promisify(execFile);
/** Beside node_modules, so that packages resolve as they do from dist. */
const OUT = path.resolve("node_modules/.cache/dapan-build-test");
const main = path.join(OUT, "server", "main.js");
let dataDir: string;

beforeAll(async () => {
  dataDir = await freshDataDir();
  const env = { ...process.env, DAPAN_DIST: OUT };
  await run(process.execPath, ["node_modules/rolldown/bin/cli.mjs", "-c", "rolldown.server.ts"], { env });
});
afterAll(() => {
  rmSync(OUT, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
});

test("the build runs without the sources", async () => {
  const { stdout, stderr } = await run(process.execPath, [main, "--version"]);
  expect(stdout.trim()).toBe(VERSION);
  expect(stderr).toBe("");
});

test("the build brings its migrations and its database worker", { timeout: 60_000 }, async () => {
  expect(existsSync(path.join(OUT, "db", "migrations", "meta", "_journal.json"))).toBe(true);
  const file = path.join(dataDir, "dapan.yaml");
  writeFileSync(file, `dataDir: ${dataDir}`);
  const { stderr } = await run(process.execPath, [main, "migrate", "-c", file], {
    env: { ...process.env, DATABASE_URL: "" },
  });
  expect(stderr).toContain("the schema is up to date");
});

test("our own code is inside, packages are not", async () => {
  const { stdout } = await run("grep", [
    "-rlE",
    '^(import|export).*from "(\\.\\./)+(server|db|collectors)/',
    path.join(OUT, "server"),
  ]).catch(() => ({ stdout: "" }));
  expect(stdout).toBe("");
  expect(existsSync(path.join(OUT, "node_modules"))).toBe(false);
});
