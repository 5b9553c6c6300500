import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SYSTEM_RULES } from "../../../../server/domain/alerts/system-rules.ts";
import { BUILT_IN_RULES } from "../../../../server/domain/health/built-in.ts";

const FOLDER = new URL("../../../../docs/runbooks/", import.meta.url);
const pages = new Map(
  readdirSync(FOLDER).map((file) => [file.replace(/\.md$/, ""), readFileSync(new URL(file, FOLDER), "utf8")]),
);
const rules = [...BUILT_IN_RULES, ...SYSTEM_RULES.map(({ rule }) => rule)];

test("every rule has a runbook, and every runbook a rule", () => {
  expect(rules.filter(({ runbook }) => !pages.has(runbook)).map(({ id }) => id)).toEqual([]);
  expect([...pages.keys()].filter((page) => !rules.some(({ runbook }) => runbook === page))).toEqual([]);
});

test("a runbook names the rules it is for, and no others", () => {
  for (const [page, text] of pages) {
    const line = text.split("\n").find((one) => one.startsWith("规则：")) ?? "";
    const named = [...line.matchAll(/`([a-z0-9-]+)`/g)].map(([, id]) => id);
    const known = BUILT_IN_RULES.filter(({ runbook }) => runbook === page).map(({ id }) => id);
    expect([page, new Set(named)]).toEqual([page, new Set(known)]);
  }
});

test("a runbook says in both languages what it means, what to check, what to do and when to escalate", () => {
  for (const [page, text] of pages) {
    const missing = [
      "**含义**",
      "**检查**",
      "**处理**",
      "**升级**",
      "**Means**",
      "**Check**",
      "**Do**",
      "**Escalate**",
      "Source: ",
    ].filter((part) => !text.includes(part));
    expect([page, ...missing]).toEqual([page]);
    expect(text.indexOf("**升级**")).toBeLessThan(text.indexOf("**Means**"));
  }
});
