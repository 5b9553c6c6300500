import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CollectError, GetAnswer } from "../../../collectors/collector.ts";
import { AnswerReader } from "../../../server/egress/answer-reader.ts";
import { BodyWorkshop } from "../../../server/egress/body-sink.ts";
import { BufferPool } from "../../../server/egress/buffer-pool.ts";
import { chunkedBytes, headOf } from "../../services/fake-exporter.ts";

const workshop = new BodyWorkshop(new BufferPool(4));
const BODY = Buffer.from('# TYPE up gauge\nup{gpu="0"} 1\n'.repeat(40));

type Outcome = { readonly body: string; readonly reusable: boolean } | { readonly fault: string };

/** Feeds the parts through one buffer that is overwritten each time, as the socket does. */
function read(parts: readonly Buffer[], close = true, maxBytes = 1_000_000, expectedBytes = 10): Outcome {
  const reader = new AnswerReader(workshop, "http://t/", { maxBytes, expectedBytes });
  const shared = Buffer.alloc(Math.max(1, ...parts.map((p) => p.length)));
  try {
    for (const part of parts) {
      if (reader.done) break;
      shared.fill(0xff);
      part.copy(shared);
      reader.push(shared, part.length);
    }
    if (!reader.done && close) reader.end();
    if (!reader.done) return { fault: "unfinished" };
    const answer: GetAnswer = reader.take();
    const outcome = { body: Buffer.from(answer.body).toString("latin1"), reusable: reader.reusable };
    answer.release?.();
    return outcome;
  } catch (error) {
    reader.discard();
    return { fault: (error as CollectError).fault };
  }
}

const one = (text: string | Buffer, close = true): Outcome => read([Buffer.from(text as string, "latin1")], close);
const withBody = (headers: Record<string, string>, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(headOf({ headers }), "latin1"), body]);

const gz = gzipSync(BODY);
const WHOLE: ReadonlyMap<string, Buffer> = new Map([
  ["content-length", withBody({ "content-length": String(BODY.length) }, BODY)],
  ["gzip with content-length", withBody({ "content-length": String(gz.length), "content-encoding": "gzip" }, gz)],
  ["chunked", withBody({ "transfer-encoding": "chunked" }, chunkedBytes(BODY, [1, 2, 3, 100, 7], "X-Sum: 1\r\n"))],
  ["gzip and chunked", withBody({ "transfer-encoding": "chunked", "content-encoding": "gzip" }, chunkedBytes(gz, [5, 1]))],
  ["after interim answers", Buffer.concat([
    Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"),
    withBody({ "content-length": String(BODY.length) }, BODY),
  ])],
]); // prettier-ignore

describe("an answer that is whole", () => {
  test.each([...WHOLE])("%s: reads the same wherever the network cuts it", (_, bytes) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const parts = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        expect(read(parts)).toEqual({ body: BODY.toString("latin1"), reusable: true });
      }),
      { numRuns: 300 },
    );
    const single = [...bytes].map((b) => Buffer.from([b]));
    expect(read(single)).toEqual({ body: BODY.toString("latin1"), reusable: true });
  });

  test.each([...WHOLE])("%s: cut short anywhere it is truncated or unfinished, never a shorter body", (_, bytes) => {
    for (let end = 0; end < bytes.length; end += 3) {
      const outcome = read([bytes.subarray(0, end)]);
      expect(outcome).toEqual({ fault: "truncated" });
    }
  });

  test("without a length ends where the connection does, and carries nothing more", () => {
    expect(one("HTTP/1.0 200 OK\r\n\r\nup 1\n")).toEqual({ body: "up 1\n", reusable: false });
    expect(one("HTTP/1.1 200 OK\r\n\r\nup 1\n", false)).toEqual({ fault: "unfinished" });
  });

  test("with connection: close, of HTTP/1.0, or with bytes after it, does not keep the connection", () => {
    expect(one("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Close\r\n\r\nok")).toEqual({
      body: "ok",
      reusable: false,
    });
    expect(one("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok")).toEqual({ body: "ok", reusable: false });
    expect(one("HTTP/1.0 200 OK\r\ncontent-length: 2\r\nConnection: keep-alive\r\n\r\nok")).toEqual({
      body: "ok",
      reusable: true,
    });
    expect(one("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n")).toEqual({
      body: "ok",
      reusable: false,
    });
  });

  test("that is empty and has bytes after it does not keep the connection", () => {
    expect(one("HTTP/1.1 204 No Content\r\n\r\nx")).toEqual({ body: "", reusable: false });
  });

  test("may be empty", () => {
    expect(one("HTTP/1.1 204 No Content\r\n\r\n")).toEqual({ body: "", reusable: true });
    expect(one("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")).toEqual({ body: "", reusable: true });
    expect(one("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")).toEqual({ body: "", reusable: true });
  });
});

