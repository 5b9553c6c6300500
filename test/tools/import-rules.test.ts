import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Files that must not pass, and the rule each of them breaks. */
const OFFENDERS: readonly [file: string, text: string, rule: string][] = [
  ["db/model/a.ts", `import { x } from "../store/x.ts"; export const a = x;`, "no-restricted-imports"],
  ["db/model/b.ts", `import { readFileSync } from "node:fs"; export const b = readFileSync;`, "no-restricted-imports"],
  ["db/store/c.ts", `import { x } from "../../server/x.ts"; export const c = x;`, "no-restricted-imports"],
  ["collectors/d.ts", `import { x } from "../db/store/x.ts"; export const d = x;`, "no-restricted-imports"],
  ["server/domain/e.ts", `import { x } from "node:fs"; export const e = x;`, "no-restricted-imports"],
  ["server/domain/f.ts", `import { x } from "../ingest/x.ts"; export const f = x;`, "no-restricted-imports"],
  ["server/usecases/g.ts", `import { x } from "../api/x.ts"; export const g = x;`, "no-restricted-imports"],
  ["server/api/h.ts", `import { x } from "../../db/store/x.ts"; export const h = x;`, "no-restricted-imports"],
  ["reports/i.ts", `import { x } from "../server/x.ts"; export const i = x;`, "no-restricted-imports"],
  ["web/j.ts", `import { x } from "../server/x.ts"; export const j = x;`, "no-restricted-imports"],
  ["web/k.ts", `import { x } from "../db/store/x.ts"; export const k = x;`, "no-restricted-imports"],
  ["server/usecases/l.ts", `export const l = Date.now();`, "no-restricted-properties"],
  ["collectors/m.ts", `export const m = () => fetch("http://127.0.0.1");`, "no-restricted-globals"],
  ["server/ingest/n.ts", `export const n = () => setTimeout(() => {}, 1);`, "no-restricted-globals"],
  [
    "db/store/r.ts",
    `import { sql } from "drizzle-orm"; export const r = (x: string) => sql.raw(x);`,
    "no-restricted-properties",
  ],
  [
    "db/store/s.ts",
    `import { sql } from "drizzle-orm"; export const s = (x: string) => sql.identifier(x);`,
    "no-restricted-properties",
  ],
  ["collectors/o.ts", `import { p } from "./p.ts"; export const o = () => p;`, "no-cycle"],
  ["collectors/p.ts", `import { o } from "./o.ts"; export const p = () => o;`, "no-cycle"],
  ["web/q.tsx", `export const Q = () => <i dangerouslySetInnerHTML={{ __html: "x" }} />;`, "no-danger"],
];
const INNOCENT: readonly [file: string, text: string][] = [
  ["web/ok.ts", `import type { X } from "../server/x.ts"; export type Ok = X;`],
  ["server/clock.ts", `export const now = () => Date.now();`],
  ["server/usecases/ok.ts", `import { x } from "../../db/store/x.ts"; export const ok = x;`],
];

let dir = "";
let found: { filename: string; code: string }[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dapan-rules-"));
  await cp(resolve(".oxlintrc.json"), join(dir, ".oxlintrc.json"));
  for (const [file, text] of [...OFFENDERS, ...INNOCENT]) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), `${text}\n`);
  }
  const json = await new Promise<string>((done) =>
    execFile(resolve("node_modules/.bin/oxlint"), ["-f", "json", "."], { cwd: dir }, (_, out) => done(out)),
  );
  found = (JSON.parse(json) as { diagnostics: { filename: string; code: string }[] }).diagnostics;
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test.each(OFFENDERS)("%s is refused", (file, _, rule) => {
  expect(
    found
      .filter((d) => d.filename === file)
      .map((d) => d.code)
      .join(),
  ).toContain(rule);
});

test.each(INNOCENT)("%s passes", (file) => expect(found.filter((d) => d.filename === file)).toEqual([]));

/** An alias given to a piece of SQL becomes text of the statement; no rule of the linter sees whose method `as` is. */
const givesAlias = (source: string): boolean => /from "drizzle-orm/.test(source) && /\.as\(/.test(source);

test("no statement has an alias that is a value (API-06)", () => {
  const files = ["db", "server"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );
  expect(files.length).toBeGreaterThan(300);
  expect(files.filter((file) => givesAlias(readFileSync(file, "utf8")))).toEqual([]);
  expect(givesAlias('import { sql } from "drizzle-orm"; export const t = (x: string) => sql`1`.as(x);')).toBe(true);
});
