import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authHeaders, databaseUrlOf, readSecret } from "../../../server/config/secrets.ts";

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "dapan-secrets-"));
  writeFileSync(at("good"), "p@ss/word#1\n");
  writeFileSync(at("lines"), "one\ntwo\n");
  writeFileSync(at("empty"), "\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a secret is the one line of its file, without the line break", async () => {
  expect(await readSecret({ kind: "file", path: at("good") }, {})).toBe("p@ss/word#1");
});

test.each(["lines", "empty", "none"])("file %s is refused by name, never by content", async (name) => {
  const failing = readSecret({ kind: "file", path: at(name) }, {});
  await expect(failing).rejects.toThrow(at(name));
  await expect(failing).rejects.not.toThrow("two");
});

test("headers are made for each kind of credentials", async () => {
  const password = { kind: "env", name: "PW" } as const;
  expect(await authHeaders({ kind: "none" }, {})).toEqual({});
  expect(await authHeaders({ kind: "bearer", token: password }, { PW: "t" })).toEqual({ authorization: "Bearer t" });
  expect(await authHeaders({ kind: "basic", username: "大", password }, { PW: "盘" })).toEqual({
    authorization: `Basic ${Buffer.from("大:盘").toString("base64")}`,
  });
});

test("the database password is escaped into the address", async () => {
  const password = { kind: "file", path: at("good") } as const;
  const url = await databaseUrlOf({ kind: "postgres", url: "postgres://dapan@db:5432/x", password }, {});
  expect(decodeURIComponent(new URL(url).password)).toBe("p@ss/word#1");
  expect(new URL(url).host).toBe("db:5432");
});
