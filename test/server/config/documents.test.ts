import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KEYS } from "../../../server/config/keys.ts";
import { printFaults } from "../../../server/config/print.ts";
import { readConfig } from "../../../server/config/read.ts";

const example = readFileSync("dapan.example.yaml", "utf8");
const manual = readFileSync("docs/configuration.md", "utf8");

const judge = (text: string) => {
  const env = { PROM_PASSWORD: "x", PROM_TOKEN: "x", DAPAN_DB_PASSWORD: "x", DAPAN_SECRET_KEY: "x" };
  const reading = readConfig(text, "dapan.yaml", env);
  return reading.ok ? "" : printFaults(reading.faults);
};

test("the example is a valid configuration", () => expect(judge(example)).toBe(""));

test("the example with everything it offers in comments is valid too", () => {
  const all = example.replaceAll(
    /^(\s*)# (?= *(?:- name|name|type|files|labels|url|matchers|intervalSeconds|replicaLabels|credentials|backfillDays):? ?)/gm,
    "$1",
  );
  expect(all).not.toBe(example);
  expect(judge(all)).toBe("");
});

test("every key, its default and its example stand in the manual", () => {
  for (const [path, { about, fallback, example: line }] of KEYS) {
    if (about === "") continue;
    expect(manual).toContain(`\`${path}\``);
    expect(manual, path).toContain(about);
    if (fallback !== "") expect(manual, path).toContain(fallback);
    expect(manual, path).toContain(line.replaceAll("|", "\\|"));
  }
});

test("every YAML block of the manual is a valid configuration", () => {
  const blocks = [...manual.matchAll(/```yaml\n([\s\S]*?)```/g)].map((m) => m[1] ?? "");
  expect(blocks.length).toBeGreaterThanOrEqual(4);
  for (const block of blocks) expect(judge(block), block).toBe("");
});
