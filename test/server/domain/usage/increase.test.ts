import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CounterReading, CounterSeries } from "../../../../db/model/counter.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS, shift, type Window } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { BRIDGE_MS, countHours, microCounts } from "../../../../server/domain/usage/increase.ts";
import { coveredIn, growthOf, grownIn } from "../../../oracle/usage-oracle.ts";

const H0 = unixMs(Date.UTC(2026, 10, 1, 8));
const STEP = 30 * SECOND_MS;
const hours = (count: number): Window => ({ from: H0, to: shift(H0, count * HOUR_MS) });
const RULES = { unitsPerCount: 1_000_000n, countsFailed: true };

type Points = readonly (readonly [minute: number, value: number])[];
const series = (key: string, points: Points, over: Partial<CounterSeries> = {}): CounterSeries => ({
  key,
  target: "job/a:1",
  replicas: new Map([
    ["", { times: points.map(([m]) => H0 + m * MINUTE_MS), values: points.map(([, value]) => value) }],
  ]),
  ...over,
});
/** A counter that grows by `perStep` each 30 s from minute `from` to minute `to`. */
const steady = (from: number, to: number, start: number, perStep: number): Points => {
  const count = Math.round(((to - from) * MINUTE_MS) / STEP);
  return Array.from({ length: count }, (_, i) => [from + i / 2, start + i * perStep] as const);
};
const reading = (over: Partial<CounterReading>): CounterReading => ({ good: [], failed: [], minus: [], ...over });
const units = (result: ReturnType<typeof countHours>) =>
  result.map(({ okMicro }) => (okMicro === null ? null : Number(okMicro) / 1e6));

describe("growth of counters", () => {
  test("a sample before the hour is its base, and a sample on the border belongs to the hour it opens", () => {
    const good = [series("a", steady(-10, 120, 1_000, 1))];
    // from 7:59:30 to 8:59:30 there are 120 steps; the sample at 9:00:00 counts for the second hour
    expect(units(countHours(reading({ good }), hours(2), RULES))).toEqual([120, 120]);
  });

  test("a counter that began anew loses nothing it says, and is never negative", () => {
    const good = [
      series("a", [
        [-1, 90],
        [10, 100],
        [14, 7],
        [18, 9],
      ]),
    ];
    expect(units(countHours(reading({ good }), hours(1), RULES))).toEqual([10 + 7 + 2]);
  });

  test("an hour without a sample is missing, and what grew unseen is counted when it is seen again", () => {
    const good = [series("a", [...steady(-10, 60, 0, 1), ...steady(120, 180, 500, 1)])];
    const result = countHours(reading({ good }), hours(3), RULES);
    expect(units(result)).toEqual([120, null, 500 - 139 + 119]);
    expect(result.map(({ coveredMs }) => coveredMs)).toEqual([HOUR_MS - STEP, 0, HOUR_MS]);
    expect(result[1]).toMatchObject({ failedMicro: null });
  });

  test("after more than two hours nobody knows which day the growth belongs to: it is left out", () => {
    const good = [series("a", [...steady(-10, 60, 0, 1), ...steady(181, 240, 900, 1)])];
    expect(units(countHours(reading({ good }), hours(4), RULES))).toEqual([120, null, null, 117]);
  });

  test("a first sample is a beginning and no growth, however large", () => {
    const good = [series("a", steady(20, 60, 5_000_000, 1))];
    expect(units(countHours(reading({ good }), hours(1), RULES))).toEqual([79]);
  });

  test("a label met for the first time beside counters that go on began at 0", () => {
    const stop = series("stop", steady(-10, 60, 700, 1));
    const length = series("length", steady(20, 60, 3, 0));
    expect(units(countHours(reading({ good: [stop, length] }), hours(1), RULES))).toEqual([120 + 3]);
  });

  test("a counter that begins as its neighbour ends was given other labels: its value is no growth", () => {
    const before = series("old", steady(-10, 20, 90_000, 1));
    const after = series("new", steady(20, 60, 90_060, 1));
    expect(units(countHours(reading({ good: [before, after] }), hours(1), RULES))).toEqual([40 + 79]);
  });

  test("minus is taken off hour by hour, and good never falls below 0", () => {
    const good = [series("good", steady(-10, 120, 0, 2))];
    const minus = [series("minus", [...steady(-10, 60, 0, 3), ...steady(60, 120, 420, 1)])];
    const result = countHours(reading({ good, minus }), hours(2), RULES);
    expect(units(result)).toEqual([0, 240 - 3 - 119]); // the growth up to 9:00:00 is still 3
  });

  test("failed counters that do not exist count 0 while good ones speak, and null where nobody counts them", () => {
    const good = [series("a", steady(-10, 60, 0, 1))];
    expect(countHours(reading({ good }), hours(1), RULES)[0]?.failedMicro).toBe(0n);
    expect(countHours(reading({ good }), hours(1), { ...RULES, countsFailed: false })[0]?.failedMicro).toBeNull();
  });

  test("a counter both selectors take counts once", () => {
    const a = series("a", steady(-10, 60, 0, 1));
    expect(units(countHours(reading({ good: [a, { ...a }] }), hours(1), RULES))).toEqual([120]);
  });

  test("a thousand counts make a unit where the source says so", () => {
    const good = [series("tokens", steady(-10, 60, 0, 25))];
    const [hour] = countHours(reading({ good }), hours(1), { ...RULES, unitsPerCount: 1_000n });
    expect(hour?.okMicro).toBe(3_000_000n);
  });

  test("six minutes of silence of one counter make the hour partial; four do not; one that ended is not silent", () => {
    const other = series("b", steady(-10, 60, 0, 1));
    const covered = (points: Points) =>
      countHours(reading({ good: [other, series("a", points)] }), hours(1), RULES)[0]?.coveredMs;
    expect(covered([...steady(-10, 20, 0, 1), ...steady(26, 60, 60, 1)])).toBe(HOUR_MS - 6 * MINUTE_MS - STEP);
    expect(covered([...steady(-10, 20, 0, 1), ...steady(24, 60, 60, 1)])).toBe(HOUR_MS);
    expect(covered(steady(-10, 20, 0, 1))).toBe(HOUR_MS);
  });

  test("hours that are none are refused", () => {
    expect(() => countHours(reading({}), { from: shift(H0, 1), to: shift(H0, HOUR_MS) }, RULES)).toThrow(RangeError);
  });
});

