import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDataDir } from "../../db/databases.ts";

/** The real program as a process of its own, over the embedded database. */
let dataDir: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  dataDir = await freshDataDir();
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
});

const configFile = () => path.join(dataDir, "dapan.yaml");
const write = (text: string) => writeFileSync(configFile(), text);

type Line = { level: string; msg: string; url?: string };

async function serve() {
  const env = { ...process.env, DAPAN_FROM_SOURCE: "1", DATABASE_URL: "" };
  const child = spawn(process.execPath, ["bin/dapan.js", "serve", "-c", configFile()], { env });
  children.push(child);
  const lines: Line[] = [];
  let text = "";
  let errors = "";
  child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString()));
  child.stdout.on("data", (bytes: Buffer) => {
    text += bytes.toString();
    const rows = text.split("\n");
    text = rows.pop() ?? "";
    for (const row of rows) lines.push(JSON.parse(row) as Line);
  });
  const exit = once(child, "exit") as Promise<[number | null]>;
  const url = () => lines.find((l) => l.url !== undefined)?.url ?? "";
  await expect.poll(() => url() || errors, { timeout: 60_000 }).not.toBe("");
  if (url() === "") throw new Error(errors);
  return { child, lines, url: url(), exit };
}

const ready = async (url: string) => (await (await fetch(`${url}/readyz`)).json()) as Record<string, unknown>;

describe("dapan serve", () => {
  test("keeps the old config when the new is wrong, and stops with streams open", { timeout: 120_000 }, async () => {
    write(`listen: {port: 0}\ndataDir: ${dataDir}\ntimeZone: Asia/Shanghai`);
    const { child, lines, url, exit } = await serve();
    expect(await ready(url)).toEqual({ ready: true, database: "ok", config: "ok" });

    write(`listen: {port: 0}\ndataDir: ${dataDir}\ntimeZone: Asia/Shangai`);
    child.kill("SIGHUP");
    await expect.poll(() => ready(url)).toEqual({ ready: true, database: "ok", config: "reload refused" });
    const summary = await (await fetch(`${url}/api/trpc/fleet.summary`)).json();
    expect(summary).toMatchObject({ result: { data: { zone: "Asia/Shanghai" } } });
    expect(lines.find((l) => l.level === "error")?.msg).toContain("the old one stays in force");
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^dapan_config_ok 0$/m);

    write(`listen: {port: 0}\ndataDir: ${dataDir}\ntimeZone: Asia/Tokyo`);
    child.kill("SIGHUP");
    await expect.poll(() => ready(url)).toMatchObject({ config: "ok" });

    const stream = http.get(`${url}/api/trpc/fleet.live`, (answer) => answer.resume());
    stream.on("error", () => undefined);
    await once(stream, "response");
    const begun = performance.now();
    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test("a second process on the same directory is refused with the way out", { timeout: 120_000 }, async () => {
    write(`listen: {port: 0}\ndataDir: ${dataDir}`);
    const { child, exit } = await serve();
    await expect(serve()).rejects.toThrow(/is in use by process \d+/);
    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  });

  test("a wrong file ends the start with every fault and exit code 2", { timeout: 60_000 }, async () => {
    write("lisen: 1\ntimeZone: nope");
    const env = { ...process.env, DAPAN_FROM_SOURCE: "1" };
    const child = spawn(process.execPath, ["bin/dapan.js", "serve", "-c", configFile()], { env });
    children.push(child);
    let errors = "";
    child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString()));
    expect(await once(child, "exit")).toEqual([2, null]);
    expect(errors).toContain("2 faults in the configuration");
    expect(errors).toContain("dapan.yaml:1:1  lisen");
  });
});
