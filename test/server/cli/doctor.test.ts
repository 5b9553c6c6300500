import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printChecks } from "../../../server/cli/check.ts";
import { doctor, examine } from "../../../server/cli/doctor.ts";
import { judgeCards, judgeSkew } from "../../../server/cli/doctor-database.ts";
import { checkClock, checkMemory, checkNode, checkPort, judgeDisk } from "../../../server/cli/doctor-machine.ts";
import type { CliParts } from "../../../server/cli/parts.ts";
import { systemClock } from "../../../server/clock.ts";
import { createAgent } from "../../../server/cli/agent.ts";

const GIB = 2 ** 30;

describe("what is judged", () => {
  test.each([
    ["v20.18.3", "bad"],
    ["v20.19.0", "ok"],
    ["v18.20.1", "bad"],
    ["v24.1.0", "ok"],
  ])("Node %s is %s", (version, verdict) => expect(checkNode(version).verdict).toBe(verdict));

  test.each([
    [GIB / 2, "bad"],
    [2 * GIB, "warn"],
    [50 * GIB, "ok"],
  ])("%d bytes of free disk is %s", (free, verdict) => expect(judgeDisk(free, "/").verdict).toBe(verdict));

  test.each([
    [100, "pglite", "ok"],
    [16_001, "pglite", "warn"],
    [20_001, "pglite", "bad"],
    [20_001, "postgres", "ok"],
  ] as const)("%d cards on %s is %s", (count, kind, verdict) => expect(judgeCards(count, kind).verdict).toBe(verdict));

  test.each([
    [4_999, "ok"],
    [-6_000, "warn"],
  ])("%d ms of skew is %s", (ms, verdict) => expect(judgeSkew(ms).verdict).toBe(verdict));

  test("a clock before the program was written is wrong", () => {
    expect(checkClock(0).verdict).toBe("bad");
    expect(checkClock(Date.UTC(2026, 10, 1)).verdict).toBe("ok");
  });

  test("little memory is a warning", () => expect(checkMemory(GIB / 2).verdict).toBe("warn"));

  test("a taken port is a warning with a way out", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await new Promise((done) => server.once("listening", done));
    const { port } = server.address() as net.AddressInfo;
    expect(await checkPort({ host: "127.0.0.1", port })).toMatchObject({
      verdict: "warn",
      found: expect.stringContaining("taken"),
    });
    await new Promise((done) => server.close(done));
    expect((await checkPort({ host: "127.0.0.1", port })).verdict).toBe("ok");
  });

  test("whatever is not ok says what to do", () => {
    for (const check of [checkNode("v1.0.0"), judgeDisk(0, "/"), judgeCards(1e6, "pglite"), checkClock(0)]) {
      expect(check.todo).not.toBe("");
      expect(printChecks([check])).toContain(`→ ${check.todo}`);
    }
  });
});

describe("dapan doctor", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), "dapan-doctor-"))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const parts = (): CliParts & { printed: string[] } => {
    const printed: string[] = [];
    const host = { on: () => undefined, off: () => undefined, exit: () => undefined };
    return {
      env: {},
      clock: systemClock,
      host,
      say: () => undefined,
      print: (text) => void printed.push(text),
      printed,
    };
  };
  const write = (text: string) => {
    const file = path.join(folder, "dapan.yaml");
    writeFileSync(file, text);
    return file;
  };

  test("a wrong config is bad, shown whole, and the machine is still checked", async () => {
    const checks = await examine(write("lisen: 1"), parts());
    expect(checks.map((c) => c.name)).toEqual(["node", "memory", "clock", "config"]);
    expect(checks.at(-1)).toMatchObject({ verdict: "bad", found: expect.stringContaining("did you mean") });
  });

  test("dead, refused and living sources are told apart, and nothing is made on disk", async () => {
    const alive = createAgent(
      { spawn: async () => ({ code: 0, stdout: "index, uuid\n", stderr: "" }) },
      "h",
      systemClock,
    );
    const url = await alive.listen({ port: 0, host: "127.0.0.1" });
    const port = new URL(url).port;
    const file = write(
      [
        "listen: {port: 0}",
        "egress: {allow: [127.0.0.1/32]}",
        "sources:",
        `  - {name: alive, type: static, targets: ["127.0.0.1:${port}"]}`,
        `  - {name: half, type: static, targets: ["127.0.0.1:${port}", "127.0.0.1:1"]}`,
        `  - {name: dead, type: prometheus, url: "http://127.0.0.1:1"}`,
        `  - {name: refused, type: static, targets: ["169.254.169.254:80"]}`,
        `  - {name: files, type: file_sd, files: ["targets/*.json"]}`,
      ].join("\n"),
    );
    const staged = parts();
    const code = await doctor(file, true, staged);
    await alive.close();
    const checks = JSON.parse(staged.printed.join("")) as { name: string; verdict: string; todo: string }[];
    const verdicts = Object.fromEntries(checks.map((c) => [c.name, c.verdict]));
    expect(verdicts).toMatchObject({
      "source alive": "ok",
      "source half": "warn",
      "source dead": "bad",
      "source refused": "bad",
      "source files": "bad",
      database: "ok",
    });
    expect(checks.find((c) => c.name === "source refused")?.todo).toContain("egress.allow");
    expect(code).toBe(1);
    expect(existsSync(path.join(folder, "data"))).toBe(false);
  });

  test("good all over is exit code 0", async () => {
    const staged = parts();
    expect(await doctor(write("listen: {port: 0}"), false, staged)).toBe(0);
    expect(staged.printed.join("")).toMatch(/\d ok, 1 warnings, 0 bad$/);
  });
});