describe("two scrapers of one counter", () => {
  const replicas = (a: Points, b: Points): CounterSeries => {
    const of = (points: Points) => ({
      times: points.map(([m]) => H0 + m * MINUTE_MS),
      values: points.map(([, value]) => value),
    });
    return {
      key: "a",
      target: "t",
      replicas: new Map([
        ["prom-b", of(b)],
        ["prom-a", of(a)],
      ]),
    };
  };

  test("are one counter, though their samples go up and down when mixed", () => {
    const a = steady(-10, 60, 0, 1);
    const b = steady(-10, 60, 0, 1).map(([m, v]) => [m + 0.01, Math.max(0, v - 1)] as const);
    expect(units(countHours(reading({ good: [replicas(a, b)] }), hours(1), RULES))).toEqual([120]);
  });

  test("the second says nothing between samples of the first, however far apart they are scraped", () => {
    const a = Array.from({ length: 15 }, (_, i) => [i * 4, i * 100] as const);
    const b = Array.from({ length: 15 }, (_, i) => [i * 4 + 2, i * 100 - 30] as const);
    const [hour] = countHours(reading({ good: [replicas(a, b)] }), hours(1), RULES);
    expect(units([hour!])).toEqual([1_400]);
  });

  test("the second fills the first one's holes", () => {
    const a = [...steady(-10, 15, 0, 1), ...steady(45, 60, 110, 1)];
    const b = steady(-10, 60, 0, 1).map(([m, v]) => [m + 0.01, Math.max(0, v - 1)] as const); // its clock is ahead
    const [hour] = countHours(reading({ good: [replicas(a, b)] }), hours(1), RULES);
    expect(hour).toEqual({ at: H0, okMicro: 120_000_000n, failedMicro: 0n, coveredMs: HOUR_MS });
  });
});

/** Samples on whole seconds: steps of 15 to 60 s, holes of minutes to hours, resets. */
const anyCounter = fc
  .record({
    target: fc.constantFrom("t1", "t2"),
    start: fc.integer({ min: -120, max: 200 }),
    first: fc.constantFrom(0, 3, 50_000_000),
    steps: fc.array(
      fc.record({
        gapS: fc.oneof(
          { weight: 12, arbitrary: fc.integer({ min: 15, max: 60 }) },
          { weight: 1, arbitrary: fc.integer({ min: 290, max: 310 }) },
          { weight: 1, arbitrary: fc.constantFrom(1_800, 3_600, 7_200, 7_201, 9_000) },
        ),
        grow: fc.oneof(
          { weight: 20, arbitrary: fc.integer({ min: 0, max: 1_000 }) },
          { weight: 1, arbitrary: fc.constant(-1) },
        ),
      }),
      { maxLength: 60 },
    ),
  })
  .map(({ target, start, first, steps }) => {
    let at = H0 + start * MINUTE_MS;
    let value: number = first;
    const samples = [{ at, value }];
    for (const { gapS, grow } of steps) {
      at += gapS * SECOND_MS;
      value = grow < 0 ? 0 : value + grow;
      samples.push({ at, value });
    }
    return { target, samples };
  });

