import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CliParts } from "../../../server/cli/parts.ts";
import { buildProgram } from "../../../server/cli/program.ts";
import { systemClock } from "../../../server/clock.ts";
import { freshDataDir, open } from "../../db/databases.ts";

const GOOD = `features:
  - {key: chat, name: 聊天, unit: 1k tokens}
rules:
  - {name: chat, feature: chat, match: {namespace: chat}}
unitPrices:
  - {feature: chat, price: 0.02, currency: CNY}
`;

let dataDir = "";
let folder = "";
beforeAll(async () => {
  dataDir = await freshDataDir();
  await (await open({ dataDir })).close();
  folder = path.join(dataDir, "files");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "dapan.yaml"), `dataDir: ${dataDir}\nsources: []\n`);
  writeFileSync(path.join(folder, "good.yaml"), GOOD);
  writeFileSync(
    path.join(folder, "wrong.yaml"),
    GOOD.replace("chat, match", "chta, match").replace("0.02", '"1,234.5"'),
  );
  writeFileSync(path.join(folder, "deep.yaml"), "[".repeat(5_000) + "]".repeat(5_000));
  writeFileSync(path.join(folder, "picture.yaml"), Uint8Array.from([0x50, 0x4b, 0x03, 0x04, 0, 0]));
  const gbk = [0xc1, 0xc4, 0xcc, 0xec]; // 聊天
  const [before = "", after = ""] = GOOD.split("聊天");
  writeFileSync(
    path.join(folder, "gbk.yaml"),
    Uint8Array.from([...Buffer.from(before), ...gbk, ...Buffer.from(after)]),
  );
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function run(...flags: string[]) {
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
  const args = ["apply", "-c", path.join(folder, "dapan.yaml"), ...flags];
  await buildProgram(parts, (c) => void (code = c)).parseAsync(["node", "dapan", ...args]);
  return { code, said: said.join("\n"), printed: printed.join("\n") };
}
const file = (name: string) => ["-f", path.join(folder, name)];

test("a dry run says what would change and writes nothing; --yes writes it once", async () => {
  const dry = await run(...file("good.yaml"), "--dry-run");
  expect(dry).toMatchObject({ code: 0, said: "this was a dry run: add --yes to apply it" });
  expect(dry.printed.split("\n")).toEqual([
    '+ feature chat: name "聊天", kind "inference", unit "1k tokens"',
    '+ rule chat: feature "chat", namespace "chat"',
    expect.stringContaining("+ unit price chat"),
    "3 changes, 0 as before",
  ]);
  expect(await run(...file("good.yaml"), "--yes")).toMatchObject({ code: 0, said: "applied: 3 changes" });
  const again = await run(...file("good.yaml"), "--yes");
  expect(again).toMatchObject({
    code: 0,
    said: "it was all so already; nothing was written",
    printed: "nothing changes",
  });
});

test("what was saved in GBK is read, and said to be", async () => {
  const { code, said, printed } = await run(...file("gbk.yaml"));
  expect({ code, printed }).toEqual({ code: 0, printed: "nothing changes" });
  expect(said).toContain("read as GBK");
  expect(said).toContain("this was a dry run");
});

test("an export applied again changes nothing", async () => {
  const { code, printed } = await run("--export");
  expect(code).toBe(0);
  writeFileSync(path.join(folder, "export.yaml"), printed);
  expect((await run(...file("export.yaml"))).printed).toBe("nothing changes");
});

test("faults are told all at once with line and column, and end with code 1", async () => {
  const { code, said, printed } = await run(...file("wrong.yaml"), "--yes");
  expect({ code, said }).toEqual({ code: 1, said: "2 faults; nothing is applied" });
  expect(printed.split("\n")).toEqual([
    expect.stringContaining('line 4, column 27: rules[0].feature  "chta": there is no feature of this key'),
    expect.stringContaining('line 6, column 28: unitPrices[0].price  "1,234.5": write a plain decimal'),
  ]);
  expect((await run(...file("deep.yaml"))).printed).toContain("it nests deeper than any key is");
});

test("what cannot be read ends with code 2 and the way out", async () => {
  expect(await run(...file("none.yaml"))).toMatchObject({ code: 2, said: expect.stringContaining("cannot be read") });
  expect(await run(...file("picture.yaml"))).toMatchObject({
    code: 2,
    said: expect.stringContaining("save it as UTF-8"),
  });
  expect(await run()).toMatchObject({ code: 2, said: expect.stringContaining("-f features.yaml") });
  expect(await run(...file("good.yaml"), "--yes", "--dry-run")).toMatchObject({ code: 2 });
});
