import { describe, expect, test } from "vitest";
import { CollectError, type Fetcher, type GetAnswer, type GetRequest } from "../../../collectors/collector.ts";
import { staticTargets } from "../../../collectors/discovery/static-targets.ts";
import type { ScrapeJob, ScrapeSink, ScrapeYield } from "../../../server/ingest/scrape-job.ts";
import { ScrapeLoop } from "../../../server/ingest/scrape-loop.ts";
import { TargetHealth } from "../../../server/ingest/target-health.ts";
import { type ManualClock, manualClock } from "../../tools/manual-clock.ts";

const FOUND: ScrapeYield = { samples: 240, cards: 8, duplicateSeries: 0, refusedValues: 0 };
const ANSWER: GetAnswer = { status: 200, contentType: "text/plain", dateHeader: "", body: new Uint8Array(10) };

const job = (name: string, more: Partial<ScrapeJob> = {}): ScrapeJob => ({
  source: "lab",
  target: staticTargets([`${name}:9400`], new Map())[0]!,
  intervalMs: 15_000,
  timeoutMs: 10_000,
  maxBodyBytes: 1_000_000,
  headers: () => NO_HEADERS,
  caFile: null,
  ...more,
});
const NO_HEADERS = {};
const nameOf = (key: string): string => new URL(key).hostname;

type Behaviour = (request: GetRequest, turn: number) => Promise<GetAnswer>;
const answers =
  (ms: number): Behaviour =>
  () =>
    bench.clock.sleep(ms).then(() => ANSWER);
const hangs: Behaviour = async (request) => {
  await bench.clock.sleep(request.deadlineMs);
  throw new CollectError("timeout", "hung");
};
const fails: Behaviour = async () => {
  throw new CollectError("http_status", "HTTP 500", { status: 500 });
};

type Bench = {
  readonly clock: ManualClock;
  readonly loop: ScrapeLoop;
  readonly health: TargetHealth;
  readonly started: { readonly name: string; readonly at: number; readonly request: GetRequest }[];
  readonly bodies: { readonly name: string; readonly at: number; readonly beganAt: number }[];
  readonly silences: { readonly name: string; readonly fault: string }[];
  readonly forgotten: string[];
  readonly flying: Map<string, number>;
  behaviour: (name: string) => Behaviour;
  overlaps: number;
  mostInFlight: number;
};
let bench: Bench;

function open(behaviour: (name: string) => Behaviour, sink: Partial<ScrapeSink> = {}): Bench {
  const clock = manualClock();
  const turns = new Map<string, number>();
  const health = new TargetHealth();
  const flying = new Map<string, number>();
  const fetcher: Fetcher = {
    async get(key, request) {
      const name = nameOf(key);
      const turn = turns.get(name) ?? 0;
      turns.set(name, turn + 1);
      if (flying.has(name)) bench.overlaps++;
      flying.set(name, clock.monotonicMs());
      bench.mostInFlight = Math.max(bench.mostInFlight, flying.size);
      bench.started.push({ name, at: clock.monotonicMs(), request });
      try {
        return await bench.behaviour(name)(request, turn);
      } finally {
        flying.delete(name);
      }
    },
    forget: (key) => void bench.forgotten.push(nameOf(key)),
    close: async () => {},
  };
  const loop = new ScrapeLoop({
    clock,
    fetcher,
    health,
    sink: {
      onBody(j, _answer, at) {
        bench.bodies.push({ name: nameOf(j.target.origin), at: clock.monotonicMs(), beganAt: at });
        return FOUND;
      },
      onSilence: (j, _at, error) => void bench.silences.push({ name: nameOf(j.target.origin), fault: error.fault }),
      ...sink,
    },
  });
  bench = {
    clock, loop, health, flying, behaviour, started: [], bodies: [], silences: [], forgotten: [], overlaps: 0, mostInFlight: 0,
  }; // prettier-ignore
  return bench;
}

const countOf = (list: readonly { readonly name: string }[], name: string): number =>
  list.filter((e) => e.name === name).length;

