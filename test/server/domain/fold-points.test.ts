import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS, SLOT_MS } from "../../../db/model/time.ts";
import type { CardPoint } from "../../../db/model/views.ts";
import { foldPoints, holderStretches } from "../../../server/domain/fold-points.ts";

const reading = fc.option(fc.double({ min: 0, max: 1000, noNaN: true }));
const share = fc.integer({ min: 0, max: 5 });
const point = (i: number): fc.Arbitrary<CardPoint> =>
  fc
    .record({
      states: fc.tuple(share, share, share, share, share, share),
      observed: fc.integer({ min: 0, max: 10 }),
      util: reading,
      temperature: reading,
      holder: fc.constantFrom("", "a/x", "b/y"),
    })
    .map(({ states: [busy, idle, free, starting, fault, unknown], observed, util, temperature, holder }) => ({
      at: i * SLOT_MS,
      observedMs: observed * 30_000,
      gap: observed < 10 ? "source_down" : "none",
      busyMs: busy * 1000,
      idleHeldMs: idle * 1000,
      freeMs: free * 1000,
      startingMs: starting * 1000,
      faultMs: fault * 1000,
      unknownMs: unknown * 1000,
      utilRatio: util,
      tensorRatio: null,
      memoryRatio: null,
      memoryBytes: null,
      powerWatts: null,
      temperatureCelsius: temperature,
      holder,
    }));
const points = fc
  .uniqueArray(fc.nat({ max: 60 }), { maxLength: 40 })
  .chain((places) => fc.tuple(...places.toSorted((a, b) => a - b).map(point)));

const total = (rows: readonly CardPoint[], of: (p: CardPoint) => number) => rows.reduce((sum, p) => sum + of(p), 0);

describe("steps wider than a slot", () => {
  test("lose no time, stand on whole steps, and keep every mean between what it was made of", () => {
    fc.assert(
      fc.property(points, (slots) => {
        const hours = foldPoints(slots, HOUR_MS);
        for (const of of [
          "observedMs",
          "busyMs",
          "idleHeldMs",
          "freeMs",
          "startingMs",
          "faultMs",
          "unknownMs",
        ] as const)
          expect(total(hours, (p) => p[of])).toBe(total(slots, (p) => p[of]));
        expect(hours.map(({ at }) => at)).toEqual([
          ...new Set(slots.map(({ at }) => Math.floor(at / HOUR_MS) * HOUR_MS)),
        ]);
        for (const hour of hours) {
          const own = slots.filter(({ at }) => at >= hour.at && at < hour.at + HOUR_MS);
          const said = own.flatMap((p) => (p.utilRatio === null || p.observedMs === 0 ? [] : [p.utilRatio]));
          if (said.length === 0) expect(hour.utilRatio).toBeNull();
          else {
            expect(hour.utilRatio).toBeGreaterThanOrEqual(Math.min(...said) - 1e-9);
            expect(hour.utilRatio).toBeLessThanOrEqual(Math.max(...said) + 1e-9);
          }
          expect(hour.gap).toBe(own.some((p) => p.gap !== "none") ? "source_down" : "none");
        }
      }),
    );
  });

  test("five-minute steps are the slots themselves", () => {
    fc.assert(
      fc.property(points, (slots) => {
        expect(foldPoints(slots, SLOT_MS)).toEqual(slots);
      }),
    );
  });

  test("holders stand in stretches that cover exactly the slots somebody held", () => {
    fc.assert(
      fc.property(points, (slots) => {
        const stretches = holderStretches(slots);
        const held = slots.filter(({ holder }) => holder !== "");
        expect(stretches.reduce((ms, { from, to }) => ms + to - from, 0)).toBe(held.length * SLOT_MS);
        for (const { at, holder } of held)
          expect(stretches.filter((s) => s.from <= at && at < s.to).map((s) => s.holder)).toEqual([holder]);
      }),
    );
  });
});