describe("an answer that is wrong", () => {
  const cases: readonly [claim: string, bytes: string, fault: string][] = [
    ["garbage instead of HTTP", "\u0000\u0001\u0002\u0003garbage", "malformed"],
    ["a page without a head", "<html><body>nginx</body></html>", "malformed"],
    ["the banner of another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "malformed"],
    ["HTTP/2", "HTTP/2 200 OK\r\n\r\n", "malformed"],
    ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", "malformed"],
    ["a folded header", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\ncontent-length: 0\r\n\r\n", "malformed"],
    ["a blank before the colon", "HTTP/1.1 200 OK\r\ncontent-length : 0\r\n\r\n", "malformed"],
    ["two lengths that differ", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "malformed"],
    ["a negative length", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "malformed"],
    ["a length in words", "HTTP/1.1 200 OK\r\ncontent-length: 0x10\r\n\r\n", "malformed"],
    ["a protocol switch", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "malformed"],
    ["a chunk without size", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "malformed"],
    ["a chunk longer than it says", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", "malformed"],
    ["a bare line break in a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\nab\r\n", "malformed"],
    ["a chunk of a terabyte", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffff\r\n", "body_size_limit"],
    ["a length above the limit", "HTTP/1.1 200 OK\r\ncontent-length: 1000001\r\n\r\n", "body_size_limit"],
    ["a length above the limit on an error", "HTTP/1.1 500 No\r\ncontent-length: 1000001\r\n\r\n", "body_size_limit"],
    ["brotli", "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx", "content_encoding"],
    ["deflate", "HTTP/1.1 200 OK\r\ncontent-encoding: deflate\r\ncontent-length: 1\r\n\r\nx", "content_encoding"],
    ["two layers", "HTTP/1.1 200 OK\r\ncontent-encoding: gzip, gzip\r\ncontent-length: 1\r\n\r\nx", "content_encoding"],
    ["two layers in two headers", "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-encoding: gzip\r\n\r\nx", "content_encoding"],
    ["gzip as transfer encoding", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n", "content_encoding"],
    ["a redirect", "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\n\r\n", "redirect"],
    ["a redirect without a place", "HTTP/1.1 304 Not Modified\r\n\r\n", "redirect"],
    ["an error status", "HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nno", "http_status"],
    ["an error in an encoding we do not read", "HTTP/1.1 502 No\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx", "http_status"],
    ["too many requests", "HTTP/1.1 429 Slow\r\ncontent-length: 0\r\n\r\n", "overloaded"],
    ["unavailable", "HTTP/1.1 503 Wait\r\ncontent-length: 0\r\n\r\n", "overloaded"],
    ["gzip that is none", "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope", "malformed"],
    ["gzip of nothing", "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 0\r\n\r\n", "truncated"],
  ]; // prettier-ignore
  test.each(cases)("%s", (_claim, bytes, fault) => {
    expect(one(bytes)).toEqual({ fault });
  });

  test("headers past 16 KiB, in one piece, in many, and as endless interim answers", () => {
    const long = Buffer.from(`HTTP/1.1 200 OK\r\n${"x-filler: 0123456789012345678901234567890\r\n".repeat(500)}`);
    expect(read([long])).toEqual({ fault: "malformed" });
    expect(read(Array.from({ length: 500 }, (_, i) => long.subarray(i * 40, i * 40 + 40)))).toEqual({
      fault: "malformed",
    });
    expect(one("HTTP/1.1 100 Continue\r\n\r\n".repeat(1000))).toEqual({ fault: "malformed" });
  });

  test("trailers and chunk extensions without end", () => {
    const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    expect(one(`${chunked}0\r\n${"a: b\r\n".repeat(5000)}`)).toEqual({ fault: "malformed" });
    expect(one(`${chunked}1;${"x".repeat(5000)}`)).toEqual({ fault: "malformed" });
  });

  test("a body packed twice though it says once", () => {
    const twice = gzipSync(gzipSync("up 1\n"));
    expect(read([withBody({ "content-encoding": "gzip", "content-length": String(twice.length) }, twice)])).toEqual({
      fault: "content_encoding",
    });
  });

  test("a gzip stream of empty blocks, which inflates to nothing for ever, ends at the limit", () => {
    const head = gzipSync("").subarray(0, 10);
    const empty = Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff]);
    const body = Buffer.concat([head, Buffer.concat(Array.from({ length: 1000 }, () => empty))]);
    const bytes = withBody({ "content-encoding": "gzip" }, body);
    expect(read([bytes], true, 3000)).toEqual({ fault: "body_size_limit" });
  });

  test("10,000 mutations of a good answer end in a body or a fault, nothing else", () => {
    const good = WHOLE.get("gzip and chunked") ?? Buffer.alloc(0);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (edits) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of edits) bytes[at] = value;
        const outcome = read([bytes.subarray(0, 200), bytes.subarray(200)]);
        expect("body" in outcome || typeof outcome.fault === "string").toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });
});

test("the message of an error says the status and the start of a plain explanation, and no control characters", () => {
  const reader = new AnswerReader(workshop, "http://p/api", { maxBytes: 1000, expectedBytes: 10 });
  const body = '{"error":"too many\r\n\u001b[31msamples"}';
  const bytes = Buffer.from(
    `HTTP/1.1 422 No\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  reader.push(bytes, bytes.length);
  expect(() => reader.take()).toThrow('http://p/api: HTTP 422: {"error":"too many [31msamples"}');
});
