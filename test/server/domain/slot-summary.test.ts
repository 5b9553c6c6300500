import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIELD, FIELD_COUNT } from "../../../db/model/card-fields.ts";
import { SLOT_COLUMNS, type SlotColumn } from "../../../db/model/slot.ts";
import { DEFAULT_STATE_RULES as RULES } from "../../../server/domain/card-state.ts";
import { summariseSlot, type HeldShare, type Reading } from "../../../server/domain/slot-summary.ts";
import { slotOracle } from "../../oracle/slot-oracle.ts";

type Said = Partial<Record<keyof typeof FIELD, number>>;
function reading(at: number, until: number, said: Said, holders: readonly HeldShare[] | null = []): Reading {
  const values = new Float64Array(FIELD_COUNT).fill(NaN);
  for (const [name, value] of Object.entries(said)) values[FIELD[name as keyof typeof FIELD]] = value;
  return { origin: "x", at, until, ends: "no_reading", values, offset: 0, holders, xidCounts: [] };
}

const WINDOW = { from: 1000, to: 2000 };
const EVER = { from: -Infinity, to: Infinity };
const sum = (readings: readonly Reading[], window = WINDOW, owned: { from: number; to: number } = EVER) => {
  const totals = summariseSlot(readings, window, owned, "no_reading", RULES);
  const columns = Object.fromEntries(SLOT_COLUMNS.map(({ name }, i) => [name, totals.columns[i]]));
  return { ...totals, columns: columns as Record<SlotColumn, number> };
};

const anyReading = fc
  .record({
    at: fc.integer({ min: 0, max: 2500 }),
    reach: fc.integer({ min: 1, max: 900 }),
    util: fc.option(fc.constantFrom(0, 0.004, 0.01, 1 / 3, 1), { nil: NaN }),
    memory: fc.option(fc.constantFrom(0, 2 ** 20, 2 ** 34), { nil: NaN }),
    remapFailed: fc.constantFrom(0, 0, 0, 1),
    holders: fc.option(
      fc.array(fc.record({ holderId: fc.integer({ min: 1, max: 3 }), ppm: fc.constantFrom(142857, 333333, 500000) }), {
        maxLength: 2,
      }),
      { nil: null },
    ),
  })
  .map((r) =>
    reading(
      r.at,
      r.at + r.reach,
      { utilRatio: r.util, memoryUsedBytes: r.memory, rowRemapFailed: r.remapFailed },
      r.holders,
    ),
  );
/** Ascending, one reading per instant: what a report log hands over. */
const anyReadings = fc
  .array(anyReading, { maxLength: 12 })
  .map((list) => list.toSorted((a, b) => a.at - b.at).filter((r, i, all) => i === 0 || r.at !== all[i - 1]!.at));
