import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CollectError } from "../../../collectors/collector.ts";
import { rawRangeForm } from "../../../collectors/prometheus/query.ts";
import { SampleBook } from "../../../collectors/prometheus/sample-book.ts";
import { PrometheusPuller, type PullSource } from "../../../collectors/prometheus/pull.ts";
import { FIELD } from "../../../db/model/card-fields.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { CardFrame, Report } from "../../../db/model/frame.ts";
import { unixMs } from "../../../db/model/units.ts";
import { bodyOf, type FakePrometheus, fakePrometheus, type FakeSeries } from "./fake-prometheus.ts";
import { tinySource } from "./tiny-exporters.ts";

const T0 = Date.UTC(2026, 2, 3, 4, 0, 0);
const window = (from: number, to: number) => ({ from: unixMs(T0 + from), to: unixMs(T0 + to) });
const never = new AbortController().signal;
const MIN = 60_000;

/** Stands still; sleeping costs nothing. */
function stillClock(now = T0 + 3_600_000): Clock & { slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => unixMs(now),
    monotonicMs: () => 0,
    after: () => ({ cancel: () => undefined }),
    sleep: async (ms) => {
      if (ms > 0) slept.push(ms);
    },
  };
}

function puller(fake: FakePrometheus, over: Partial<PullSource> = {}, clock = stillClock()): PrometheusPuller {
  return new PrometheusPuller(tinySource(over), { fetcher: fake.fetcher, clock });
}

type Spec = {
  metric?: string;
  uuid?: string;
  instance?: string;
  job?: string;
  more?: Record<string, string>;
  at: readonly number[];
  value?: (i: number) => string;
};

const series = ({
  metric = "UTIL",
  uuid = "GPU-1",
  instance = "n1:9400",
  job = "dcgm",
  more = {},
  at,
  value = () => "0.5",
}: Spec): FakeSeries => ({
  labels: { __name__: metric, ...(metric === "up" ? {} : { UUID: uuid }), instance, job, ...more },
  samples: at.map((ms, i) => [T0 + ms, value(i)]),
});
const every = (step: number, from: number, to: number): number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
const frames = (reports: readonly Report[]): CardFrame[] => reports.filter((r) => r.kind === "frame");
const times = (reports: readonly Report[]): number[] => frames(reports).map((f) => f.at - T0);
const util = (f: CardFrame, row = 0): number => f.values[row * (f.values.length / f.cards.length) + FIELD.utilRatio]!;

