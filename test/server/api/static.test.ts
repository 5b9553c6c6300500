import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAssets } from "../../../server/api/assets.ts";
import { isPage } from "../../../server/api/pages.ts";
import { type Stage, stageApi } from "./stage.ts";

let folder: string;
let stage: Stage;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "dapan-assets-"));
  mkdirSync(path.join(folder, "dist", "assets"), { recursive: true });
  writeFileSync(path.join(folder, "secret.txt"), "CANARY");
  writeFileSync(path.join(folder, "dist", "index.html"), "<!doctype html>INDEX");
  writeFileSync(path.join(folder, "dist", "assets", "app.js"), `console.log(1)//${"x".repeat(4_000)}`);
  writeFileSync(path.join(folder, "dist", "assets", "app.js.map"), "{}");
  mkdirSync(path.join(folder, "dist", ".vite"));
  writeFileSync(path.join(folder, "dist", ".vite", "manifest.json"), '{"CANARY": 1}');
  stage = await stageApi({ assets: readAssets(path.join(folder, "dist")) });
  port = Number(new URL(await stage.app.listen({ port: 0, host: "127.0.0.1" })).port);
});
afterAll(async () => {
  await stage.app.close();
  rmSync(folder, { recursive: true });
});

/** The path goes over the wire as it is written: clients would tidy it. */
async function ask(raw: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    let text = "";
    const socket = net.connect(port, "127.0.0.1", () =>
      socket.write(Buffer.from(`GET ${raw} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`, "latin1")),
    );
    socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}

const UP = ["..", "%2e%2e", ".%2e", "%2E.", "..;", "%252e%252e", "..%00", "%c0%ae%c0%ae", "..%ef%bc%8f", "....//"];
const SLASH = ["/", "%2f", "%5c", "\\", "%252f", "//"];
const ATTEMPTS = UP.flatMap((up) => SLASH.map((slash) => `/assets/${[up, up, up, "secret.txt"].join(slash)}`)).concat([
  "/../secret.txt",
  "/..%2fsecret.txt",
  "/assets/../../secret.txt",
  "//etc/passwd",
  "/assets/app.js%00.txt",
  "/assets/app.js/..",
  "/assets/./app.js",
  "/assets//app.js",
  "/ASSETS/app.js",
  "/assets/app.js.map",
  "/.vite/manifest.json",
  "/index.html%00",
  "/assets",
  "/assets/",
  "file:///etc/passwd",
  "/etc/passwd%23.js",
  "/%2e%2e/%2e%2e/etc/passwd",
]);

describe("nothing outside the built console is served", () => {
  test.each(ATTEMPTS)("%s", async (raw) => {
    const answer = await ask(raw);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain("CANARY");
    expect(answer).not.toContain("INDEX");
    expect(answer).not.toContain("root:");
  });

  test("there are enough attempts to mean something", () => expect(ATTEMPTS.length).toBeGreaterThanOrEqual(30));
});

describe("what is built is served", () => {
  test("a file comes compressed once, and again from memory", async () => {
    for (const encoding of ["gzip", "br"]) {
      const answers = await Promise.all(
        [1, 2].map(() => stage.app.inject({ url: "/assets/app.js", headers: { "accept-encoding": encoding } })),
      );
      for (const answer of answers) {
        expect(answer.headers["content-encoding"]).toBe(encoding);
        expect(answer.rawPayload.length).toBeLessThan(500);
      }
    }
    const plain = await stage.app.inject({ url: "/assets/app.js", headers: { "accept-encoding": "gzip;q=0" } });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.body).toContain("console.log(1)");
  });

  test.each(["/", "/sources", "/cards/GPU-1", "/board?q=a/../b", "/card/GPU%20A"])("%s is a page", async (url) => {
    expect(isPage(url.split("?")[0] ?? "")).toBe(true);
    expect((await stage.app.inject(url)).body).toContain("INDEX");
  });

  test.each(["/api", "/api/x", "/metrics/x", "/healthz/", "/robots.txt", "/wp-login.php"])("%s is not", async (url) => {
    const answer = await stage.app.inject(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ error: "there is nothing here" });
  });
});
