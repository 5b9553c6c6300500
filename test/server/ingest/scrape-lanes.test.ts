import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ScrapeLanes } from "../../../server/ingest/scrape-lanes.ts";
import { phaseOf, waitForPhase } from "../../../server/ingest/scrape-phase.ts";

type Item = { readonly name: number; readonly suspect: boolean };
const item = (name: number, suspect = false): Item => ({ name, suspect });
const LIMITS = { quick: 2, slow: 4, slowAfterMs: 100 };

describe("the lanes", () => {
  test("start in the order they were asked, as many as there are places", () => {
    const lanes = new ScrapeLanes<Item>(LIMITS);
    for (let i = 0; i < 3; i++) lanes.enqueue(item(i));
    expect([lanes.next(0)?.name, lanes.next(0)?.name, lanes.next(0)]).toEqual([0, 1, null]);
    expect(lanes.queued).toBe(1);
  });

  test("a scrape that brings nothing makes room after 100 ms, and says when", () => {
    const lanes = new ScrapeLanes<Item>(LIMITS);
    for (let i = 0; i < 4; i++) lanes.enqueue(item(i));
    lanes.next(0);
    lanes.next(50);
    expect(lanes.nextMoveAt()).toBe(100);
    expect(lanes.next(99)).toBeNull();
    expect(lanes.next(100)?.name).toBe(2);
    expect(lanes.next(100)).toBeNull(); // the second has 50 ms left
    expect(lanes.nextMoveAt()).toBe(150);
    expect(lanes.next(150)?.name).toBe(3);
    expect(lanes.inFlight).toBe(4);
  });

  test("suspects fill half of the slow lane and never a place of the quick one", () => {
    const lanes = new ScrapeLanes<Item>(LIMITS);
    for (let i = 0; i < 9; i++) lanes.enqueue(item(i, true));
    expect([lanes.next(0)?.name, lanes.next(0)?.name, lanes.next(0)]).toEqual([0, 1, null]);
    const living = item(100);
    lanes.enqueue(living);
    expect(lanes.next(0)).toBe(living);
  });

  test("a finished scrape frees its place, in whichever lane it ended", () => {
    const lanes = new ScrapeLanes<Item>({ quick: 1, slow: 1, slowAfterMs: 100 });
    const [a, b, c] = [item(1), item(2), item(3)];
    for (const i of [a, b, c]) lanes.enqueue(i);
    lanes.next(0);
    expect(lanes.next(200)).toBe(b);
    expect(lanes.next(400)).toBeNull(); // the slow lane is full, b keeps its place
    lanes.finish(a);
    expect(lanes.next(400)).toBe(c);
    lanes.finish(b);
    lanes.finish(c);
    expect(lanes.inFlight).toBe(0);
  });

  test("whatever happens: no more in flight than the limits, nobody twice, nobody lost", () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("enqueue" as const), suspect: fc.boolean() }),
      fc.record({ do: fc.constant("next" as const), after: fc.nat(150) }),
      fc.record({ do: fc.constant("finish" as const), which: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const lanes = new ScrapeLanes<Item>(LIMITS);
        const flying: Item[] = [];
        let now = 0;
        let asked = 0;
        let started = 0;
        for (const s of steps) {
          if (s.do === "enqueue") lanes.enqueue(item(asked++, s.suspect));
          if (s.do === "next") {
            now += s.after;
            const next = lanes.next(now);
            if (next) {
              expect(flying).not.toContain(next);
              flying.push(next);
              started++;
            }
          }
          if (s.do === "finish" && flying.length > 0) {
            const [gone] = flying.splice(s.which % flying.length, 1);
            if (gone) lanes.finish(gone);
          }
          expect(lanes.inFlight).toBe(flying.length);
          expect(lanes.inFlight).toBeLessThanOrEqual(LIMITS.quick + LIMITS.slow);
          expect(lanes.queued).toBe(asked - started);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the phase of a target", () => {
  const origins = Array.from({ length: 10_000 }, (_, i) => `http://gpu-${i}.cluster.local:9400/metrics`);

  test("is the same every time, and spreads targets evenly over the interval", () => {
    const buckets = Array.from({ length: 30 }, () => 0);
    for (const origin of origins) {
      const phase = phaseOf(origin, 15_000);
      expect(phase).toBe(phaseOf(origin, 15_000));
      expect(phase % 500).toBe(0); // in groups: the process is woken for each
      buckets[Math.floor(phase / 500)]!++;
    }
    expect(Math.max(...buckets)).toBeLessThan(425); // mean 333 in 500 ms; 5 sigma is 424
    expect(Math.min(...buckets)).toBeGreaterThan(242);
  });

  test("is reached after a wait of more than nothing and at most the interval", () => {
    const whole = { noNaN: true, noDefaultInfinity: true };
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 1e13 }), fc.double({ min: 0, max: 0.999, ...whole }), fc.integer({ min: 100, max: 3_600_000 }), (now, share, interval) => {
        const phase = share * interval;
        const wait = waitForPhase(now, phase, interval);
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(interval);
        const into = (((now + wait - phase) % interval) + interval) % interval;
        expect(Math.min(into, interval - into)).toBeLessThan(0.01);
      }),
    );
  }); // prettier-ignore
});