const anyOwned = fc
  .tuple(fc.integer({ min: 0, max: 2500 }), fc.integer({ min: 0, max: 2500 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

describe("summariseSlot", () => {
  test("agrees with the oracle that asks every millisecond", () => {
    fc.assert(
      fc.property(anyReadings, anyOwned, (readings, owned) => {
        const { columns: c } = sum(readings, WINDOW, owned);
        const { utilPpmMs, ...expected } = slotOracle(readings, WINDOW, owned);
        expect(c).toMatchObject({ ...expected, utilMs: Math.round(utilPpmMs / 1e6) });
      }),
      { numRuns: 1000 },
    );
  });

  test("T-01: states and missing time partition the owned time, and nothing is negative", () => {
    fc.assert(
      fc.property(anyReadings, anyOwned, (readings, owned) => {
        const { columns: c, gapCause } = sum(readings, WINDOW, owned);
        const overlap = Math.max(0, Math.min(owned.to, WINDOW.to) - Math.max(owned.from, WINDOW.from));
        expect(c.ownedMs).toBe(overlap);
        const judged = c.busyMs + c.idleHeldMs + c.freeMs + c.startingMs + c.faultMs;
        expect(judged).toBeLessThanOrEqual(c.observedMs);
        expect(c.observedMs).toBeLessThanOrEqual(c.ownedMs);
        expect(gapCause === "none").toBe(c.observedMs === c.ownedMs);
      }),
    );
  });

  test("T-02: a reading speaks until the next one, at most its reach, and the rest is missing", () => {
    expect(sum([reading(1000, 1600, { utilRatio: 0 })]).columns).toMatchObject({ observedMs: 600, freeMs: 600 });
    expect(sum([reading(500, 1100, { utilRatio: 1 })]).columns).toMatchObject({ observedMs: 100, busyMs: 100 });
  });

  test("T-03: windows tile: a reading on a border belongs to exactly one, and halves add up to the whole", () => {
    fc.assert(
      fc.property(anyReadings, fc.integer({ min: 1000, max: 2000 }), (readings, cut) => {
        const whole = sum(readings).columns;
        const left = sum(readings, { from: 1000, to: cut }).columns;
        const right = sum(readings, { from: cut, to: 2000 }).columns;
        for (const name of [
          "ownedMs",
          "observedMs",
          "busyMs",
          "idleHeldMs",
          "freeMs",
          "faultMs",
          "readings",
          "utilSaidMs",
        ] as const)
          expect(left[name] + right[name]).toBe(whole[name]);
      }),
    );
  });

  test("T-04: one more equal reading in between changes nothing but the count of readings", () => {
    fc.assert(
      fc.property(anyReadings, fc.nat(), fc.integer({ min: 1, max: 899 }), (readings, pick, after) => {
        fc.pre(readings.length > 0);
        const r = readings[pick % readings.length]!;
        const at = r.at + after;
        fc.pre(
          at < r.until &&
            readings.every((o) => o.at <= r.at || o.at > at) &&
            readings.every((o) => o === r || o.until <= r.at),
        );
        const more = [...readings, { ...r, at }].toSorted((a, b) => a.at - b.at);
        const { readings: _a, ...before } = sum(readings).columns;
        const { readings: _b, ...after_ } = sum(more).columns;
        expect(after_).toEqual(before);
      }),
    );
  });

  test("T-05 and T-06: with more readings coverage never shrinks and is the length of the union", () => {
    fc.assert(
      fc.property(anyReadings, anyReadings, (a, b) => {
        const both = [...a, ...b]
          .toSorted((x, y) => x.at - y.at)
          .filter((r, i, all) => i === 0 || r.at !== all[i - 1]!.at || r.until > all[i - 1]!.until);
        const union = new Set<number>();
        for (const r of both) for (let t = Math.max(r.at, 1000); t < Math.min(r.until, 2000); t += 1) union.add(t);
        expect(sum(both).columns.observedMs).toBe(union.size);
      }),
      { numRuns: 200 },
    );
  });

  test("T-07: a card nobody watched is not idle", () => {
    const { columns, gapCause } = sum([]);
    expect(columns).toMatchObject({ ownedMs: 1000, observedMs: 0, idleHeldMs: 0, freeMs: 0, busyMs: 0, utilSaidMs: 0 });
    expect(gapCause).toBe("no_reading");
  });

  test("an hour without data is 3,600,000 ms of gap", () => {
    const c = sum([], { from: 0, to: 3_600_000 }).columns;
    expect(c.ownedMs - c.observedMs).toBe(3_600_000);
  });

  test("quiet is idle only when somebody is known to hold the card", () => {
    const quiet = { utilRatio: 0 };
    expect(sum([reading(1000, 2000, quiet, [{ holderId: 1, ppm: 1e6 }])]).columns.idleHeldMs).toBe(1000);
    expect(sum([reading(1000, 2000, quiet, [])]).columns.freeMs).toBe(1000);
    expect(sum([reading(1000, 2000, quiet, null)]).columns).toMatchObject({
      observedMs: 1000,
      idleHeldMs: 0,
      freeMs: 0,
    });
    expect(sum([reading(1000, 2000, { ...quiet, memoryUsedBytes: 2 ** 30 }, null)]).columns.idleHeldMs).toBe(1000);
  });

  test("a counter that falls restarted from zero, and its increase is never negative", () => {
    const at = (t: number, n: number) => reading(t, t + 500, { eccCorrectedTotal: n });
    expect(sum([at(900, 7), at(1100, 10), at(1200, 2), at(1300, 2)]).columns.eccCorrected).toBe(5);
  });

  test("two exporters that count a card's errors from different beginnings are not compared with each other", () => {
    const say = (origin: string, at: number, n: number) => ({
      ...reading(at, at + 500, { eccCorrectedTotal: n, xidCode: n }),
      origin,
    });
    const both = [1000, 1200, 1400].flatMap((at, i) => [say("a", at, 100 + i), say("b", at + 50, 3)]);
    expect(sum(both).columns).toMatchObject({ eccCorrected: 2, xids: 2, observedMs: 950 });
  });

  test("half an error and a throttle clock that ran through a hole do not pass", () => {
    const at = (t: number, until: number, n: number) =>
      reading(t, until, { eccCorrectedTotal: n, powerThrottleSeconds: n });
    expect(sum([at(1000, 1100, 0), at(1100, 1200, 0.5), at(1900, 2000, 2100.5)]).columns).toMatchObject({
      eccCorrected: 2100,
      throttledMs: 500,
    });
    expect(sum([at(1000, 1500, 0), at(1500, 2000, 99)]).columns.throttledMs).toBe(2000); // at most two clocks
  });

  test("energy counts only between readings that follow each other without a hole", () => {
    const at = (t: number, until: number, j: number) => reading(t, until, { energyJoules: j });
    expect(sum([at(1000, 1100, 100), at(1100, 1200, 160), at(1900, 2000, 900)]).columns).toMatchObject({
      energyJoules: 60,
      energySaidMs: 100,
    });
  });

  test("holders of a shared card get parts that add up to the held time exactly", () => {
    const thirds = [1, 2, 3].map((holderId) => ({ holderId, ppm: 333_333 }));
    const { holderId, holds } = sum([reading(1000, 2000, { utilRatio: 1 }, thirds)]);
    expect(holderId).toBe(-1);
    expect(holds.map((h) => h.busyMs)).toEqual([333, 333, 333]);
    expect(sum([reading(1000, 2000, { utilRatio: 1 }, [{ holderId: 9, ppm: 1e6 }])])).toMatchObject({
      holderId: 9,
      holds: [],
    });
  });

  test("with two exporters of one card the time counts once and the older one speaks again when the newer falls silent", () => {
    const busy = reading(1000, 2000, { utilRatio: 1 });
    const quiet = reading(1200, 1500, { utilRatio: 0 });
    expect(sum([busy, quiet]).columns).toMatchObject({ observedMs: 1000, busyMs: 700, freeMs: 300 });
  });
});
