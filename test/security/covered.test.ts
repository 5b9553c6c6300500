import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GUARDS } from "./guard-list.ts";
import { grantsTooMuch } from "./manifests.ts";

const numbered = (group: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${group}-${String(from + i).padStart(2, "0")}`);
/** The list of faults and attacks that doors and locks are built against. */
const CHECKS = [
  ...numbered("API", 1, 15),
  ...numbered("AUT", 1, 20),
  ...numbered("WEB", 1, 11),
  ...numbered("SCR", 11, 14),
  ...numbered("WHK", 11, 11),
  ...numbered("SUP", 1, 5),
];

test("each check has a guard whose absence was noticed", () => {
  const guarded = new Set(GUARDS.map(({ check }) => check));
  expect(CHECKS.filter((check) => !guarded.has(check))).toEqual([]);
  expect([...guarded].filter((check) => !CHECKS.includes(check))).toEqual([]);
});

const NOT_OURS = /(?:^|\/)(?:node_modules|dist|\.git|data)(?:\/|$)/;
const manifests = readdirSync(".", { withFileTypes: true })
  .filter(({ name }) => !NOT_OURS.test(name))
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(entry.name, { recursive: true, encoding: "utf8" }).map((name) => `${entry.name}/${name}`)
      : [entry.name],
  )
  .filter((name) => /\.ya?ml$/.test(name) && !NOT_OURS.test(name));

test("what we ship asks a cluster for nothing but to read nodes and pods (AUT-14)", () => {
  expect(manifests).toContain("dapan.example.yaml");
  expect(manifests.flatMap((name) => grantsTooMuch(readFileSync(name, "utf8")))).toEqual([]);
});

test.each([
  ["kind: ClusterRole\nrules: [{ verbs: [get, list, watch], resources: [nodes, pods] }]", []],
  ["kind: Role\nrules: [{ verbs: [get, create], resources: [pods, secrets] }]", ["create", "secrets"]],
  ["a: 1\n---\nkind: ClusterRole\nrules: [{ verbs: ['*'], resources: ['*'] }]", ["*", "*"]],
  ["kind: ClusterRole\nrules: [{ verbs: [get], nonResourceURLs: [/metrics] }]", ["/metrics"]],
  ["kind: ClusterRole\nrules: [{ verbs: [get], resources: [pods/log] }]", ["pods/log"]],
  ["kind: List\nitems: [{ kind: Role, rules: [{ verbs: [delete], resources: [pods] }] }]", ["delete"]],
  ["kind: ClusterRoleBinding\nroleRef: { kind: ClusterRole, name: cluster-admin }", ["cluster-admin"]],
])("a manifest that asks for more is noticed (AUT-14): %s", (text, found) =>
  expect(grantsTooMuch(text)).toEqual(found),
);
