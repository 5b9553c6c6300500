import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const TOP = ["web", "server", "collectors", "db", "reports", "test", "docs", "bin"];
const MADE_LATER = new Set(["test/e2e/screenshots", "web/dist"]);

/** Paths a document names: targets of its links, and names in backticks that begin with one of our folders. */
function namedPaths(file: string, text: string): string[] {
  const links = Array.from(text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g), (m) => m[1]!).filter(
    (l) => !/^[a-z]+:/.test(l),
  );
  const code = Array.from(text.matchAll(/`([\w.-]+(?:\/[\w.*-]+)+\/?)`/g), (m) => m[1]!).filter(
    (p) => TOP.includes(p.split("/")[0]!) && !p.includes("*") && !p.includes("<"),
  );
  return [...links.map((l) => normalize(join(dirname(file), l))), ...code.map((p) => p.replace(/\/$/, ""))];
}

const documents = [...(await readdir(".")), ...(await readdir("docs")).map((f) => `docs/${f}`)].filter((f) =>
  f.endsWith(".md"),
);

test.each(documents)("every file that %s names is there", async (document) => {
  const missing = namedPaths(document, await readFile(document, "utf8")).filter(
    (p) => !existsSync(p) && !MADE_LATER.has(p),
  );
  expect(missing).toEqual([]);
});

test("a name of a file that is gone is found", () => {
  expect(namedPaths("docs/a.md", "see `server/gone.ts` and [x](../web/gone.ts)")).toEqual([
    "web/gone.ts",
    "server/gone.ts",
  ]);
});
