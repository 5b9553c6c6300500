import { CommanderError } from "commander";
import { expect, test } from "vitest";
import type { CliParts } from "../../../server/cli/parts.ts";
import { buildProgram } from "../../../server/cli/program.ts";
import { VERSION } from "../../../server/cli/version.ts";
import { systemClock } from "../../../server/clock.ts";

async function run(...args: string[]) {
  const said: string[] = [];
  const printed: string[] = [];
  const host = { on: () => undefined, off: () => undefined, exit: () => undefined };
  const parts: CliParts = {
    env: {},
    clock: systemClock,
    host,
    say: (l) => void said.push(l),
    print: (t) => void printed.push(t),
  };
  let code: number | null = null;
  try {
    await buildProgram(parts, (c) => void (code = c)).parseAsync(["node", "dapan", ...args]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode;
  }
  return { code, said: said.join("\n"), printed: printed.join("\n") };
}

test("--version is the package's", async () => {
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+/);
  expect(await run("--version")).toMatchObject({ code: 0, printed: VERSION });
});

test("--help lists every command", async () => {
  const { printed } = await run("--help");
  for (const command of ["serve", "demo", "migrate", "doctor", "agent"]) expect(printed).toContain(`  ${command} `);
});

test.each([
  [["demo", "--cards", "0"], "a whole number, 1 to 20000"],
  [["demo", "--cards", "1e3"], "a whole number"],
  [["demo", "--port", "70000"], "0 to 65535"],
  [["demo", "--crads", "5"], "Did you mean --cards"],
  [["sevre"], "Did you mean serve"],
  [["agent", "--port", "x"], "a whole number"],
])("%j is refused with the way out", async (args, words) => {
  const { code, said } = await run(...args);
  expect(code).toBe(1);
  expect(said).toContain(words);
});

test("a config that is not there is told with the way out", async () => {
  const { code, said } = await run("serve", "-c", "/nowhere/dapan.yaml");
  expect(code).toBe(2);
  expect(said).toContain("no such file");
  expect(said).toContain("cp dapan.example.yaml dapan.yaml");
});
