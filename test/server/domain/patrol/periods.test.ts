import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REPORT_KINDS } from "../../../../db/model/report.ts";
import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import {
  daysOf,
  isZone,
  lastPeriod,
  periodAt,
  periodBefore,
  periodOf,
} from "../../../../server/domain/patrol/periods.ts";
import "../../../tools/seed.ts";
import { clockChanges, firstReaching } from "./second-clock.ts";

const at = (text: string) => unixMs(Date.parse(text));
const weekOf = (monday: string, zone: string) => periodAt("weekly", unixMs(at(`${monday}T12:00:00Z`) + DAY_MS), zone);

describe("weeks have the hours the zone gave them (SCH-01)", () => {
  test.each([
    ["America/New_York", "2026-03-02", 167],
    ["America/New_York", "2026-10-26", 169],
    ["Australia/Lord_Howe", "2026-03-30", 168.5],
    ["Africa/Cairo", "2026-04-20", 167],
    ["Pacific/Apia", "2011-12-26", 144],
    ["Asia/Shanghai", "2026-11-09", 168],
    ["Asia/Kathmandu", "2026-11-09", 168],
  ])("%s, week of %s: %d h", (zone, monday, hours) => {
    const week = weekOf(monday, zone);
    expect((week.to - week.from) / HOUR_MS).toBe(hours);
    expect(periodOf("weekly", week.name, zone)).toEqual(week);
  });
});

test.each([
  ["daily", "2026-11-22", "2026-11-21T16:00:00Z", "2026-11-22T16:00:00Z"],
  ["weekly", "2026-W46", "2026-11-08T16:00:00Z", "2026-11-15T16:00:00Z"],
  ["weekly", "2020-W53", "2020-12-27T16:00:00Z", "2021-01-03T16:00:00Z"],
  ["weekly", "2027-W01", "2027-01-03T16:00:00Z", "2027-01-10T16:00:00Z"],
  ["monthly", "2026-12", "2026-11-30T16:00:00Z", "2026-12-31T16:00:00Z"],
] as const)("%s %s begins and ends at midnight in Shanghai", (kind, name, from, to) => {
  expect(periodOf(kind, name, "Asia/Shanghai")).toEqual({
    kind,
    name,
    zone: "Asia/Shanghai",
    from: at(from),
    to: at(to),
  });
});

test.each([
  ["daily", "2026-02-30"],
  ["daily", "2026-W46"],
  ["daily", "2011-12-30"], // skipped in Apia
  ["weekly", "2026-W00"],
  ["weekly", "2026-W54"],
  ["weekly", "2025-W53"],
  ["weekly", "2026-w46"],
  ["weekly", "1969-W20"],
  ["monthly", "2026-13"],
  ["monthly", "2026-1"],
  ["monthly", ""],
] as const)("%s %j names no period", (kind, name) => {
  expect(periodOf(kind, name, "Pacific/Apia")).toBeNull();
});

test("a zone that is not known is refused by name", () => {
  expect(isZone("Mars/Olympus")).toBe(false);
  expect(isZone("Asia/Urumqi")).toBe(true);
  expect(() => periodOf("daily", "2026-11-22", "Mars/Olympus")).toThrow(/Mars\/Olympus/);
});

test("the last period is over, and the one before ends where it begins", () => {
  const now = at("2026-11-23T01:07:00Z"); // Monday 09:07 in Shanghai
  const week = lastPeriod("weekly", "Asia/Shanghai", now);
  expect(week.name).toBe("2026-W47");
  expect(week.to).toBe(at("2026-11-22T16:00:00Z"));
  expect(periodBefore(week)).toMatchObject({ name: "2026-W46", to: week.from });
  expect(lastPeriod("weekly", "Asia/Shanghai", week.to).name).toBe("2026-W47"); // half-open: over at its border
  expect(lastPeriod("weekly", "Asia/Shanghai", unixMs(week.to - 1)).name).toBe("2026-W46");
});

test("before a skipped day comes the day before it", () => {
  const day = periodOf("daily", "2011-12-31", "Pacific/Apia");
  expect(day && periodBefore(day).name).toBe("2011-12-29");
});

const zones = Intl.supportedValuesOf("timeZone");

test("periods tile all time: each instant is in the period it is said to be in, and its days sum to it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...REPORT_KINDS),
      fc.integer({ min: at("2000-01-10T00:00:00Z"), max: at("2035-12-25T00:00:00Z") }),
      (zone, kind, instant) => {
        const period = periodAt(kind, unixMs(instant), zone);
        expect(period.from <= instant && instant < period.to).toBe(true);
        expect(periodOf(kind, period.name, zone)).toEqual(period);
        expect(periodAt(kind, period.to, zone).from).toBe(period.to);
        const days = daysOf(period.from, period.to, zone);
        expect(days[0]?.from).toBe(period.from);
        expect(days.at(-1)?.to).toBe(period.to);
        expect(days.reduce((sum, day) => sum + day.to - day.from, 0)).toBe(period.to - period.from);
      },
    ),
    { numRuns: 150 },
  );
});

/** `DAPAN_ZONES=all` asks each week of each zone (a minute); the gate each that a change of clocks is near, and each 25th. */
const IS_LONG = process.env["DAPAN_ZONES"] === "all";
const FIRST = Date.UTC(2000, 0, 3); // a Monday
const WEEKS = Math.floor((Date.UTC(2036, 0, 1) - FIRST) / (7 * DAY_MS));

test(
  `${zones.length} zones, 2000 to 2035: weeks begin where a second algorithm finds Monday`,
  { timeout: 120_000 },
  () => {
    let changes = 0;
    let asked = 0;
    const wrong: string[] = [];
    for (const zone of zones) {
      const found = clockChanges(zone, FIRST - 7 * DAY_MS, Date.UTC(2036, 0, 15));
      changes += found.length - 1;
      const near = new Set(
        found.flatMap(({ from }) => [0, 1].map((next) => Math.floor((from - FIRST) / (7 * DAY_MS)) + next)),
      );
      for (let week = 0; week < WEEKS; week++) {
        if (!IS_LONG && !near.has(week) && week % 25 !== 0) continue;
        asked++;
        const monday = FIRST + week * 7 * DAY_MS;
        const period = periodOf("weekly", isoName(monday), zone);
        const [from, to] = [firstReaching(monday, found), firstReaching(monday + 7 * DAY_MS, found)];
        if (period?.from !== from || period.to !== to) wrong.push(`${zone} ${isoName(monday)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(changes).toBeGreaterThan(8_000); // the second algorithm saw clocks change
    expect(asked).toBeGreaterThan(50_000);
  },
);

/** Counted up from 2000-W01 by the rule of long years, not by Thursdays. */
const names = (() => {
  const all: string[] = [];
  for (let year = 2000; all.length <= WEEKS; year++) {
    const first = new Date(Date.UTC(year, 0, 1)).getUTCDay();
    const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
    const weeks = first === 4 || (isLeap && first === 3) ? 53 : 52;
    for (let week = 1; week <= weeks; week++) all.push(`${year}-W${String(week).padStart(2, "0")}`);
  }
  return all;
})();
const isoName = (monday: number): string => names[(monday - FIRST) / (7 * DAY_MS)] ?? "";