describe("every target", () => {
  test("is read once in each interval, at its own instant", async () => {
    const { loop, clock, bodies, started } = open(() => answers(5));
    loop.setTargets(["a", "b", "c"].map((n) => job(n)));
    loop.start();
    await clock.advance(60_000);
    for (const name of ["a", "b", "c"]) {
      expect(countOf(bodies, name)).toBe(4);
      const at = started.filter((s) => s.name === name).map((s) => s.at);
      expect(at.map((t) => Math.round(t - (at[0] ?? 0)))).toEqual([0, 15_000, 30_000, 45_000]);
    }
    expect(new Set(started.map((s) => Math.round(s.at % 15_000))).size).toBe(3);
    await loop.stop();
  });

  test("keeps its instant after a restart of the process", async () => {
    const instants: number[] = [];
    for (const wait of [0, 4_321]) {
      const { loop, clock, bodies } = open(() => answers(0));
      await clock.advance(wait);
      loop.setTargets([job("a")]);
      loop.start();
      await clock.advance(15_000);
      instants.push((bodies[0]?.beganAt ?? 0) % 15_000);
      await loop.stop();
    }
    expect(Math.abs(instants[0]! - instants[1]!)).toBeLessThanOrEqual(1);
  });

  test("is given its credentials, the accept header and its deadline, in the same object while nothing changes", async () => {
    const { loop, clock, started } = open(() => answers(0));
    let credentials = { authorization: "Bearer 1" };
    loop.setTargets([job("a", { headers: () => credentials, timeoutMs: 60_000 })]);
    loop.start();
    await clock.advance(30_000);
    credentials = { authorization: "Bearer 2" };
    await clock.advance(15_000);
    const [one, two, three] = started.map((s) => s.request);
    expect(one?.headers).toMatchObject({ authorization: "Bearer 1", "x-prometheus-scrape-timeout-seconds": "13.5" });
    expect(one?.deadlineMs).toBe(13_500); // a target that hangs must be done before its next round
    expect(two?.headers).toBe(one?.headers);
    expect(three?.headers).toMatchObject({ authorization: "Bearer 2" });
    await loop.stop();
  });

  test("is never read twice at a time: a round that meets the one before is left out", async () => {
    const { loop, clock } = open(() => answers(20_000));
    loop.setTargets([job("a")]);
    loop.start();
    await clock.advance(120_000);
    expect(bench.overlaps).toBe(0);
    expect(loop.skipped).toBeGreaterThan(0);
    await Promise.all([loop.stop(), clock.advance(30_000)]);
  });

  test("does not care that the wall clock jumps", async () => {
    const { loop, clock, bodies } = open(() => answers(0));
    loop.setTargets([job("a")]);
    loop.start();
    await clock.advance(30_000);
    clock.jump(-3_600_000);
    await clock.advance(30_000);
    clock.jump(7_200_000);
    await clock.advance(30_000);
    expect(bodies).toHaveLength(6);
    await loop.stop();
  });
});

describe("a failed scrape", () => {
  test("is told once as silence, with its fault, and the target is asked again next time", async () => {
    const { loop, clock, silences, health } = open(() => fails);
    loop.setTargets([job("a")]);
    loop.start();
    await clock.advance(30_000);
    expect(silences).toEqual([{ name: "a", fault: "http_status" }, { name: "a", fault: "http_status" }]); // prettier-ignore
    expect(health.targets()[0]).toMatchObject({ up: false, fault: "http_status", error: "HTTP 500", samples: null });
    bench.behaviour = () => answers(0);
    await clock.advance(15_000);
    expect(health.targets()[0]).toMatchObject({ up: true, samples: 240, cards: 8, fault: "http_status" });
    await loop.stop();
  });

  test("of the parser is silence too, whatever it throws, and the buffer goes back", async () => {
    let released = 0;
    const { loop, clock, silences } = open(
      () => async () => ({ ...ANSWER, release: () => void released++ }),
      {
        onBody(j) {
          throw nameOf(j.target.origin) === "a" ? new CollectError("sample_limit", "too many") : new TypeError("a bug");
        },
      },
    ); // prettier-ignore
    loop.setTargets([job("a"), job("b")]);
    loop.start();
    await clock.advance(15_000);
    expect(silences.map((s) => `${s.name} ${s.fault}`).sort()).toEqual(["a sample_limit", "b malformed"]);
    expect(released).toBe(2);
    await loop.stop();
  });

  test("because a secret is missing is bad_config and sends nothing", async () => {
    const { loop, clock, started, silences } = open(() => answers(0));
    const headers = (): never => {
      throw new CollectError("bad_config", "secret: file /x: ENOENT");
    };
    loop.setTargets([job("a", { headers })]);
    loop.start();
    await clock.advance(15_000);
    expect(silences).toEqual([{ name: "a", fault: "bad_config" }]);
    expect(started).toEqual([]);
    await loop.stop();
  });

  test("whose teller throws does not end the loop", async () => {
    const { loop, clock, bodies } = open((name) => (name === "a" ? fails : answers(0)), {
      onSilence() {
        throw new Error("a bug");
      },
    });
    loop.setTargets([job("a"), job("b")]);
    loop.start();
    await clock.advance(45_000);
    expect(countOf(bodies, "b")).toBe(3);
    await loop.stop();
  });
});

