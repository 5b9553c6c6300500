import { execFile } from "node:child_process";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { cardExporters } from "../../../collectors/card-exporters.ts";
import { SLOT_MS } from "../../../db/model/time.ts";

const MIB = 2 ** 20;
const HEAD = '{"status":"success","data":{"resultType":"matrix","result":[';
const TAIL = "]}}";

/** A series of one card with `samples` values in the slot, as Prometheus prints it. */
function seriesOf(metric: string, card: number, samples: number): string {
  const labels = `"__name__":"${metric}","instance":"n${card >> 3}:9400","job":"dcgm","gpu":"${card % 8}","UUID":"GPU-${card}","modelName":"NVIDIA A100-SXM4-80GB"`;
  return `{"metric":{${labels}},"values":[${valuesOf(samples)}]}`;
}

const values = new Map<number, string>();
function valuesOf(samples: number): string {
  let text = values.get(samples);
  if (text === undefined) {
    const at = Array.from({ length: samples }, (_, i) => SLOT_MS / 1000 + (i * 300) / samples);
    values.set(samples, (text = at.map((t) => `[${t},"50"]`).join(",")));
  }
  return text;
}

let server: http.Server | null = null;
afterEach(() => server?.close());

type Answer = (query: string, response: http.ServerResponse) => void;

/** A Prometheus that answers questions as it is told, and counts how many it had at once. `/small` is always empty. */
async function serve(answer: Answer) {
  const seen = { most: 0, asked: 0 };
  let atOnce = 0;
  server = http.createServer((request, response) => {
    let form = "";
    request.on("data", (bytes: Buffer) => (form += bytes.toString()));
    request.on("end", () => {
      if (request.url?.startsWith("/small")) return void response.end(`${HEAD}${TAIL}`);
      seen.asked += 1;
      seen.most = Math.max(seen.most, (atOnce += 1));
      response.on("close", () => (atOnce -= 1));
      answer(new URLSearchParams(form).get("query") ?? "", response);
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** Writes one series again and again until so many bytes are out; waits where the reader does. */
function flood(response: http.ServerResponse, bytes: number): void {
  const block = Buffer.from(`${seriesOf("DCGM_FI_DEV_GPU_UTIL", 1, 2_000)},`.repeat(20));
  let left = bytes;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= block.length;
      if (!response.write(block)) return void response.once("drain", more);
    }
    response.end(`${seriesOf("DCGM_FI_DEV_GPU_UTIL", 2, 1)}${TAIL}`);
  };
  response.write(HEAD);
  more();
}

type Cost = { readonly outcome: string; readonly grownMiB: number; readonly lastedMs: number };

async function costOf(url: string): Promise<Cost> {
  const child = fileURLToPath(new URL("./pull-bomb-child.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", child, url], { timeout: 90_000 });
  const cost = JSON.parse(stdout) as Cost;
  console.info(
    `PUL-07: ${cost.outcome.slice(0, 80)}; grown ${Math.round(cost.grownMiB)} MiB in ${Math.round(cost.lastedMs)} ms`,
  );
  return cost;
}

test(
  "PUL-07: answers of 200 MB are refused at the limit, with the reason, in at most 128 MiB",
  { timeout: 120_000 },
  async () => {
    const { url, seen } = await serve((_, response) => flood(response, 200 * MIB));
    const cost = await costOf(url);
    expect(cost.outcome).toMatch(/^overloaded: .*MiB|^overloaded: .*bytes/);
    expect(cost.grownMiB).toBeLessThanOrEqual(128);
    expect(seen.asked).toBeLessThan(100); // smaller questions were tried, and then it was given up
    expect(seen.most).toBeLessThanOrEqual(2);
  },
);

test("PUL-07: a gzip bomb for an answer is refused in at most 128 MiB", { timeout: 120_000 }, async () => {
  const bomb = gzipSync(Buffer.alloc(512 * MIB, " "), { level: 9 });
  const { url } = await serve((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(bomb);
  });
  const cost = await costOf(url);
  expect(cost.outcome).toMatch(/^(overloaded|content_encoding)/);
  expect(cost.grownMiB).toBeLessThanOrEqual(128);
});

test(
  "PUL-07: a slot whose answers are too large in one piece is read in pieces, whole",
  { timeout: 120_000 },
  async () => {
    const METRICS = 8;
    const CARDS = 400;
    const wanted = cardExporters.metrics.slice(0, METRICS);
    const { url, seen } = await serve((query, response) => {
      // Each metric is about 6 MB; all of them together are more than an answer may have.
      const asked = wanted.filter((name) => new RegExp(`\\b${name}\\b`).test(query));
      response.write(HEAD);
      asked.forEach((name, n) => {
        for (let card = 0; card < CARDS; card += 1)
          response.write(`${n + card > 0 ? "," : ""}${seriesOf(name, card, 600)}`);
      });
      response.end(TAIL);
    });
    const cost = await costOf(url);
    expect(cost.outcome).toBe(`read ${METRICS * CARDS * 600}`);
    expect(seen.asked).toBeGreaterThan(4);
    expect(seen.most).toBeLessThanOrEqual(2);
  },
);
