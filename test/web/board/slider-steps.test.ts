import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, SLOT_MS } from "../../../db/model/time.ts";
import {
  fieldMoment,
  fieldText,
  momentOf,
  moveBy,
  SLIDER_DAYS,
  sliderRange,
  stepOf,
} from "../../../web/panels/timeslider/slider-steps.ts";

const NOW = Date.UTC(2026, 10, 22, 1, 41, 15);
const { from, to, steps } = sliderRange(NOW);

describe("the time slider", () => {
  test("covers fourteen days in steps of five minutes, and its end is now", () => {
    expect(steps).toBe((SLIDER_DAYS * DAY_MS) / SLOT_MS);
    expect(momentOf(steps, NOW)).toBeNull();
    expect(momentOf(0, NOW)).toBe(from);
    expect(stepOf(null, NOW)).toBe(steps);
  });

  test("says the same moment both ways", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: steps }), (step) => {
        expect(stepOf(momentOf(step, NOW), NOW)).toBe(step);
      }),
    );
  });

  test("moves by whole slots, never past now nor before its start", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: steps }),
        fc.integer({ min: -20 * DAY_MS, max: 20 * DAY_MS }),
        (step, ms) => {
          const moved = moveBy(momentOf(step, NOW), ms, NOW);
          if (moved === null) return;
          expect(moved).toBeGreaterThanOrEqual(from);
          expect(moved).toBeLessThan(to);
          expect(moved % SLOT_MS).toBe(0);
        },
      ),
    );
    expect(moveBy(null, -1 * SLOT_MS, NOW)).toBe(to - SLOT_MS);
    expect(moveBy(to - SLOT_MS, SLOT_MS, NOW)).toBeNull();
  });

  test("reads a date as the fleet's clock shows it, in any zone, and gives it back", () => {
    const zones = fc.constantFrom("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC");
    const slot = fc.integer({ min: Date.UTC(2026, 0) / SLOT_MS, max: Date.UTC(2027, 0) / SLOT_MS });
    fc.assert(
      fc.property(slot, zones, (n, zone) => {
        const at = n * SLOT_MS;
        const again = fieldMoment(fieldText(at, zone), zone);
        // in the hour a clock shows twice either of the two is right
        expect([at, at - 3_600_000, at + 3_600_000]).toContain(again);
        if (zone === "Asia/Shanghai") expect(again).toBe(at);
      }),
    );
    expect(fieldMoment("2026-11-22T09:43", "Asia/Shanghai")).toBe(Date.UTC(2026, 10, 22, 1, 40));
    expect(fieldMoment("", "UTC")).toBeNull();
    expect(fieldMoment("2026-13-45T99:99", "UTC")).toBeNull();
  });
});
