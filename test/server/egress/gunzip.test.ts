import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Gunzip, type InflateTarget, openGunzip, portableGunzip } from "../../../server/egress/gunzip.ts";

/** Collects what is inflated, a few bytes of room at a time. */
function target(maxBytes = 1_000_000, step = 97): InflateTarget & { text(): string } {
  let buffer = Buffer.alloc(step);
  let length = 0;
  return {
    maxBytes,
    tooLong: () => new Error("too long"),
    room() {
      if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(step)]);
      return { buffer, from: length };
    },
    wrote(bytes) {
      length += bytes;
      if (length > maxBytes) throw new Error("too long");
    },
    text: () => buffer.toString("latin1", 0, length),
  };
}

function inflate(gunzip: Gunzip, parts: readonly Buffer[], maxBytes?: number): string {
  const out = target(maxBytes);
  gunzip.reset();
  for (const part of parts) gunzip.push(part, 0, part.length, out);
  gunzip.finish(out);
  return out.text();
}

describe.each<[string, () => Gunzip]>([
  ["straight on the handle", openGunzip],
  ["through documented functions", portableGunzip],
])("%s", (_, open) => {
  test("any text comes back, however it is cut, one inflater for all", () => {
    const gunzip = open();
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), fc.array(fc.nat(200), { maxLength: 4 }), (text, cuts) => {
        const packed = gzipSync(Buffer.from(text, "latin1"));
        const at = [0, ...cuts.map((c) => Math.min(c, packed.length)).sort((a, b) => a - b), packed.length];
        const parts = at.slice(1).map((end, i) => packed.subarray(at[i], end));
        expect(inflate(gunzip, parts)).toBe(Buffer.from(text, "latin1").toString("latin1"));
      }),
    );
  });

  test("several members after each other are one body", () => {
    expect(inflate(open(), [gzipSync("up 1\n"), gzipSync("up 2\n")])).toBe("up 1\nup 2\n");
  });

  test.each<[string, Buffer]>([
    ["a stream that stops early", gzipSync("x".repeat(5000)).subarray(0, 30)],
    ["a wrong checksum", gzipSync("abc").fill(0, gzipSync("abc").length - 8)],
    ["something else", Buffer.from("hello, not gzip")],
    ["nothing", Buffer.alloc(0)],
  ])("%s throws, and the inflater serves the next body", (_name, bytes) => {
    const gunzip = open();
    expect(() => inflate(gunzip, [bytes])).toThrow();
    expect(inflate(gunzip, [gzipSync("next")])).toBe("next");
  });

  test("stops at the limit, long before a bomb is inflated", () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    expect(() => inflate(open(), [bomb], 10_000)).toThrow("too long");
  });
});

test("this Node has the inner inflater: the fast way is the one in use", () => {
  const gunzip = openGunzip();
  const out = target();
  const packed = gzipSync("streamed".repeat(1000));
  gunzip.push(packed, 0, packed.length - 8, out);
  expect(out.text()).toContain("streamed"); // the documented way gives nothing before the end
});
