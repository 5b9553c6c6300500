import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as fake from "../../services/fake-exporter.ts";

const MIB = 1024 * 1024;
const block = Buffer.alloc(64 * 1024, "x");
const bombHead = (length: number): string =>
  fake.headOf({ headers: { "content-encoding": "gzip", "content-length": String(length) } });

let exporter: fake.FakeExporter;
beforeAll(async () => {
  const small = fake.gzipBomb(50_000_000);
  const large = fake.gzipBomb(1024 * MIB);
  expect(small.length).toBeLessThan(50_000); // 48 KB → 50 MB
  expect(large.length).toBeLessThan(1.1 * MIB); // 1 MB → 1 GB
  exporter = await fake.startFakeExporter({
    "/ok": fake.replyGzip("up 1\n".repeat(10_000)),
    "/bomb-50mb": fake.raw(Buffer.concat([Buffer.from(bombHead(small.length)), small]), "keep"),
    "/bomb-1gb": fake.raw(Buffer.concat([Buffer.from(bombHead(large.length)), large]), "keep"),
    "/100mb": fake.endless(fake.headOf({ headers: { "content-length": String(100 * MIB) } }), block, 0, 100 * MIB),
    "/endless": fake.endless(fake.headOf({}), block),
    "/endless-chunks": fake.endless(
      fake.headOf({ headers: { "transfer-encoding": "chunked" } }),
      fake.chunkedBytes(block, [997]).subarray(0, -5),
    ),
  });
});
afterAll(() => exporter.stop());

type Cost = { outcome: string; grownMiB: number; cpuMs: number; lastedMs: number };

async function costOf(where: string): Promise<Cost> {
  const child = fileURLToPath(new URL("./bomb-child.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", child, exporter.url(where).href]);
  return JSON.parse(stdout) as Cost;
}

test.each(["/bomb-50mb", "/bomb-1gb"])("%s costs at most 64 MiB and 300 ms of CPU", async (where) => {
  const cost = await costOf(where);
  expect(cost.outcome).toBe("body_size_limit");
  expect(cost.grownMiB).toBeLessThanOrEqual(64);
  expect(cost.cpuMs).toBeLessThanOrEqual(300);
});

test.each(["/100mb", "/endless", "/endless-chunks"])("%s costs at most 64 MiB", async (where) => {
  const cost = await costOf(where);
  expect(cost.outcome).toBe("body_size_limit");
  expect(cost.grownMiB).toBeLessThanOrEqual(64);
});
