import net from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ASSETS, type Stage, stageApi } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await stageApi({
    assets: ASSETS,
    board: { cardPoints: async () => Promise.reject(new Error("boom")) },
  });
});
afterAll(() => stage.app.close());

const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-N'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const detail = `/api/trpc/card.detail?input=${encodeURIComponent(JSON.stringify({ uuid: "GPU-1" }))}`;

/** Every kind of answer: pages, files, data, probes, refusals, faults. */
const ASKED: [string, "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS", string, number][] = [
  ["the index", "GET", "/", 200],
  ["a page", "GET", "/sources?x=1", 200],
  ["a page, head only", "HEAD", "/", 200],
  ["a hashed file", "GET", "/assets/app-1a2b.js", 200],
  ["a file", "GET", "/favicon.svg", 200],
  ["a missing file", "GET", "/assets/nope.js", 404],
  ["data", "GET", "/api/trpc/fleet.summary", 200],
  ["a batch", "GET", `/api/trpc/fleet.summary,sources.list?batch=1&input=${encodeURIComponent("{}")}`, 200],
  ["a batch of which one fails", "GET", `/api/trpc/nope,sources.list?batch=1&input=${encodeURIComponent("{}")}`, 207],
  ["CSV", "GET", "/api/cards.csv", 200],
  ["an unknown procedure", "GET", "/api/trpc/nope", 404],
  ["an unknown API path", "GET", "/api/nope.css", 404],
  ["a wrong input", "GET", "/api/trpc/fleet.history?input=%7B%7D", 400],
  ["a bug", "GET", detail, 500],
  ["a probe", "GET", "/healthz", 200],
  ["readiness", "GET", "/readyz", 200],
  ["metrics", "GET", "/metrics", 200],
  ["a post without type", "POST", "/api/trpc/fleet.summary", 415],
  ["a put", "PUT", "/", 415],
  ["a delete", "DELETE", "/api/cards.csv", 415],
  ["options", "OPTIONS", "/api/trpc/fleet.summary", 415],
  ["an address that is too long", "GET", `/${"a".repeat(9_000)}`, 414],
  ["an address that cannot be decoded", "GET", "/%", 400],
];

describe("every answer carries the policy", () => {
  test.each(ASKED)("%s: %s %s", async (_name, method, url, status) => {
    const answer = await stage.app.inject({ method, url });
    expect(answer.statusCode, answer.body).toBe(status);
    const policy = String(answer.headers["content-security-policy"]).replace(/nonce-[A-Za-z0-9+/=]{24}/, "nonce-N");
    expect(policy).toBe(POLICY);
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
    expect(answer.headers["x-frame-options"]).toBe("DENY");
    expect(answer.headers["referrer-policy"]).toBe("no-referrer");
    expect(answer.headers["x-powered-by"]).toBeUndefined();
    expect(answer.headers["server"]).toBeUndefined();
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    if (url.startsWith("/api") || status >= 400) expect(answer.headers["cache-control"]).toBe("no-store");
    if (status !== 400 || url !== "/%") {
      expect(answer.headers["cross-origin-opener-policy"]).toBe("same-origin");
      expect(answer.headers["cross-origin-resource-policy"]).toBe("same-origin");
    }
  });

  test("bytes that are no HTTP get it too", async () => {
    const address = new URL(await stage.app.listen({ port: 0, host: "127.0.0.1" }));
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = net.connect(Number(address.port), "127.0.0.1", () => socket.write("no http at all\r\n\r\n"));
      socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain("frame-ancestors 'none'");
  });

  test("the nonce is new each time and is the one in the page", async () => {
    const [a, b] = await Promise.all([stage.app.inject("/"), stage.app.inject("/")]);
    const nonce = /nonce-([^']+)'/.exec(String(a.headers["content-security-policy"]))?.[1];
    expect(a.body).toContain(`content="${nonce}"`);
    expect(b.body).not.toContain(`content="${nonce}"`);
    expect(a.body).not.toContain("__CSP_NONCE__");
    expect(a.headers["cache-control"]).toBe("no-store");
  });

  test("hashed files are kept for ever, others are asked again", async () => {
    const hashed = await stage.app.inject("/assets/app-1a2b.js");
    const plain = await stage.app.inject("/favicon.svg");
    expect(hashed.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(plain.headers["cache-control"]).toBe("no-cache");
  });
});
