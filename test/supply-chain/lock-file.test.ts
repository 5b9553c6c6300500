import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Lock, type Policy, supplyFaults } from "./supply-faults.ts";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
const policy = JSON.parse(readFileSync("security/policy.json", "utf8")) as Policy;
const npmrc = readFileSync(".npmrc", "utf8");

describe("SUP-01 to SUP-05: what an installation consists of", () => {
  test("is what the policy takes", () => {
    expect(supplyFaults(lock, policy, npmrc)).toEqual([]);
  });

  const fault = (change: (copy: { packages: Record<string, Record<string, unknown>> }) => void, rc = npmrc) => {
    const copy = structuredClone(lock) as never as { packages: Record<string, Record<string, unknown>> };
    change(copy);
    return supplyFaults(copy, policy, rc);
  };
  const zod = "node_modules/zod";
  test.each([
    ["a package without a hash", (c) => delete c.packages[zod]!["integrity"], /zod.*sha512/],
    ["a weak hash", (c) => (c.packages[zod]!["integrity"] = "sha1-x"), /zod.*sha512/],
    [
      "a place to fetch it from",
      (c) => (c.packages[zod]!["resolved"] = "git+ssh://git@host/x.git"),
      /zod.*fetched from/,
    ],
    ["a new install script", (c) => (c.packages[zod]!["hasInstallScript"] = true), /zod.*install script/],
    ["an unknown licence", (c) => (c.packages[zod]!["license"] = "AGPL-3.0"), /zod.*AGPL-3\.0/],
    ["no licence", (c) => delete c.packages[zod]!["license"], /zod.*no licence/],
    [
      "a version with a known hole",
      (c) => (c.packages["node_modules/undici"]!["version"] = "7.4.9"),
      /undici 7\.4\.9.*7\.5\.0/,
    ],
    [
      "one dependency too many",
      (c) => {
        const all = c.packages[""]!["dependencies"] as Record<string, string>;
        for (let i = 0; i < 40; i += 1) all[`more-${i}`] = "1.0.0";
      },
      /direct dependencies/,
    ],
  ] as const satisfies readonly (readonly [string, Parameters<typeof fault>[0], RegExp])[])(
    "%s is a fault",
    (_, change, words) => {
      expect(fault(change).join("\n")).toMatch(words);
    },
  );

  test("install scripts switched on are a fault", () => {
    expect(fault(() => undefined, "save-exact=true\n").join("\n")).toMatch(/ignore-scripts/);
  });
});
