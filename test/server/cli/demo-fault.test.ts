import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serveFleet, type FleetServer } from "../../../collectors/simulator/serve.ts";
import { buildProgram } from "../../../server/cli/program.ts";
import { systemClock } from "../../../server/clock.ts";
import { removeNote, writeNote } from "../../../server/demo-note.ts";

let dataDir = "";
let fleet: FleetServer;
beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), "dapan-fault-"));
  fleet = await serveFleet({ clock: systemClock, seed: 1, cards: 200, pastDays: 1 });
});
afterEach(async () => {
  await fleet.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function run(...words: string[]) {
  const said: string[] = [];
  let code = -1;
  const host = { on: () => undefined, off: () => undefined, exit: () => undefined };
  const parts = {
    env: {},
    clock: systemClock,
    host,
    say: (line: string) => void said.push(line),
    print: (text: string) => void said.push(text),
  };
  await buildProgram(parts, (found) => (code = found)).parseAsync(["node", "dapan", "demo", "fault", ...words]);
  return { code, said: said.join("\n") };
}

test("a fault of a running demo says whom it struck, and until when", async () => {
  await writeNote(dataDir, fleet.url);
  const { code, said } = await run("drop", "--minutes", "4", "--data-dir", dataDir);
  expect(said).toMatch(/^drop: card GPU-[\w-]+ on node \S+, until 2/);
  expect(code).toBe(0);
});

test("what cannot be struck says what can", async () => {
  await writeNote(dataDir, fleet.url);
  expect(await run("drop", "--node", "nowhere", "--data-dir", dataDir)).toMatchObject({
    code: 1,
    said: expect.stringContaining("there are ") as string,
  });
});

test("without a demo it says how to start one", async () => {
  await removeNote(dataDir);
  const { code, said } = await run("drop", "--data-dir", dataDir);
  expect(said).toContain("Start one with `dapan demo`");
  expect(code).toBe(1);
});
