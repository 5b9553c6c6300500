import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CliParts } from "../../../server/cli/parts.ts";
import { buildProgram } from "../../../server/cli/program.ts";
import { systemClock } from "../../../server/clock.ts";
import { freshDataDir, open } from "../../db/databases.ts";

const HEAD = "vendor,model,billing,basis,amount,currency\n";
const GOOD = "va,T4,spot,card_hour,2.5,CNY\n";
const WRONG = "vb,T4,spot,card_hour,0,CNY\n";

let dataDir = "";
let folder = "";
beforeAll(async () => {
  dataDir = await freshDataDir();
  await (await open({ dataDir })).close();
  folder = path.join(dataDir, "files");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "dapan.yaml"), `dataDir: ${dataDir}\nsources: []\n`);
  writeFileSync(path.join(folder, "good.csv"), HEAD + GOOD);
  writeFileSync(path.join(folder, "mixed.csv"), HEAD + GOOD + WRONG);
  writeFileSync(path.join(folder, "odd.csv"), "a,b\n1,2\n");
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function run(file: string, ...flags: string[]) {
  const said: string[] = [];
  const printed: string[] = [];
  const host = { on: () => undefined, off: () => undefined, exit: () => undefined };
  const parts: CliParts = {
    env: {},
    clock: systemClock,
    host,
    say: (line) => void said.push(line),
    print: (text) => void printed.push(text),
  };
  let code: number | null = null;
  const config = path.join(folder, "dapan.yaml");
  const args = ["price", "import", path.join(folder, file), "-c", config, ...flags];
  await buildProgram(parts, (c) => void (code = c)).parseAsync(["node", "dapan", ...args]);
  return { code, said: said.join("\n"), printed: printed.join("\n") };
}

test("without --apply nothing is written, and the preview says what would be", async () => {
  const { code, said, printed } = await run("good.csv");
  expect({ code, said }).toEqual({ code: 0, said: "this was a preview: add --apply to change the price book" });
  expect(printed).toContain("price_book, UTF-8: 1 ok");
  expect(printed).toContain("1 prices added, 0 ended");
});

test("a refused row is named and stops the rest, unless good rows are asked for", async () => {
  const stopped = await run("mixed.csv", "--apply");
  expect(stopped).toMatchObject({ code: 1, said: expect.stringContaining("--good-rows") });
  expect(stopped.printed).toContain('row 3 error: zero in amount "0"');
  expect(await run("mixed.csv", "--apply", "--good-rows")).toMatchObject({
    code: 0,
    said: "applied: 1 added, 0 ended, 0 were so already",
  });
  expect((await run("good.csv", "--apply")).said).toBe("applied: 0 added, 0 ended, 1 were so already");
});

test("what cannot be read ends with code 2 and the way out", async () => {
  expect((await run("odd.csv")).printed).toContain("known: skypilot: InstanceType");
  expect((await run("odd.csv")).code).toBe(2);
  expect(await run("none.csv")).toMatchObject({ code: 2, said: expect.stringContaining("cannot be read") });
  expect(await run("good.csv", "--from", "tomorrow")).toMatchObject({
    code: 2,
    said: expect.stringContaining("2026-11-01"),
  });
});

test("what was taken in stands in the audit as done from here, and the audit can be checked from here", async () => {
  const db = await open({ dataDir });
  const rows = await db.query(
    "SELECT seq, actor->>'kind' AS kind, actor->>'name' AS name, action, outcome, object FROM audit ORDER BY seq",
  );
  await db.close();
  expect(rows[0]).toEqual({
    seq: 1,
    kind: "system",
    name: "cli",
    action: "dapan price import",
    outcome: "done",
    object: "name mixed.csv",
  });
  const verify = async (...flags: string[]) => {
    const printed: string[] = [];
    const host = { on: () => undefined, off: () => undefined, exit: () => undefined };
    const say = () => undefined;
    const parts: CliParts = { env: {}, clock: systemClock, host, say, print: (text) => void printed.push(text) };
    let code: number | null = null;
    const args = ["audit", "verify", "-c", path.join(folder, "dapan.yaml"), ...flags];
    await buildProgram(parts, (c) => void (code = c)).parseAsync(["node", "dapan", ...args]);
    return { code, printed };
  };
  expect(await verify()).toEqual({
    code: 0,
    printed: [`ok    ${rows.length} rows, each in its place and as it was written`],
  });
  expect((await verify("--head", "nonsense")).code).toBe(2);
  expect((await verify("--head", `99 h1:${"a".repeat(43)}`)).printed[0]).toMatch(
    /^FAIL {2}rows \d+ to 99 are gone from the end/,
  );
  const owner = await open({ dataDir });
  await owner.transaction(async (tx) => {
    await tx.query("SET LOCAL session_replication_role = replica");
    await tx.query("UPDATE audit SET reason = 'another' WHERE seq = 1");
  });
  await owner.close();
  expect(await verify()).toMatchObject({ code: 1, printed: [expect.stringMatching(/^FAIL {2}row 1 /)] });
}, 60_000);
