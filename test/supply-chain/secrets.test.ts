import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What only a secret looks like. */
const SECRETS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a private key", /-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----/],
  ["a key of AWS", /\bAKIA[0-9A-Z]{16}\b/],
  ["a token of GitHub", /\bgh[pousr]_[A-Za-z0-9]{36}\b/],
  ["a token of Slack", /\bxox[abpr]-\d{10,}-[A-Za-z0-9-]{20,}\b/],
  ["a token of npm", /\bnpm_[A-Za-z0-9]{36}\b/],
];
/** Keys that are made for tests, and open nothing. */
const TEST_ONLY = /^test\//;

const secretsIn = (text: string): string[] => SECRETS.filter(([, like]) => like.test(text)).map(([what]) => what);

test("SUP-08: no file of the repository holds a secret", () => {
  const { stdout } = spawnSync("git", ["ls-files", "-z"], { encoding: "utf8", maxBuffer: 2 ** 26 });
  const files = stdout.split("\0").filter((file) => file !== "" && !TEST_ONLY.test(file));
  expect(files.length).toBeGreaterThan(500);
  expect(files.flatMap((file) => secretsIn(readFileSync(file, "utf8")).map((what) => `${file}: ${what}`))).toEqual([]);
});

test("a secret that slipped in is seen", () => {
  expect(secretsIn("x\n-----BEGIN PRIVATE KEY-----\n")).toEqual(["a private key"]);
  expect(secretsIn(`AKIA${"A".repeat(16)}`)).toEqual(["a key of AWS"]);
});
