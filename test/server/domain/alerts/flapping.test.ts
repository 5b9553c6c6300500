import { describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { checked, isFlapping } from "../../../../server/domain/alerts/flapping.ts";
import { fingerprintOf } from "../../../../server/domain/alerts/fingerprint.ts";
import { Course, finding, inForce, ROUND_MS, saw, told } from "./hand.ts";

const HOT = [saw("temp-core", [finding({ card: "GPU-1" })])];
const WELL = [saw("temp-core", [])];

/** Changes of the last checks, oldest first. */
const history = (...changes: readonly number[]): number =>
  changes.reduce((flaps, change) => checked(flaps, change === 1), 0);
const times = (count: number, change: number): number[] => Array.from({ length: count }, () => change);

describe("a history of 21 checks", () => {
  test("flaps from a fifth of changes on, newer ones weighing more", () => {
    expect(isFlapping(false, history(1, 1, 1, 1))).toBe(true); // 4 × ~1.2 of 20
    expect(isFlapping(false, history(1, 1, 1, ...times(17, 0)))).toBe(false);
    expect(isFlapping(false, history(1, 1, 1, 1, ...times(16, 0)))).toBe(false); // 4 × ~0.8 of 20
  });

  test("is steady again below a twentieth, so that flapping does not flap", () => {
    expect(isFlapping(true, history(1, ...times(9, 0)))).toBe(true);
    expect(isFlapping(true, history(1, ...times(19, 0)))).toBe(false);
    expect(isFlapping(true, history(1, 1, ...times(18, 0)))).toBe(true);
  });

  test("forgets what was 21 checks ago", () => {
    expect(history(1, 1, 1, ...times(20, 0))).toBe(0);
  });
});

describe("what comes and goes every 30 s for an hour (ALR-08)", () => {
  for (const keepFiringMs of [0, MINUTE_MS, 10 * MINUTE_MS]) {
    test(`is flapping, and told at most three times, when health is believed after ${keepFiringMs / 1_000} s`, () => {
      const course = new Course(inForce({ forMs: 0, keepFiringMs }));
      course.over(HOUR_MS, (i) => (i % 4 < 2 ? HOT : WELL));
      expect(course.said.length).toBeLessThanOrEqual(3);
      expect(course.one().isFlapping).toBe(true);
      expect(told(course.changes).filter((one) => one === "flapping").length).toBe(1);
      course.over(30 * MINUTE_MS, WELL);
      expect(told(course.changes).slice(-2)).toEqual(["steady", "resolved condition_ended"]);
      expect(course.said.at(-1)?.reason).toBe("all_resolved");
    });
  }

  test("learns it across lives: each of the first few ended at once", () => {
    const course = new Course(inForce({ forMs: 0, keepFiringMs: 0 }));
    course.over(HOUR_MS, (i) => (i % 4 < 2 ? HOT : WELL));
    expect(told(course.changes).filter((one) => one === "fired at_once").length).toBeLessThanOrEqual(3);
  });
});

test.each([2, 5, 10, 20, 30])("what comes and goes every %i min is told at most three times in any hour", (minutes) => {
  const course = new Course(inForce({ forMs: 0, keepFiringMs: 0 }));
  const half = (minutes * MINUTE_MS) / ROUND_MS / 2;
  course.over(6 * HOUR_MS, (i) => (Math.floor(i / half) % 2 === 0 ? HOT : WELL));
  for (const { at } of course.said)
    expect(course.said.filter((other) => other.at >= at && other.at < at + HOUR_MS).length).toBeLessThanOrEqual(3);
  course.over(90 * MINUTE_MS, WELL);
  expect(course.said.at(-1)).toMatchObject({ reason: "all_resolved" });
  course.over(HOUR_MS, WELL);
  expect(course.groups).toEqual([]);
});

test("a flapping finding does not silence its neighbours", () => {
  const course = new Course(inForce({ forMs: 0, keepFiringMs: 0 }));
  const both = [saw("temp-core", [finding({ card: "GPU-1" }), finding({ card: "GPU-2" })])];
  const slow = (i: number) => Math.floor(i / 20) % 2 === 0;
  course.over(50 * MINUTE_MS, (i) => (slow(i) ? HOT : WELL));
  const before = course.said.length;
  course.over(10 * MINUTE_MS, both);
  expect(course.said.slice(before)).toMatchObject([{ reason: "new_firing" }]);
  expect(course.open.has(fingerprintOf("temp-core", { card: "GPU-2" }))).toBe(true);
});
