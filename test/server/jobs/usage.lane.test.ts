import { rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fetcher } from "../../../collectors/collector.ts";
import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { HOUR_MS, hourOf, MINUTE_MS, SECOND_MS, shift } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { systemClock } from "../../../server/clock.ts";
import { dayNoIn } from "../../../server/domain/usage/calendar.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { startUsage } from "../../../server/jobs/usage.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { openCounterReaders } from "../../../server/usecases/usage/counter-readers.ts";
import { createUsage } from "../../../server/usecases/usage/create-usage.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import type { Service } from "../../services/program.ts";
import { prometheusMissing, startPrometheus } from "../../services/prometheus.ts";
import { configOf, freshFeatures, NOTE } from "../usecases/usage/usage-stage.ts";

const missing = prometheusMissing();
if (missing !== null) console.log(`skipped: counters of a real Prometheus: ${missing}`);

const STEP_S = 30;
/** Eight hours that ended a while ago; the clock of the test stands two minutes after their end. */
const H0 = shift(hourOf(unixMs(Date.now())), -10 * HOUR_MS);
const at = (h: number): UnixMs => shift(H0, h * HOUR_MS);

/**
 * What a vLLM with two pods behind an ingress did, second by second, as its exporter counted it: 2 requests a step on one
 * pod, 1 on the other, every 20th aborted. The first pod is restarted in hour 1. In hour 4 the Prometheus is away.
 */
function recorded(): { text: string; truth: Map<number, { done: number; aborted: number }> } {
  const truth = new Map<number, { done: number; aborted: number }>();
  const samples: string[] = [];
  const counters = new Map<string, number>();
  const isAway = (ms: number): boolean => ms >= at(4) && ms < at(5);
  for (let ms = H0 - 10 * MINUTE_MS; ms < at(8); ms += STEP_S * SECOND_MS) {
    const step = (ms - H0) / (STEP_S * SECOND_MS);
    if (ms === at(1) + 20 * MINUTE_MS)
      for (const key of counters.keys()) if (key.startsWith("a ")) counters.set(key, 0);
    for (const [pod, perStep] of [
      ["a", 2],
      ["b", 1],
    ] as const) {
      const reason = step % 20 === 0 ? "abort" : "stop";
      const key = `${pod} ${reason}`;
      counters.set(key, (counters.get(key) ?? (reason === "stop" ? 1_000 : 0)) + perStep);
      // what is counted when the Prometheus is back belongs to the hour in which it is seen
      const hour = hourOf(unixMs(isAway(ms) ? at(5) : ms));
      const own = truth.get(hour) ?? { done: 0, aborted: 0 };
      if (reason === "abort") own.aborted += perStep;
      else own.done += perStep;
      truth.set(hour, own);
    }
    if (isAway(ms)) continue;
    for (const [key, value] of counters) {
      const [pod, reason] = key.split(" ");
      const labels = `model_name="chat",engine="0",finished_reason="${reason}",job="vllm",instance="${pod}:8000"`;
      samples.push(`vllm:request_success_total{${labels}} ${value} ${ms / 1_000}`);
      samples.push(`vllm:request_success_total{${labels.replace('"chat"', '"other"')}} ${value * 7} ${ms / 1_000}`);
    }
  }
  samples.sort(byLabels);
  return { text: `# TYPE vllm:request_success counter\n${samples.join("\n")}\n# EOF\n`, truth };
}
/** OpenMetrics wants the samples of one label set together. */
const byLabels = (a: string, b: string): number => {
  const [x, y] = [a.slice(0, a.indexOf("}")), b.slice(0, b.indexOf("}"))];
  return x < y ? -1 : x > y ? 1 : 0;
};

const promql = { prometheus: "prom-1", adapter: "vllm-requests", match: '{model_name="chat"}' };

