import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const TELL = `process.on("exit", () => process.stdout.write(" " + ("__proto__" in {})))`;
const said = (...args: readonly string[]): string =>
  execFileSync(process.execPath, ["--import", `data:text/javascript,${encodeURIComponent(TELL)}`, ...args], {
    encoding: "utf8",
  });

test("the program runs where no object has __proto__ (API-07)", () => {
  expect(said("-e", "0")).toBe(" true");
  expect(said("bin/dapan.js", "--version")).toMatch(/^\S+\n false$/);
});