describe("a replaced list", () => {
  test("starts the new, ends the gone, and leaves the rhythm of the rest", async () => {
    const removed: string[] = [];
    const { loop, clock, started, forgotten, health } = open(() => answers(1), {
      onRemoved: (j) => void removed.push(nameOf(j.target.origin)),
    });
    loop.setTargets([job("a"), job("b")]);
    loop.start();
    await clock.advance(20_000);
    loop.setTargets([job("b"), job("c"), job("c", { source: "second" })]);
    await clock.advance(25_000);
    expect(removed).toEqual(["a"]);
    expect(forgotten).toEqual(["a"]);
    expect(countOf(started, "a")).toBeLessThanOrEqual(2);
    const b = started.filter((s) => s.name === "b").map((s) => Math.round(s.at));
    expect(b.map((t) => t - (b[0] ?? 0))).toEqual([0, 15_000, 30_000]);
    expect(countOf(started, "c")).toBeGreaterThan(0);
    expect(health.targets().map((t) => [nameOf(t.origin), t.source])).toEqual([["b", "lab"], ["c", "lab"]]); // prettier-ignore
    await loop.stop();
  });

  test("drops what a gone target still answers", async () => {
    const { loop, clock, bodies, silences } = open(() => answers(5_000));
    loop.setTargets([job("a")]);
    loop.start();
    while (bench.flying.size === 0) await clock.advance(500);
    loop.setTargets([]);
    await clock.advance(60_000);
    expect([bodies, silences]).toEqual([[], []]);
    await loop.stop();
  });
});

describe("stopping", () => {
  test("takes in what was in flight, gives up what hangs, starts nothing more, and tells nobody silent", async () => {
    let answer: (body: GetAnswer) => void = () => {};
    let fail: (error: CollectError) => void = () => {};
    const { loop, clock, bodies, silences, started } = open((name) => {
      if (name === "a") return () => new Promise((resolve) => (answer = resolve));
      if (name === "c") return () => new Promise((_, reject) => (fail = reject));
      return () => new Promise(() => {});
    });
    loop.setTargets([job("a"), job("b"), job("c")]);
    loop.start();
    await clock.advance(15_000);
    expect(bench.flying.size).toBe(3);
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    answer(ANSWER);
    fail(new CollectError("connect", "dropped"));
    await clock.advance(2_900);
    expect(bodies.map((b) => b.name)).toEqual(["a"]);
    expect(stopped).toBe(false);
    await clock.advance(100);
    await stopping;
    expect(bench.forgotten).toEqual(["b"]);
    await clock.advance(60_000);
    expect(started).toHaveLength(3);
    expect(silences).toEqual([]);
  });

  test("with nothing in flight is immediate, and leaves no timer", async () => {
    const { loop, clock } = open(() => answers(0));
    loop.setTargets([job("a"), job("b")]);
    loop.start();
    await loop.stop();
    expect(clock.pending()).toBe(0);
  });
});

describe("1,000 targets of which 300 hang", () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `gpu-${i}`);
  const dead = (name: string): boolean => Number(name.slice(4)) % 10 < 3;

  test("every living one is read in every interval from the first, within a second of its instant", async () => {
    const { loop, clock, bodies, started } = open((name) => (dead(name) ? hangs : answers(3)));
    loop.setTargets(names.map((n) => job(n)));
    loop.start();
    await clock.advance(60_000 + 50); // those read on the border answer a moment after it
    const living = names.filter((n) => !dead(n));
    for (const name of living) expect(countOf(bodies, name)).toBeGreaterThanOrEqual(4 - 1);
    expect(bodies).toHaveLength(living.length * 4);
    expect(bench.overlaps).toBe(0);
    expect(bench.mostInFlight).toBeLessThanOrEqual(64 + 4_096);
    expect(worstJitter(started.filter((s) => !dead(s.name)))).toBeLessThan(1_000);
    for (const name of names) if (dead(name)) expect(countOf(started, name)).toBeGreaterThanOrEqual(3);
    const stopped = loop.stop();
    await clock.advance(3_000);
    await stopped;
  }, 60_000);
});

/** How far any start is from the rhythm its first start set. */
function worstJitter(starts: readonly { readonly name: string; readonly at: number }[]): number {
  const first = new Map<string, number>();
  let worst = 0;
  for (const { name, at } of starts) {
    const since = at - (first.get(name) ?? at);
    if (!first.has(name)) first.set(name, at);
    worst = Math.max(worst, Math.abs(since - Math.round(since / 15_000) * 15_000));
  }
  return worst;
}
