import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CollectError } from "../../../collectors/collector.ts";
import type { CounterReading } from "../../../db/model/counter.ts";
import { HOUR_MS, MINUTE_MS, shift, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { nextHours, startUsage } from "../../../server/jobs/usage.ts";
import { QueryBudget } from "../../../server/ingest/query-budget.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import type { NamedReader } from "../../../server/usecases/usage/counter-readers.ts";
import type { CounterSource, UsageCounters } from "../../../server/usecases/usage/usage-port.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const H0 = unixMs(Date.UTC(2026, 10, 22));
const hour = (h: number): UnixMs => shift(H0, h * HOUR_MS);

describe("which hours are read next", () => {
  test("after the watermark, with two before it read once more, and never before the source began", () => {
    expect(nextHours(hour(0), hour(10), hour(11), 1_000)).toEqual({ from: hour(8), to: hour(11) });
    expect(nextHours(hour(9), hour(10), hour(11), 1_000)).toEqual({ from: hour(9), to: hour(11) });
    expect(nextHours(hour(0), hour(0), hour(400), 1_000)).toEqual({ from: hour(0), to: hour(24) });
    expect(nextHours(hour(0), hour(0), hour(400))).toEqual({ from: hour(0), to: hour(2) }); // a first look is a small one
    expect(nextHours(hour(0), hour(5), hour(400), 1e9)).toEqual({ from: hour(3), to: hour(6) });
  });

  test("every closed hour is read, in steps that never go back or stand still", () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), fc.integer({ min: 0, max: 1e7 }), (since, more, perHour) => {
        const closed = hour(since + more);
        const read = new Set<number>();
        for (let at = hour(since); at < closed;) {
          const next = nextHours(hour(since), at, closed, perHour);
          expect(next.to).toBeGreaterThan(at);
          for (let h = next.from as number; h < next.to; h += HOUR_MS) read.add(h);
          at = next.to;
        }
        expect(read.size).toBe(more);
      }),
      { numRuns: 100 },
    );
  });
});

const source = (id: number, prometheus = "prom-1"): CounterSource => ({
  id,
  revision: 1,
  feature: "chat",
  name: `s${id}`,
  promql: { prometheus, good: [`c${id}`], failed: [], minus: [], unitsPerCount: 1_000_000n },
  since: hour(0),
  readTo: hour(0),
});

/** A Prometheus that says what it is told to, and a store that remembers. */
function stage(sources: CounterSource[], answer: (selector: string, window: Window) => CounterReading | Error) {
  const clock = manualClock(shift(hour(3), 90_000));
  const asked: { selector: string; window: Window }[] = [];
  const commits: { id: number; hours: number; readTo: UnixMs }[] = [];
  const notes = new Map<number, string | null>();
  const client = { askedMs: 0, clockSkewMs: null as number | null, forget: () => undefined };
  const named = {
    reader: {
      client,
      async read({ good }: { good: readonly string[] }, window: Window) {
        asked.push({ selector: good[0]!, window });
        const said = answer(good[0]!, window);
        if (said instanceof Error) throw said;
        return said;
      },
    },
    budget: new QueryBudget(clock.monotonicMs()),
    lagMs: MINUTE_MS,
  } as unknown as NamedReader;
  const counters: UsageCounters = {
    list: async () => sources,
    async commit({ id }, hours, readTo) {
      const i = sources.findIndex((one) => one.id === id);
      sources[i] = { ...sources[i]!, readTo };
      commits.push({ id, hours: hours.length, readTo });
      return true;
    },
    note: (id, error) => void notes.set(id, error),
  };
  const readers = { of: (name: string) => (name === "prom-1" ? named : null), stop: () => undefined };
  const db = { query: async () => [], orm: undefined as never };
  const job = startUsage({ counters, readers, db, clock, log: createLog("silent", clock) });
  return { clock, asked, commits, notes, client, job };
}
const speaks = (window: Window): CounterReading => ({
  good: [{ key: "c", target: "t", replicas: new Map([["", { times: [window.from], values: [1] }]]) }],
  failed: [],
  minus: [],
});
const settled = async (clock: ReturnType<typeof manualClock>) => {
  for (let i = 0; i < 20; i += 1) await clock.advance(0);
};

describe("the reading of counters", () => {
  test("ends at the newest closed hour, and the next hour is read when it is closed and its lag has passed", async () => {
    const { clock, asked, commits, job } = stage([source(1)], (_, window) => speaks(window));
    await settled(clock);
    expect(commits.at(-1)?.readTo).toBe(hour(3));
    const before = asked.length;
    await clock.advance(59 * MINUTE_MS);
    expect(asked).toHaveLength(before); // 03:59:30 is past, 04:01:00 is not
    await clock.advance(2 * MINUTE_MS);
    await settled(clock);
    expect(commits.at(-1)).toEqual({ id: 1, hours: 3, readTo: hour(4) });
    expect(asked.at(-1)?.window).toEqual({ from: hour(-1), to: hour(4) }); // two hours again, and two as a base
    await job.stop();
  });

  test("one source that fails holds up no other, says why, and is tried again", async () => {
    let isDown = true;
    const answer = (selector: string, window: Window) =>
      selector === "c1" && isDown ? new CollectError("partial", "not whole") : speaks(window);
    const { clock, commits, notes, job } = stage([source(1), source(2), source(3, "gone")], answer);
    await settled(clock);
    expect(commits.map(({ id }) => id)).toEqual([2, 2]);
    expect([notes.get(1), notes.get(2)]).toEqual(["not whole", null]);
    expect(notes.get(3)).toMatch(/no Prometheus source "gone"/);
    isDown = false;
    await clock.advance(MINUTE_MS);
    await settled(clock);
    expect(commits.filter(({ id }) => id === 1).at(-1)?.readTo).toBe(hour(3));
    expect(notes.get(1)).toBeNull();
    await job.stop();
  });

  test("waits while their clock is behind ours", async () => {
    const { clock, client, commits, job } = stage([{ ...source(1), readTo: hour(3) }], (_, window) => speaks(window));
    client.clockSkewMs = -10 * MINUTE_MS;
    await clock.advance(65 * MINUTE_MS);
    expect(commits).toEqual([]);
    await clock.advance(8 * MINUTE_MS);
    await settled(clock);
    expect(commits.at(-1)?.readTo).toBe(hour(4));
    await job.stop();
  });

  test("counters nobody exposes are told", async () => {
    const { clock, notes, job } = stage([source(1)], () => ({ good: [], failed: [], minus: [] }));
    await settled(clock);
    expect(notes.get(1)).toMatch(/no counter matches c1/);
    await job.stop();
  });
});
