import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CliParts } from "../../../server/cli/parts.ts";
import { buildProgram } from "../../../server/cli/program.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { NOW, seedLedger, ZONE } from "../usecases/costs/seeded-ledger.ts";

let dataDir = "";
let folder = "";
beforeAll(async () => {
  dataDir = await freshDataDir();
  folder = path.join(dataDir, "files");
  mkdirSync(folder);
  const db = await open({ dataDir });
  await seedLedger(db, 3);
  await db.close();
  const listen = "listen: { host: 127.0.0.1, port: 7070 }";
  writeFileSync(
    path.join(folder, "dapan.yaml"),
    `dataDir: ${dataDir}\ntimeZone: ${ZONE}\ncurrency: CNY\n${listen}\nsources: []\n`,
  );
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function run(...flags: string[]) {
  const said: string[] = [];
  const host = { on: () => undefined, off: () => undefined, exit: () => undefined };
  const clock = { ...manualClock(NOW), after: () => ({ cancel: () => undefined }) }; // nothing here takes long
  const parts: CliParts = { env: {}, clock, host, say: (line) => void said.push(line), print: () => undefined };
  let code: number | null = null;
  const args = ["report", ...flags, "-c", path.join(folder, "dapan.yaml")];
  await buildProgram(parts, (c) => void (code = c)).parseAsync(["node", "dapan", ...args]);
  return { code, said: said.join("\n") };
}

test("a report is written from the database alone, as PDF", async () => {
  const out = path.join(folder, "weekly.pdf");
  const { code, said } = await run("weekly", "--lang", "en", "--out", out);
  expect(said).toMatch(/weekly\.pdf: \d+ pages, \d+ bytes/);
  expect(code).toBe(0);
  expect(readFileSync(out).subarray(0, 5).toString()).toBe("%PDF-");
});

test.each([
  [["weekly", "--zone", "Mars/Olympus"], "no such time zone"],
  [["weekly", "--period", "2026-10"], "write 2026-W46"],
  [["weekly", "--period", "2026-W54"], "no such period"],
  [["monthly", "--period", "2999-01"], "not over yet"],
])("%j is refused with the way out", async (flags, words) => {
  const { code, said } = await run(...flags);
  expect(said).toContain(words);
  expect(code).toBe(2);
});

test("a folder that is not there is named", async () => {
  const { code, said } = await run("weekly", "--out", path.join(folder, "nowhere", "weekly.pdf"));
  expect(said).toContain("cannot be written (ENOENT)");
  expect(code).toBe(2);
});
