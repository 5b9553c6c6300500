import { afterAll, beforeAll, expect, test } from "vitest";
import { staticTargets } from "../../../collectors/discovery/static-targets.ts";
import { systemClock } from "../../../server/clock.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { ScrapeLoop } from "../../../server/ingest/scrape-loop.ts";
import { TargetHealth } from "../../../server/ingest/target-health.ts";
import {
  drip,
  endless,
  type FakeExporter,
  headOf,
  replyGzip,
  type Script,
  silent,
  startFakeExporter,
} from "../../services/fake-exporter.ts";

const INTERVAL_MS = 2_000;
const ROUNDS = 4;
const GOOD = 1_000;
const BAD = 200;

const BODY = 'DCGM_FI_DEV_GPU_UTIL{gpu="0"} 97\n'.repeat(240);
const badly: readonly Script[] = [
  silent,
  drip("HTTP/1.1 200 OK\r\nx-slow: and slower\r\n".split(""), 1_000),
  endless(headOf({}), Buffer.from("x"), 1_000),
  (socket) => void socket.end(),
  (socket) => void socket.resetAndDestroy(),
];

let exporter: FakeExporter;
beforeAll(async () => {
  const good = Array.from({ length: GOOD }, (_, i) => [`/good/${i}`, replyGzip(BODY)] as const);
  const bad = Array.from({ length: BAD }, (_, i) => [`/bad/${i}`, badly[i % badly.length] ?? silent] as const);
  exporter = await startFakeExporter(Object.fromEntries([...good, ...bad]));
});
afterAll(() => exporter.stop());

test("1,000 good targets among 200 slow, silent and rude ones are all read on time, over real sockets", async () => {
  const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
  const health = new TargetHealth();
  const begins = new Map<string, number[]>();
  const loop = new ScrapeLoop({
    clock: systemClock,
    fetcher,
    health,
    sink: {
      onBody(job, answer, at) {
        expect(answer.body.length).toBe(BODY.length);
        begins.set(job.target.origin, [...(begins.get(job.target.origin) ?? []), at]);
        return { samples: 240, cards: 8, duplicateSeries: 0, refusedValues: 0 };
      },
      onSilence: () => {},
    },
  });
  const urls = [...Array.from({ length: GOOD }, (_, i) => `/good/${i}`), ...Array.from({ length: BAD }, (_, i) => `/bad/${i}`)];
  const targets = staticTargets(urls.map((u) => exporter.url(u).href), new Map());
  loop.setTargets(
    targets.map((target) => ({ source: "lab", target, intervalMs: INTERVAL_MS, timeoutMs: 10_000, maxBodyBytes: 1e6, headers: () => NO_HEADERS, caFile: null })),
  );
  loop.start();
  await systemClock.sleep(INTERVAL_MS * ROUNDS + 200);
  await loop.stop();
  await fetcher.close();

  const good = health.targets().filter((t) => t.origin.includes("/good/"));
  expect(good.filter((t) => t.up === true)).toHaveLength(GOOD);
  expect(health.targets().filter((t) => t.origin.includes("/bad/") && t.up !== false)).toEqual([]);
  expect([...begins.values()].filter((b) => b.length < ROUNDS)).toEqual([]);
  let worst = 0;
  for (const [first = 0, ...rest] of begins.values()) {
    rest.forEach((at, i) => (worst = Math.max(worst, Math.abs(at - first - (i + 1) * INTERVAL_MS))));
  }
  expect(worst).toBeLessThan(1_000);
}, 60_000); // prettier-ignore
const NO_HEADERS = {};
