import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CollectError, type Fetcher, type GetAnswer, type GetRequest } from "../../../collectors/collector.ts";
import { systemClock } from "../../../server/clock.ts";
import { systemConnect } from "../../../server/egress/dial.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import * as fake from "../../services/fake-exporter.ts";

const MIB = 1024 * 1024;
const BODY = "up 1\n".repeat(2000);
const HTML = "<!doctype html><title>login</title>";
const block = Buffer.alloc(64 * 1024, "x");
let firstPort = 0;

const scripts: Record<string, fake.Script> = {
  "/ok": fake.reply(BODY, { headers: { date: "Thu, 01 Jan 2026 00:00:00 GMT" } }),
  "/gzip": fake.replyGzip(BODY),
  "/echo": (socket, visit) => fake.reply(JSON.stringify({ head: visit.head, body: visit.body }))(socket, visit),
  "/chunked": fake.drip(split(Buffer.concat([Buffer.from(fake.headOf({ headers: { "transfer-encoding": "chunked" } })), fake.chunkedBytes(Buffer.from(BODY), [1, 3, 4000])]), 1500)),
  "/garbage": fake.raw("\u0000\u0001\u0002 nothing like HTTP"),
  "/100mb": fake.endless(fake.headOf({ headers: { "content-length": String(100 * MIB) } }), block, 0, 100 * MIB),
  "/100mb-chunked": fake.endless(`${fake.headOf({ headers: { "transfer-encoding": "chunked" } })}6400000\r\n`, block, 0, 100 * MIB),
  "/100mb-500": fake.endless(fake.headOf({ status: 500 }), block, 0, 100 * MIB),
  "/endless": fake.endless(fake.headOf({}), block),
  "/endless-slow": fake.endless(fake.headOf({}), Buffer.alloc(100, "x"), 20),
  "/slow-headers": fake.drip(`HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(200)}`.split(""), 30),
  "/silent": fake.silent,
  "/half-close": (socket) => void socket.end(),
  "/reset": (socket) => void socket.resetAndDestroy(),
  "/reset-in-body": fake.raw(`${fake.headOf({ headers: { "content-length": "1000" } })}up`, "reset"),
  "/short": fake.raw(`${fake.headOf({ headers: { "content-length": "1000" } })}up 1\n`),
  "/short-chunked": fake.raw(`${fake.headOf({ headers: { "transfer-encoding": "chunked" } })}100\r\nup 1\n`),
  "/brotli": fake.reply("x", { headers: { "content-encoding": "br" } }),
  "/gzip-twice": fake.reply(gzipSync(gzipSync(BODY)), { headers: { "content-encoding": "gzip" } }),
  "/html": fake.reply(HTML, { headers: { "content-type": "text/html" } }),
  "/500": fake.reply("oh no", { status: 500 }),
  "/redirect-metadata": fake.reply("", { status: 302, headers: { location: "http://169.254.169.254/latest/meta-data/" } }),
  "/redirect-self": (socket) => fake.reply("", { status: 301, headers: { location: `http://user:pw@127.0.0.1:${firstPort}/ok?token=t` } })(socket, null as never),
  "/redirect-file": fake.reply("", { status: 307, headers: { location: "file:///etc/passwd" } }),
  "/close-after": fake.reply(BODY, { headers: { connection: "close" } }),
  "/and-more": (socket, visit) => fake.raw(`${fake.headOf({ headers: { "content-length": "3" } })}up ${visit.turn} and more`, "keep")(socket, visit),
  "/dies-when-reused": (socket, visit) => (visit.turn === 0 ? fake.reply(BODY)(socket, visit) : void socket.end()),
  "/leaves": (socket, visit) => {
    fake.reply(BODY)(socket, visit);
    setTimeout(() => socket.end(), 20);
  },
}; // prettier-ignore

function split(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

let exporter: fake.FakeExporter;
let fetcher: Fetcher;
beforeAll(async () => {
  exporter = await fake.startFakeExporter(scripts);
  firstPort = exporter.port;
});
afterAll(() => exporter.stop());
const open = (): Fetcher =>
  (fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock }));
afterEach(() => fetcher.close());

function ask(path: string, more: Partial<GetRequest> = {}, key = path): Promise<GetAnswer> {
  return fetcher.get(key, { url: exporter.url(path), headers: {}, deadlineMs: 2_000, maxBytes: 16 * MIB, ...more });
}
async function faultOf(path: string, more: Partial<GetRequest> = {}): Promise<CollectError> {
  const outcome: unknown = await ask(path, more).catch((e: unknown) => e);
  expect(outcome).toBeInstanceOf(CollectError);
  return outcome as CollectError;
}
const text = (answer: GetAnswer): string => Buffer.from(answer.body).toString("latin1");

