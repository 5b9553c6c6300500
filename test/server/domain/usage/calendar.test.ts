import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { dayBegin, dayBorders, dayNoIn, dayNoOfText, dayText } from "../../../../server/domain/usage/calendar.ts";

const ZONES = [
  "UTC",
  "Asia/Shanghai",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kathmandu",
  "Australia/Lord_Howe", // half an hour of summer time
  "America/Santiago", // summer time begins at midnight: the day has no 0:00
  "America/Havana", // and ends at 1:00: 0:00 to 1:00 comes twice
  "Pacific/Apia", // 30 December 2011 was left out
];
test("where clocks went back past midnight, the hour that was shown twice belongs to the day that had begun", () => {
  const zone = "America/St_Johns"; // 2 November 2008: one minute past midnight it was 23:01 again
  const day = dayNoOfText("2008-11-02")!;
  for (let ms = 0; ms < 3 * HOUR_MS; ms += 60_000) expect(dayNoIn(unixMs(dayBegin(day, zone) + ms), zone)).toBe(day);
});

const anyDay = fc.integer({ min: 15_000, max: 22_000 }); // 2011 to 2030
const anyZone = fc.constantFrom(...ZONES);

test("T-10: days of any zone tile the time line", () => {
  fc.assert(
    fc.property(anyZone, anyDay, (zone, day) => {
      const length = dayBegin(day + 1, zone) - dayBegin(day, zone);
      expect([0, 23, 23.5, 24, 24.5, 25].map((h) => h * HOUR_MS)).toContain(length);
    }),
    { numRuns: 2_000 },
  );
});

test("T-10: every instant lies in the day it is said to lie in, and in no other", () => {
  fc.assert(
    fc.property(anyZone, anyDay, fc.integer({ min: 0, max: DAY_MS - 1 }), (zone, day, ms) => {
      const at = unixMs(day * DAY_MS + ms);
      const own = dayNoIn(at, zone);
      expect(dayBegin(own, zone)).toBeLessThanOrEqual(at);
      expect(dayBegin(own + 1, zone)).toBeGreaterThan(at);
    }),
    { numRuns: 2_000 },
  );
});

test("a day of 23 and one of 25 hours in Berlin", () => {
  const hoursOf = (text: string) => {
    const day = dayNoOfText(text)!;
    return (dayBegin(day + 1, "Europe/Berlin") - dayBegin(day, "Europe/Berlin")) / HOUR_MS;
  };
  expect([hoursOf("2026-03-29"), hoursOf("2026-10-25"), hoursOf("2026-11-01")]).toEqual([23, 25, 24]);
});

test("days as text and back; what is no day is none", () => {
  expect(dayText(dayNoOfText("2026-11-01")!)).toBe("2026-11-01");
  expect(["2026-02-30", "2026-1-1", "x", ""].map(dayNoOfText)).toEqual([null, null, null, null]);
  expect(dayBorders({ from: 20_000, to: 20_003 }, "UTC")).toHaveLength(4);
});