describe.skipIf(missing !== null)("counters of a real Prometheus", () => {
  const { text, truth } = recorded();
  const fetcher: Fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
  const log = createLog("silent", systemClock);
  let server: Service;
  let dataDir = "";
  let db: Database;
  let chat = 0;

  beforeAll(async () => {
    server = await startPrometheus({ history: [text] });
    dataDir = await freshDataDir();
    db = await open({ dataDir });
  });
  afterAll(async () => {
    await db?.close();
    await server?.stop();
    await fetcher.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  beforeEach(async () => void (chat = (await freshFeatures(db, ["chat"]))["chat"]!));

  /** The real clock, standing at an instant of the past. */
  const clockAt = (now: () => UnixMs): Clock => ({ ...systemClock, now });
  const stage = (now: () => UnixMs) => {
    const config = configOf(
      `timeZone: UTC\negress: {allow: [127.0.0.0/8]}\nsources:\n  - {name: prom-1, type: prometheus, url: "${server.url}"}\n`,
    );
    const clock = clockAt(now);
    const readers = openCounterReaders({ config: () => config, clock, fetcher, env: {} });
    const usage = createUsage({ db, clock, config: () => config, readers, env: {} });
    return { usage, readers, clock };
  };
  const run = async (now: () => UnixMs, until: UnixMs) => {
    const { usage, readers, clock } = stage(now);
    const job = startUsage({ counters: usage.counters, readers, db, clock, log });
    for (let i = 0; i < 400; i += 1) {
      const [source] = await usage.counters.list();
      if (source === undefined || source.readTo >= until) break;
      await systemClock.sleep(25);
    }
    await job.stop();
    return usage;
  };
  const hours = async (usage: ReturnType<typeof stage>["usage"]) => {
    const days = { from: dayNoIn(H0, "UTC"), to: dayNoIn(at(8), "UTC") + 1 };
    const lines = (await usage.unitLines(chat, days, 1_000)).toReversed();
    return lines.map((line) => ({
      hour: (line.from - H0) / HOUR_MS,
      ok: line.okMicro === null ? null : Number(line.okMicro) / 1e6,
      failed: line.failedMicro === null ? null : Number(line.failedMicro) / 1e6,
      covered: line.coveredMs / HOUR_MS,
    }));
  };
  const expected = (h: number) => {
    const { done, aborted } = truth.get(at(h))!;
    return { hour: h, ok: done, failed: aborted };
  };

  test("units are right through a restart, and the hour without data is missing", { timeout: 60_000 }, async () => {
    const now = () => shift(at(8), 2 * MINUTE_MS);
    await stage(now).usage.saveSource({ feature: "chat", name: "vllm", promql, since: H0 }, NOTE);
    const found = await hours(await run(now, at(8)));
    expect(found.map(({ hour }) => hour)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const h of [0, 1, 2, 6, 7]) expect(found[h]).toEqual({ ...expected(h), covered: 1 });
    expect(found[3]).toEqual({ ...expected(3), covered: 1 - STEP_S / 3_600 }); // its last sample speaks to 30 s before its end
    expect(found[4]).toEqual({ hour: 4, ok: null, failed: null, covered: 0 });
    expect(found[5]).toEqual({ ...expected(5), covered: 1 }); // with what was counted while nobody looked
    const total = found.reduce((sum, { ok, failed }) => sum + (ok ?? 0) + (failed ?? 0), 0);
    expect(total).toBe(8 * 120 * 3); // every request of eight hours, once
  });

  test(
    "hour by hour as they close gives the same as all at once after an outage of ours",
    { timeout: 120_000 },
    async () => {
      let clock = shift(at(1), 2 * MINUTE_MS);
      await stage(() => clock).usage.saveSource({ feature: "chat", name: "vllm", promql, since: H0 }, NOTE);
      for (let h = 1; h <= 3; h += 1) {
        clock = shift(at(h), 2 * MINUTE_MS);
        await run(() => clock, at(h));
      }
      clock = shift(at(8), 2 * MINUTE_MS); // away for five hours
      const found = await hours(await run(() => clock, at(8)));
      const atOnce = await freshRead();
      expect(found).toEqual(atOnce);
    },
  );

  async function freshRead() {
    chat = (await freshFeatures(db, ["chat"]))["chat"]!;
    const now = () => shift(at(8), 2 * MINUTE_MS);
    await stage(now).usage.saveSource({ feature: "chat", name: "vllm", promql, since: H0 }, NOTE);
    return hours(await run(now, at(8)));
  }

  test("a trial shows what would be read, and the counters it would read", async () => {
    const { usage } = stage(() => shift(at(8), 2 * MINUTE_MS));
    const trial = await usage.testQuery(promql);
    expect(trial.series).toEqual({ good: 4, failed: 2, minus: 2 });
    expect(trial.hours.map(({ okMicro }) => okMicro === null)).toEqual([false, false, true, false, false, false]);
    expect(await usage.testQuery({ ...promql, match: '{model_name="chta"}' })).toMatchObject({
      error: "",
      series: { good: 0 },
    });
  });

  test(
    "a counter that matches nothing is told, and no hour is called missing that never was",
    { timeout: 60_000 },
    async () => {
      const now = () => shift(at(8), 2 * MINUTE_MS);
      const wrong = { prometheus: "prom-1", good: ["app_images_total"] };
      await stage(now).usage.saveSource({ feature: "chat", name: "app", promql: wrong, since: H0 }, NOTE);
      const usage = await run(now, at(8));
      expect(await hours(usage)).toEqual([]);
      expect((await usage.sources("chat"))[0]?.error).toMatch(/no counter matches app_images_total/);
    },
  );

  test("a Prometheus that is away moves no watermark, and what it said is told", { timeout: 60_000 }, async () => {
    const config = configOf(
      `timeZone: UTC\negress: {allow: [127.0.0.0/8]}\nsources:\n  - {name: prom-1, type: prometheus, url: "http://127.0.0.1:1"}\n`,
    );
    const clock = clockAt(() => shift(at(8), 2 * MINUTE_MS));
    const readers = openCounterReaders({ config: () => config, clock, fetcher, env: {} });
    const usage = createUsage({ db, clock, config: () => config, readers, env: {} });
    await usage.saveSource({ feature: "chat", name: "vllm", promql, since: H0 }, NOTE);
    const job = startUsage({ counters: usage.counters, readers, db, clock, log });
    for (let i = 0; i < 200 && (await usage.sources("chat"))[0]?.error === ""; i += 1) await systemClock.sleep(25);
    await job.stop();
    expect((await usage.sources("chat"))[0]?.error).not.toBe("");
    expect((await usage.counters.list())[0]?.readTo).toBe(H0);
    expect(await hours(usage)).toEqual([]);
  });
});
