import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { Agent } from "undici";
import { systemClock } from "../../server/clock.ts";
import { openFetcher } from "../../server/egress/fetcher.ts";
import { openPolicy } from "../../server/egress/policy.ts";
import { type FleetChild, startStaticFleet } from "./fleet-child.ts";
import type { BenchRow } from "./row.ts";

const TARGETS = 1_250;
const CONCURRENCY = 64;
const ROUNDS = 7; // medians of
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads one target; gives the number of uncompressed bytes. */
type Client = (url: URL) => Promise<number>;

/** What reading bodies costs before anybody looks at them: our reader on sockets against undici, alternating in one run. */
export async function benchScrapeClient(): Promise<BenchRow[]> {
  const fleet = await startStaticFleet(TARGETS);
  const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
  const agents = { plain: new Agent(), gzip: new Agent() };
  const ours = (encoding: string): Client => {
    const headers = { accept: "text/plain", "accept-encoding": encoding };
    return async (url) => {
      const key = `${encoding} ${url.href}`;
      const answer = await fetcher.get(key, { url, headers, deadlineMs: 10_000, maxBytes: MAX_BYTES });
      const { length } = answer.body;
      answer.release?.();
      return length;
    };
  };
  const peer =
    (encoding: "identity" | "gzip", agent: Agent): Client =>
    async (url) => {
      const headers = { accept: "text/plain", "accept-encoding": encoding };
      const { body } = await agent.request({ origin: url.origin, path: url.pathname, method: "GET", headers });
      const whole = Buffer.from(await body.arrayBuffer());
      return (encoding === "gzip" ? gunzipSync(whole, { maxOutputLength: MAX_BYTES }) : whole).length;
    };
  const clients = new Map<string, Client>([
    ["ours, plain", ours("identity")],
    ["undici, plain", peer("identity", agents.plain)],
    ["ours, gzip", ours("gzip")],
    ["undici, gzip", peer("gzip", agents.gzip)],
  ]);
  try {
    const costs = await measureAll(clients, fleet);
    return rowsOf(costs, fleet);
  } finally {
    await Promise.all([fetcher.close(), agents.plain.destroy(), agents.gzip.destroy()]);
    fleet.stop();
  }
}

async function measureAll(clients: ReadonlyMap<string, Client>, fleet: FleetChild): Promise<Map<string, number[]>> {
  const urls = fleet.targets.map((t) => new URL(t));
  const costs = new Map([...clients.keys()].map((name): [string, number[]] => [name, []]));
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, client] of clients) {
      const cpuS = await readAll(client, urls, fleet.bytesPerBody);
      if (round >= 0) costs.get(name)?.push(cpuS / ((urls.length * fleet.samplesPerBody) / 1e6)); // two rounds to warm up
    }
  }
  return costs;
}

/** CPU seconds of this process for one round over all targets. */
async function readAll(client: Client, urls: readonly URL[], bytes: number): Promise<number> {
  const from = process.cpuUsage();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let url = urls[next++]; url; url = urls[next++]) {
      const length = await client(url);
      if (Math.abs(length - bytes) > bytes / 10) throw new Error(`${url.href}: ${length} bytes, not about ${bytes}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}

function rowsOf(costs: ReadonlyMap<string, readonly number[]>, fleet: FleetChild): BenchRow[] {
  const kB = Math.round(fleet.bytesPerBody / 1000);
  const rows = [...costs].map(([name, values]): BenchRow => ({
    name: `scrape client alone: ${name}`,
    value: median(values),
    unit: "CPU-s per M samples",
    note: `${fleet.targets.length} targets of ${kB} kB, ${fleet.samplesPerBody} samples`,
  }));
  for (const encoding of ["plain", "gzip"]) {
    const mine = costs.get(`ours, ${encoding}`) ?? [];
    const theirs = costs.get(`undici, ${encoding}`) ?? [];
    const ratios = mine.map((cost, i) => cost / (theirs[i] ?? NaN));
    rows.push({ name: `scrape client alone: ours against undici, ${encoding}`, value: median(ratios), unit: "×" });
  }
  return rows;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.table(await benchScrapeClient());