describe("a good target", () => {
  test.each(["/ok", "/gzip", "/chunked", "/close-after"])("%s gives its whole body, time after time", async (path) => {
    open();
    for (let i = 0; i < 3; i++) {
      const answer = await ask(path);
      expect(text(answer)).toBe(BODY);
      answer.release?.();
    }
  });

  test("keeps one connection, and says the date and the type", async () => {
    open();
    const before = exporter.accepted;
    for (let i = 0; i < 5; i++) {
      const answer = await ask("/ok");
      expect(answer).toMatchObject({ status: 200, dateHeader: "Thu, 01 Jan 2026 00:00:00 GMT" });
      expect(answer.contentType).toContain("text/plain");
    }
    expect(exporter.accepted - before).toBe(1);
  });

  test("keeps its connection after an HTTP error, which was answered in full", async () => {
    open();
    const before = exporter.accepted;
    await ask("/ok", {}, "k");
    await faultOf("/500");
    await expect(ask("/500", {}, "k")).rejects.toMatchObject({ fault: "http_status", status: 500 });
    await ask("/ok", {}, "k");
    expect(exporter.accepted - before).toBe(2); // one for key k, one for the other key
  });

  test.each([
    ["/close-after", BODY],
    ["/and-more", "up "],
  ])("%s gets a new connection each time, as it is not to be trusted with another", async (path, body) => {
    open();
    const before = exporter.accepted;
    for (let i = 0; i < 3; i++) expect(text(await ask(path))).toBe(body);
    expect(exporter.accepted - before).toBe(3);
  });

  test("that closed the kept connection is asked once more on a fresh one", async () => {
    open();
    expect(text(await ask("/dies-when-reused"))).toBe(BODY);
    expect(text(await ask("/dies-when-reused"))).toBe(BODY);
    expect(text(await ask("/leaves"))).toBe(BODY);
    await wait(60); // it hangs up meanwhile
    expect(text(await ask("/leaves"))).toBe(BODY);
  });

  test("a body that is not released stays as it is while others are read", async () => {
    open();
    const kept = await ask("/ok");
    for (let i = 0; i < 5; i++) (await ask("/html", {}, `other ${i}`)).release?.();
    await ask("/gzip");
    expect(text(kept)).toBe(BODY);
  });

  test("a released buffer serves the next target, and releasing twice gives it away once", async () => {
    open();
    const first = await ask("/ok");
    first.release?.();
    first.release?.();
    const [a, b] = await Promise.all([ask("/ok", {}, "a"), ask("/ok", {}, "b")]);
    expect(a.body.buffer === b.body.buffer).toBe(false);
    expect(a.body.buffer === first.body.buffer || b.body.buffer === first.body.buffer).toBe(true);
  });

  test("gets the query, the headers and the body of a POST, on a connection of its own", async () => {
    open();
    const before = exporter.accepted;
    const request = { method: "POST", body: "query=näh", headers: { "Content-Type": "application/x-www-form-urlencoded", authorization: "Bearer s3cret" } } as const; // prettier-ignore
    for (let i = 0; i < 2; i++) {
      const { head, body } = JSON.parse(Buffer.from((await ask("/echo", request)).body).toString()) as {
        head: string;
        body: string;
      };
      expect(head).toMatch(/^POST \/echo HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
      expect(head).toContain("\r\nauthorization: Bearer s3cret");
      expect(head).toContain("\r\ncontent-type: application/x-www-form-urlencoded");
      expect(Buffer.from(body, "latin1").toString("utf8")).toBe("query=näh");
    }
    expect(exporter.accepted - before).toBe(2);
  });
});

describe("a bad target", () => {
  test.each<[string, string]>([
    ["/garbage", "malformed"],
    ["/short", "truncated"],
    ["/short-chunked", "truncated"],
    ["/reset-in-body", "truncated"],
    ["/half-close", "connect"],
    ["/reset", "connect"],
    ["/brotli", "content_encoding"],
    ["/gzip-twice", "content_encoding"],
    ["/500", "http_status"],
    ["/nowhere", "http_status"],
    ["/redirect-metadata", "redirect"],
    ["/redirect-file", "redirect"],
  ])("%s is %s", async (path, fault) => {
    open();
    expect((await faultOf(path)).fault).toBe(fault);
  });

  test("a port where nothing listens is connect, at once", async () => {
    open();
    const url = new URL("http://127.0.0.1:1/metrics");
    const started = performance.now();
    expect((await faultOf("/", { url })).fault).toBe("connect");
    expect(performance.now() - started).toBeLessThan(500);
  });

  test.each(["/100mb", "/100mb-chunked", "/100mb-500", "/endless"])(
    "%s is stopped at the limit and its socket is gone at once (within 100 ms on a machine that does nothing else)",
    async (path) => {
      open();
      expect((await faultOf(path, { deadlineMs: 10_000 })).fault).toBe("body_size_limit");
      const toldAt = performance.now();
      while (exporter.open > 0 && performance.now() - toldAt < 2_000) await wait(5);
      expect(exporter.open).toBe(0);
      console.info(`${path}: the socket was gone after ${Math.round(exporter.lastClosedAt - toldAt)} ms`);
      expect(exporter.lastClosedAt - toldAt).toBeLessThan(1_000);
    },
  );

  test.each(["/endless-slow", "/slow-headers", "/silent"])("%s ends at the one deadline", async (path) => {
    open();
    const started = performance.now();
    expect((await faultOf(path, { deadlineMs: 400 })).fault).toBe("timeout");
    const lasted = performance.now() - started;
    expect(lasted).toBeGreaterThan(395);
    expect(lasted).toBeLessThan(900);
  });

  test("a name server that never answers ends at the same deadline, and nothing is dialled afterwards", async () => {
    let answer: (addresses: string[]) => void = () => {};
    const dialled: string[] = [];
    fetcher = openFetcher({
      policy: openPolicy({ allow: ["127.0.0.0/8"] }),
      clock: systemClock,
      resolve: () => new Promise((resolve) => (answer = resolve)),
      connect: (address) => {
        dialled.push(address);
        throw new Error("dialled");
      },
    });
    expect((await faultOf("/ok", { url: new URL("http://slow.test/"), deadlineMs: 50 })).fault).toBe("timeout");
    answer(["127.0.0.1"]);
    await wait(10);
    expect(dialled).toEqual([]);
  });

  test("a redirect is not followed and credentials go nowhere else", async () => {
    open();
    const before = exporter.visits.length;
    const error = await faultOf("/redirect-self", { headers: { authorization: "Bearer s3cret" } });
    expect(error.fault).toBe("redirect");
    expect(exporter.visits.length - before).toBe(1);
    expect(error.message).not.toMatch(/s3cret|user|pw|token=t/);
  });

  test.each(["/redirect-metadata", "/redirect-file", "/redirect-self"])(
    "%s leads to no other connection",
    async (path) => {
      const dialled: string[] = [];
      fetcher = openFetcher({
        policy: openPolicy({ allow: ["127.0.0.0/8", "169.254.169.254/32"] }), // even where the address were allowed
        clock: systemClock,
        connect: (address, port, onread) => {
          dialled.push(`${address}:${port}`);
          return systemConnect(address, port, onread);
        },
      });
      for (let i = 0; i < 3; i++) expect((await faultOf(path)).fault).toBe("redirect");
      expect(new Set(dialled)).toEqual(new Set([`127.0.0.1:${exporter.port}`]));
    },
  );

  test("is read again as soon as it is well", async () => {
    open();
    for (const path of ["/garbage", "/endless", "/silent", "/reset", "/short"]) {
      await expect(ask(path, { deadlineMs: 300 }, "k")).rejects.toBeInstanceOf(CollectError);
      expect(text(await ask("/ok", {}, "k"))).toBe(BODY);
    }
  });
});

describe("what is refused before anything is sent", () => {
  test.each<[string, Partial<GetRequest>, string]>([
    ["a user in the URL", { url: new URL("http://root:hunter2@127.0.0.1/") }, "bad_config"],
    ["another scheme", { url: new URL("ftp://127.0.0.1/") }, "bad_config"],
    ["a header that breaks the line", { headers: { "x-a": "1\r\nx-b: 2" } }, "bad_config"],
    ["a header name that breaks the line", { headers: { "x-a: 1\r\nx-b": "2" } }, "bad_config"],
    ["a header of ours", { headers: { "Transfer-Encoding": "chunked" } }, "bad_config"],
    ["no deadline", { deadlineMs: 0 }, "bad_config"],
    ["no limit", { maxBytes: 0 }, "bad_config"],
  ])("%s", async (_claim, more, fault) => {
    open();
    const before = exporter.accepted;
    const error = await faultOf("/ok", more);
    expect(error.fault).toBe(fault);
    expect(error.message).not.toContain("hunter2");
    expect(exporter.accepted).toBe(before);
  });

  test("a second request for a target whose first is in flight", async () => {
    open();
    const first = ask("/silent", { deadlineMs: 200 }).catch((e: CollectError) => e.fault);
    expect((await faultOf("/silent")).fault).toBe("overloaded");
    expect(await first).toBe("timeout");
  });

  test("anything after close; what was in flight fails, and no socket stays", async () => {
    open();
    await ask("/ok");
    const first = ask("/silent").catch((e: CollectError) => e.fault);
    await wait(20);
    await fetcher.close();
    expect(await first).toBe("connect");
    expect((await faultOf("/ok")).fault).toBe("connect");
    await wait(20);
    expect(exporter.open).toBe(0);
  });

  test("forget drops the connection of one target only", async () => {
    open();
    await ask("/ok", {}, "a");
    await ask("/ok", {}, "b");
    fetcher.forget("a");
    fetcher.forget("never seen");
    await wait(20);
    expect(exporter.open).toBe(1);
  });
});