const anyCounters = fc.array(anyCounter, { maxLength: 5 }).map((all) =>
  all.map(({ target, samples }, i): CounterSeries => {
    const inWindow = samples.filter(({ at }) => at >= H0 - BRIDGE_MS && at < H0 + 4 * HOUR_MS);
    const columns = { times: inWindow.map((s) => s.at), values: inWindow.map((s) => s.value) };
    return { key: `c${i}`, target, replicas: new Map([["", columns]]) };
  }),
);

describe("as the oracle counts", () => {
  test("units, failures and missing hours of any counters", () => {
    fc.assert(
      fc.property(anyCounters, anyCounters, anyCounters, (good, failed, minus) => {
        const rename = (all: readonly CounterSeries[], role: string) =>
          all.map((one) => ({ ...one, key: `${role} ${one.key}` }));
        const said = { good, failed: rename(failed, "failed"), minus: rename(minus, "minus") };
        const all = [...said.good, ...said.failed, ...said.minus];
        for (const hour of countHours(said, hours(4), RULES)) {
          const grown = grownIn(said.good, all, hour.at);
          const ok = grown === null ? null : Math.max(0, grown - (grownIn(said.minus, all, hour.at) ?? 0));
          expect(hour.okMicro).toBe(ok === null ? null : BigInt(ok) * 1_000_000n);
          const bad = grown === null ? null : (grownIn(said.failed, all, hour.at) ?? 0);
          expect(hour.failedMicro).toBe(bad === null ? null : BigInt(bad) * 1_000_000n);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("covered time of any counters", () => {
    fc.assert(
      fc.property(fc.array(anyCounter, { minLength: 1, maxLength: 3 }), (all) => {
        const good = all.map(({ target, samples }, i): CounterSeries => {
          const inWindow = samples.filter(({ at }) => at >= H0 - BRIDGE_MS && at < H0 + 2 * HOUR_MS);
          const columns = { times: inWindow.map((s) => s.at), values: inWindow.map((s) => s.value) };
          return { key: `c${i}`, target, replicas: new Map([["", columns]]) };
        });
        for (const { at, okMicro, coveredMs } of countHours(reading({ good }), hours(2), RULES))
          expect(coveredMs).toBe(okMicro === null ? 0 : coveredIn(good, at, H0, H0 + 2 * HOUR_MS));
      }),
      { numRuns: 60 },
    );
  });

  test("hours add up to what the counter did, however the window is cut", () => {
    fc.assert(
      fc.property(anyCounters, (good) => {
        const whole = countHours(reading({ good }), hours(4), RULES);
        const cut = [0, 1, 2, 3].flatMap((h) => {
          const window = { from: shift(H0, h * HOUR_MS), to: shift(H0, (h + 1) * HOUR_MS) };
          const seen = good.map((one) => {
            const [columns] = [...one.replicas.values()];
            const keep = columns!.times.map((at) => at >= window.from - BRIDGE_MS && at < window.to + 6 * MINUTE_MS);
            const some = (list: readonly number[]) => list.filter((_, i) => keep[i]);
            return {
              ...one,
              replicas: new Map([["", { times: some(columns!.times), values: some(columns!.values) }]]),
            };
          });
          return countHours(reading({ good: seen }), window, RULES);
        });
        expect(units(cut)).toEqual(units(whole));
        const total = good.flatMap((one) => growthOf(one, good)).filter(({ at }) => at >= H0);
        const sum = whole.reduce((all, { okMicro }) => all + (okMicro ?? 0n), 0n);
        expect(sum).toBe(BigInt(total.reduce((all, { grown }) => all + grown, 0)) * 1_000_000n);
      }),
      { numRuns: 300 },
    );
  });

  test("micro-counts never fall as the counter grows, and whole counts are exact to 2^53", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e12, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (a, b) => {
          expect(microCounts(a + b) >= microCounts(a)).toBe(true);
        },
      ),
    );
    expect(microCounts(Number.MAX_SAFE_INTEGER)).toBe(9_007_199_254_740_991_000_000n);
  });
});