describe("frames", () => {
  test("samples of one scrape become one frame; the newest before the window come along", async () => {
    const at = every(15_000, -60_000, 10 * MIN);
    const fake = fakePrometheus([
      series({ at, value: String }),
      series({ metric: "POWER", at, value: () => "300" }),
      series({ uuid: "GPU-2", at, value: () => "1" }),
      series({ instance: "n2:9400", uuid: "GPU-3", at: every(15_000, 7_000, 5 * MIN) }),
    ]);
    const { reports } = await puller(fake).pullWindow(window(0, 5 * MIN), never);
    const n1 = frames(reports).filter((f) => f.origin.endsWith("n1%3A9400"));
    expect(times(n1)).toEqual(every(15_000, -30_000, 5 * MIN)); // reach = 2 × 15 s
    expect(n1[2]!.cards.map((c) => c.uuid)).toEqual(["GPU-1", "GPU-2"]);
    expect(n1[2]!.values[FIELD.powerWatts]).toBe(300);
    expect(util(n1[2]!)).toBe(4);
    expect(n1[2]!.reachMs).toBe(30_000);
    expect(new Set(n1.map((f) => f.cards)).size).toBe(1); // one array while nobody changes
    expect(times(reports.filter((r) => r.origin.endsWith("n2%3A9400")))[0]).toBe(7_000);
  });

  test("a pod that ends takes its labels along; the next frame names the next pod", async () => {
    const fake = fakePrometheus([
      series({ at: [0, 15_000], more: { pod: "a" } }),
      series({ at: [30_000], more: {} }),
      series({ at: [45_000, 60_000], more: { pod: "b" } }),
    ]);
    const { reports } = await puller(fake).pullWindow(window(0, 5 * MIN), never);
    expect(frames(reports).map((f) => f.cards[0]!.holders!.map((h) => h.pod))).toEqual([
      ["a"],
      ["a"],
      [],
      ["b"],
      ["b"],
    ]);
  });

  test("samples stamped piecemeal within a second are one reading, two whole readings are not", async () => {
    const fake = fakePrometheus([
      series({ at: [0, 15_000, 15_900] }),
      series({ metric: "POWER", at: [300, 15_300], value: () => "1" }),
    ]);
    const { reports } = await puller(fake).pullWindow(window(0, MIN), never);
    expect(times(reports)).toEqual([0, 15_000, 15_900]);
    expect(frames(reports).map((f) => f.values[FIELD.powerWatts])).toEqual([1, 1, NaN]);
  });

  test("a target back from a hole brings the last reading before it, so counters are compared across", async () => {
    const at = [-50 * MIN, -49 * MIN, MIN, MIN + 15_000];
    const fake = fakePrometheus([
      series({ at }),
      series({ at: every(15_000, -MIN, 5 * MIN), instance: "n2:9400", uuid: "GPU-2" }),
    ]);
    const { reports } = await puller(fake).pullWindow(window(0, 5 * MIN), never);
    expect(times(reports.filter((r) => r.origin.includes("n1")))).toEqual([-49 * MIN, MIN, MIN + 15_000]);
    const narrowed = fake.forms.filter((f) => f.get("query")?.includes('instance="n1:9400"')).length;
    expect(narrowed).toBeGreaterThan(0);
    fake.asked = 0;
    await puller(fake).pullWindow(window(10 * MIN, 15 * MIN), never); // nobody there: nobody to look back for
    expect(fake.asked).toBeLessThan(4);
  });

  test("an instance name used in two clusters is two targets", async () => {
    const fake = fakePrometheus(
      ["a", "b"].map((cluster) => series({ uuid: `GPU-${cluster}`, at: [0], more: { cluster } })),
    );
    const { reports } = await puller(fake).pullWindow(window(0, MIN), never);
    expect(frames(reports).map((f) => [f.cards.length, f.place.cluster])).toEqual([
      [1, "a"],
      [1, "b"],
    ]);
  });

  test("matchers narrow every question and cannot be widened by a value", async () => {
    const fake = fakePrometheus([
      series({ at: [0], more: { env: "prod" } }),
      series({ uuid: "GPU-2", at: [0], more: { env: '"} or {a="' } }),
    ]);
    const matchers = [{ name: "env", op: "=" as const, value: '"} or {a="' }];
    const { reports } = await puller(fake, { selectors: [matchers] }).pullWindow(window(0, MIN), never);
    expect(frames(reports).flatMap((f) => f.cards.map((c) => c.uuid))).toEqual(["GPU-2"]);
    expect(fake.forms.every((f) => (f.get("query") ?? f.get("match[]"))!.includes('env="\\"} or {a=\\""'))).toBe(true);
  });

  test("credentials, tenant and path prefix go with each question", async () => {
    const fake = fakePrometheus();
    const seen: unknown[] = [];
    fake.before = (request) => {
      seen.push([request.url.href.split("?")[0], request.headers["authorization"], request.headers["x-scope-orgid"]]);
      return null;
    };
    await puller(fake, {
      url: "http://vm.test:8428/prometheus/",
      tenant: "team-a",
      authorization: async () => "Bearer t",
    }).pullWindow(window(0, MIN), never);
    expect(seen[0]).toEqual(["http://vm.test:8428/prometheus/api/v1/query", "Bearer t", "team-a"]);
  });
});

