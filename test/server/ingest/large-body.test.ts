import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, test } from "vitest";
import { DCGM_METRICS } from "../../../collectors/dcgm-fields.ts";
import type { CardFrame, Report } from "../../../db/model/frame.ts";
import { systemClock } from "../../../server/clock.ts";
import { DEFAULT_RULES } from "../../../server/config/place-rules.ts";
import { cardScrape } from "../../../server/ingest/card-scrape.ts";
import type { ScrapeJob } from "../../../server/ingest/scrape-job.ts";

const METRICS = [...DCGM_METRICS.keys()].slice(0, 16);
const CARDS = 1_250; // with 16 metrics each as many samples as a target may have

/** 16 MiB in which every series is new and no two share their labels: the most there is to describe. */
function hugeBody(round: number): Buffer {
  const line = (metric: string, card: number) =>
    `${metric}{gpu="${card}",UUID="GPU-${round}-${String(card).padStart(10, "0")}",modelName="NVIDIA A100-SXM4-80GB",` +
    `Hostname="n",pod="p-${card}-${metric}",namespace="ns",container="c",${padding(card)}} ${card % 100}\n`;
  const text = METRICS.map((m) => Array.from({ length: CARDS }, (_, card) => line(m, card)).join("")).join("");
  return Buffer.from(text);
}
const padding = (card: number) =>
  Array.from({ length: 10 }, (_, i) => `label_${i}="${"x".repeat(64)}${card}"`).join(",");

test("SCR-18: a body of 16 MiB, every series new, leaves the event loop free: p99 ≤ 50 ms, no stall over 200 ms", async () => {
  const reports: Report[] = [];
  const sink = cardScrape({
    clock: systemClock,
    rules: () => DEFAULT_RULES,
    sampleLimit: () => 20_000,
    take: (report) => void reports.push(report),
  });
  const bodies = [0, 1, 2].map(hugeBody);
  expect(bodies[0]!.length).toBeGreaterThan(16 * 2 ** 20);
  const job = { source: "s", intervalMs: 15_000, target: { origin: "o", labels: new Map() } } as unknown as ScrapeJob;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await systemClock.sleep(20);
  delay.reset();
  for (const [i, body] of bodies.entries()) {
    const answer = { status: 200, contentType: "text/plain; version=0.0.4", dateHeader: "", body };
    const taken = await sink.onBody(job, answer, (systemClock.now() + i) as CardFrame["at"]);
    expect(taken).toMatchObject({ cards: CARDS, samples: 20_000 });
  }
  await systemClock.sleep(5);
  delay.disable();
  expect(reports).toHaveLength(3);
  console.info(`SCR-18: p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms`);
  expect(delay.percentile(99) / 1e6).toBeLessThanOrEqual(50);
  expect(delay.max / 1e6).toBeLessThanOrEqual(200);
});