describe("PUL-03: window edges", () => {
  test.each([true, false])(
    "any tiling counts each sample exactly once (left closed: %s)",
    async (leftClosed) => {
      const at = every(1_000, -60_000, 70 * MIN); // samples on every whole second, so cuts fall on samples
      const fake = fakePrometheus([series({ at })]);
      fake.leftClosed = leftClosed;
      const pull = puller(fake, { intervalMs: 500 }); // reach 1 s
      const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 3599 }), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(cuts, async (seconds) => {
          const edges = [0, ...seconds.toSorted((a, b) => a - b), 3600].map((s) => s * 1000);
          const counted: number[] = [];
          for (let i = 1; i < edges.length; i += 1) {
            const { reports } = await pull.pullWindow(window(edges[i - 1]!, edges[i]!), never);
            counted.push(...times(reports).filter((t) => t >= edges[i - 1]!));
          }
          expect(counted.length).toBe(3600);
          expect(new Set(counted).size).toBe(3600);
        }),
        { numRuns: 20 },
      );
    },
    60_000,
  );

  test.each([true, false])("10,000 random tilings count each sample once (left closed: %s)", (leftClosed) => {
    const book = new SampleBook();
    const at = every(1_000, -3_000, 63_000).map((t) => T0 + t);
    const inOne = (from: number, to: number): number => {
      const form = new URLSearchParams(rawRangeForm({ names: ["m"], matchers: [], window: window(from, to) }));
      const end = Math.round(Number(form.get("time")) * 1000);
      const start = end - Number(/\[(\d+)ms\]/.exec(form.get("query")!)![1]);
      const sent = at.filter((t) => t <= end && (leftClosed ? t >= start : t > start));
      book.begin(window(from, to), Infinity);
      book.take(0, Float64Array.from(sent), new Float64Array(sent.length), sent.length);
      return book.samples;
    };
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 59_999 }), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, fc.boolean(), (some, onSamples) => {
        const inner = some.map((ms) => (onSamples ? Math.ceil(ms / 1000) * 1000 : ms));
        const edges = [...new Set([0, ...inner, 60_000])].toSorted((a, b) => a - b);
        const counts = edges.slice(1).map((to, i) => inOne(edges[i]!, to));
        expect(counts.reduce((a, b) => a + b, 0)).toBe(60);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("PUL-05: an answer that is not whole brings nothing", () => {
  const matrix = (rest: string): string => `{"status":"success"${rest},"data":{"resultType":"matrix","result":[]}}`;
  test.each([
    ["warnings", matrix(',"warnings":["remote read failed"]'), "partial"],
    ["isPartial", matrix(',"isPartial":true'), "partial"],
    ["status error in a 200", '{"status":"error","errorType":"internal","error":"x"}', "malformed"],
    ["bad data", '{"status":"error","errorType":"bad_data","error":"x"}', "bad_config"],
    ["truncated", matrix("").slice(0, -3), "truncated"],
    ["HTML", "<html></html>", "malformed"],
    ["a string result", '{"status":"success","data":{"resultType":"string","result":[1,"x"]}}', "malformed"],
  ])("%s", async (_, body, fault) => {
    const fake = fakePrometheus([series({ at: [0] })]);
    fake.before = () => body;
    await expect(puller(fake).pullWindow(window(0, MIN), never)).rejects.toMatchObject({ name: "CollectError", fault });
  });

  test("infos are no reason for doubt", async () => {
    const fake = fakePrometheus();
    fake.before = (request) => (request.method === "POST" ? matrix(',"infos":["PromQL info"]') : null);
    await expect(puller(fake).pullWindow(window(0, MIN), never)).resolves.toMatchObject({ reports: [] });
  });

  test("the next whole answer is read as if nothing had been", async () => {
    const at = every(15_000, 0, 5 * MIN);
    const fake = fakePrometheus([series({ at }), series({ metric: "POWER", at })]);
    const pull = puller(fake);
    let left = 3;
    fake.before = () => ((left -= 1) >= 0 ? matrix("").slice(0, -1) : null);
    await expect(pull.pullWindow(window(0, 5 * MIN), never)).rejects.toMatchObject({ fault: "truncated" });
    left = 0;
    const after = await pull.pullWindow(window(0, 5 * MIN), never);
    const fresh = await puller(fake).pullWindow(window(0, 5 * MIN), never);
    expect(after.reports).toEqual(fresh.reports);
  });
});

describe("PUL-06: a server with limits", () => {
  const at = every(15_000, -60_000, 6 * MIN);
  const fleet = Array.from({ length: 32 }, (_, i) => [
    series({ uuid: `GPU-${i}`, instance: `n${i}:9400`, at }),
    series({ metric: "POWER", uuid: `GPU-${i}`, instance: `n${i}:9400`, at, value: String }),
  ]).flat();

  test.each([500, 100, 60, 24])(
    "422 above %d samples: the window is read in pieces, whole and exact",
    async (maxSamples) => {
      const whole = await puller(fakePrometheus(fleet)).pullWindow(window(0, 5 * MIN), never);
      const fake = fakePrometheus(fleet);
      fake.maxSamples = maxSamples;
      const pull = puller(fake);
      expect((await pull.pullWindow(window(0, 5 * MIN), never)).reports).toEqual(whole.reports);
      const answered = fake.asked - fake.refused;
      expect(fake.refused).toBeLessThanOrEqual(answered); // at most twice the questions of the split that works

      for (let i = 0; i < 5; i += 1) await pull.pullWindow(window(0, 5 * MIN), never);
      fake.asked = 0;
      fake.refused = 0;
      await pull.pullWindow(window(0, 5 * MIN), never);
      expect(fake.refused).toBeLessThanOrEqual(1); // it has learned the size
    },
  );

  test("429 is met with patience, not with more questions", async () => {
    const fake = fakePrometheus([series({ at })]);
    let left = 2;
    fake.before = () => {
      if ((left -= 1) >= 0) throw new CollectError("overloaded", "slow down", { status: 429 });
      return null;
    };
    const clock = stillClock();
    const { reports } = await puller(fake, {}, clock).pullWindow(window(0, 5 * MIN), never);
    expect(reports.length).toBeGreaterThan(0);
    expect(clock.slept.length).toBe(2);
    expect(Math.min(...clock.slept)).toBeGreaterThanOrEqual(1000);
  });

  test.each([422, 429, 503])("a server that always says %d is given up, with its reason", async (status) => {
    const fake = fakePrometheus([series({ at })]);
    fake.before = () => {
      throw new CollectError(status === 422 ? "http_status" : "overloaded", "no", { status });
    };
    await expect(puller(fake).pullWindow(window(0, 5 * MIN), never)).rejects.toMatchObject({
      fault: "overloaded",
      status,
    });
    expect(fake.asked).toBeLessThan(100);
  });

  test("401 is not asked again", async () => {
    const fake = fakePrometheus([series({ at })]);
    fake.before = () => {
      throw new CollectError("http_status", "401", { status: 401 });
    };
    await expect(puller(fake).pullWindow(window(0, 5 * MIN), never)).rejects.toMatchObject({ fault: "http_status" });
    expect(fake.asked).toBeLessThanOrEqual(2);
  });
});

test("PUL-08: never more than two questions at once, live view included", async () => {
  const at = every(15_000, -MIN, 2 * MIN);
  const fleet = Array.from({ length: 24 }, (_, i) => series({ uuid: `GPU-${i}`, instance: `n${i}:9400`, at }));
  const fake = fakePrometheus(fleet);
  fake.maxSamples = 50;
  const pull = puller(fake);
  const read = () => pull.pullWindow(window(0, MIN), never);
  await Promise.all([read(), pull.pullLive(never), read()]);
  expect(fake.asked).toBeGreaterThan(20);
  expect(fake.mostAtOnce).toBe(2);
});

describe("PUL-09: pairs of Prometheus", () => {
  test("holes of one replica are filled by the other and nothing counts twice", async () => {
    const a = every(15_000, 0, 5 * MIN).filter((t) => t < 60_000 || t >= 120_000);
    const b = every(15_000, 4_000, 5 * MIN).filter((t) => t < 180_000 || t >= 240_000);
    const fake = fakePrometheus([series({ at: a, more: { replica: "a" } }), series({ at: b, more: { replica: "b" } })]);
    const { reports } = await puller(fake, { replicaLabels: ["replica"] }).pullWindow(window(0, 5 * MIN), never);
    expect(new Set(reports.map((r) => r.origin)).size).toBe(1);
    expect(times(reports)).toEqual([...a, ...b].toSorted((x, y) => x - y));
    expect(frames(reports).every((f) => f.cards.length === 1)).toBe(true);
  });

  test("a sample both stored counts once, the same one whoever answers first", async () => {
    const pair = [
      series({ at: [0, 15_000], more: { replica: "a" }, value: () => "0.1" }),
      series({ at: [0, 15_000], more: { replica: "b" }, value: () => "0.9" }),
    ];
    for (const order of [pair, pair.toReversed()]) {
      const { reports } = await puller(fakePrometheus(order), { replicaLabels: ["replica"] }).pullWindow(
        window(0, MIN),
        never,
      );
      expect(frames(reports).map((f) => util(f))).toEqual([0.1, 0.1]);
    }
  });

  test("one replica that cannot reach the target does not silence it", async () => {
    const at = every(15_000, -MIN, 2 * MIN);
    const up = (replica: string, value: string): FakeSeries =>
      series({ metric: "up", at, more: { replica }, value: () => value });
    const cards = series({ at, more: { replica: "b" } });
    const silent = async (all: FakeSeries[]) =>
      (
        await puller(fakePrometheus(all), { replicaLabels: ["replica"] }).pullWindow(window(0, 2 * MIN), never)
      ).reports.filter((r) => r.kind === "silence");
    expect(await silent([cards, up("a", "0"), up("b", "1")])).toEqual([]);
    expect((await silent([cards, up("a", "0"), up("b", "0")])).length).toBe(1);
  });
});

describe("silence", () => {
  const at = every(15_000, -60_000, 5 * MIN);
  const upFrom = (down: number, back: number): FakeSeries =>
    series({ metric: "up", at, value: (i) => (at[i]! >= down && at[i]! < back ? "0" : "1") });

  test("up = 0 silences the target at that scrape", async () => {
    const cards = series({ at: at.filter((t) => t < 60_000 || t >= 180_000) });
    const { reports } = await puller(fakePrometheus([cards, upFrom(60_000, 180_000)])).pullWindow(
      window(0, 5 * MIN),
      never,
    );
    expect(reports.filter((r) => r.kind === "silence")).toEqual([
      { kind: "silence", origin: "prometheus:prom//dcgm/n1%3A9400", at: T0 + 60_000, cause: "source_down" },
    ]);
  });

  test("a Prometheus that was down itself is told from a target that left", async () => {
    const there = at.filter((t) => t < 60_000);
    const dead = [series({ at: there }), series({ metric: "up", at: there })];
    const both = [...dead, series({ metric: "up", instance: "n2:9400", at })];
    const causes = async (all: FakeSeries[]) =>
      (await puller(fakePrometheus(all)).pullWindow(window(0, 5 * MIN), never)).reports
        .filter((r) => r.kind === "silence")
        .map((r) => [r.cause, r.at - T0]);
    expect(await causes(dead)).toEqual([["source_down", 45_000 + 30_000]]);
    expect(await causes(both)).toEqual([]);
  });

  test("the first window already knows which jobs carry cards", async () => {
    const before = series({ at: [-3_600_000] });
    const { reports } = await puller(fakePrometheus([before, upFrom(-60_000, 5 * MIN)])).pullWindow(
      window(0, 5 * MIN),
      never,
    );
    expect(reports.map((r) => r.kind)).toEqual(["silence"]);
  });
});

describe("PUL-14: clocks", () => {
  test("samples from more than 10 minutes ahead are refused and counted", async () => {
    const fake = fakePrometheus([series({ at: [0, 9 * MIN, 11 * MIN, 12 * MIN] })]);
    const pulled = await puller(fake, {}, stillClock(T0)).pullWindow(window(0, 15 * MIN), never);
    expect(times(pulled.reports)).toEqual([0, 9 * MIN]);
    expect(pulled.refusedFuture).toBe(2);
  });

  test("the skew of the server's clock is known to the second", async () => {
    const fake = fakePrometheus();
    const pull = puller(fake, {}, stillClock(T0 + 400));
    const get = fake.fetcher.get.bind(fake.fetcher);
    Object.assign(fake.fetcher, {
      get: async (key: string, request: Parameters<typeof get>[1]) => ({
        ...(await get(key, request)),
        dateHeader: new Date(T0 + 10 * MIN).toUTCString(),
      }),
    });
    await pull.pullWindow(window(0, MIN), never);
    expect(pull.client.clockSkewMs).toBe(10 * MIN);
  });
});

test("the live view takes the newest reading of each target, from few metrics", async () => {
  const at = every(15_000, -120_000, 0);
  const fake = fakePrometheus([series({ at, value: String }), series({ metric: "POWER", at })]);
  const live = await puller(fake, {}, stillClock(T0 - 5_000)).pullLive(never);
  expect(live.frames.map((f) => [f.at - T0, util(f)])).toEqual([[-15_000, 7]]);
  expect(fake.forms.some((f) => f.get("query")!.includes("POWER"))).toBe(false);
});

test("metrics of health that nobody has are looked for now and then; those that are there, each time; never for slots", async () => {
  const at = every(15_000, -120_000, 60 * MIN);
  const fake = fakePrometheus([series({ at }), series({ metric: "THERE", at })]);
  let passed = 0;
  const clock = { ...stillClock(T0), monotonicMs: () => passed };
  const exporters = { ...tinySource().exporters, healthMetrics: ["THERE", "ABSENT"] };
  const pull = puller(fake, { exporters }, clock);
  const asks = (name: string) => fake.forms.filter((f) => f.get("query")!.includes(name)).length;
  for (let minute = 0; minute < 20; minute += 1) {
    passed = minute * MIN;
    await pull.pullLive(never);
  }
  expect([asks("ABSENT"), asks("THERE")]).toEqual([2, 20]);
  await pull.pullWindow(window(0, MIN), never);
  expect([asks("ABSENT"), asks("THERE")]).toEqual([2, 20]);
});

test("a live view that is not whole shows what there is, and why not all", async () => {
  const fake = fakePrometheus();
  const item = `{"metric":{"__name__":"UTIL","UUID":"GPU-1","instance":"n"},"values":[[${T0 / 1000},"1"]]}`;
  fake.before = () => `{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[${item}]}}`;
  const live = await puller(fake, {}, stillClock(T0 + 5_000)).pullLive(never);
  expect(live.frames.map((f) => f.cards[0]!.uuid)).toEqual(["GPU-1"]);
  expect(live.missing).toMatchObject({ fault: "partial" });
});

test("an empty server is an empty window, not an error", async () => {
  expect(await puller(fakePrometheus()).pullWindow(window(0, MIN), never)).toMatchObject({ reports: [], samples: 0 });
  expect(bodyOf("x").status).toBe(200);
});
