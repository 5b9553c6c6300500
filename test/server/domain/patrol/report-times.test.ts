import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, shift } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { dueBetween, nextTimes, scheduleFault, waitsUntil } from "../../../../server/domain/patrol/report-times.ts";

const at = (text: string) => unixMs(Date.parse(text));
const texts = (times: readonly number[]) => times.map((time) => new Date(time).toISOString());

describe("a trigger at a wall time the clocks change over fires once (SCH-02)", () => {
  const NEW_YORK = "America/New_York";
  test("skipped: at the next valid instant", () => {
    expect(texts(nextTimes("30 2 * * *", NEW_YORK, at("2026-03-07T12:00:00Z"), 2))).toEqual([
      "2026-03-08T07:00:00.000Z", // 03:00 EDT
      "2026-03-09T06:30:00.000Z",
    ]);
  });
  test("repeated: the first time only, also when asked between the two", () => {
    expect(texts(nextTimes("30 1 * * *", NEW_YORK, at("2026-10-31T12:00:00Z"), 2))).toEqual([
      "2026-11-01T05:30:00.000Z",
      "2026-11-02T06:30:00.000Z",
    ]);
    const due = dueBetween(
      { cron: "30 1 * * *", zone: NEW_YORK, kind: "daily" },
      at("2026-11-01T05:30:00Z"),
      at("2026-11-01T09:00:00Z"),
    );
    expect(due).toEqual([]);
  });
});

describe("what falls due", () => {
  const weekly = { cron: "7 9 * * 1", zone: "Asia/Shanghai", kind: "weekly" } as const;
  test("the week that was over when the trigger came", () => {
    const [due, ...rest] = dueBetween(weekly, at("2026-11-16T02:00:00Z"), at("2026-11-23T02:00:00Z"));
    expect(rest).toEqual([]);
    expect(due).toMatchObject({ period: { name: "2026-W47" }, at: at("2026-11-23T01:07:00Z"), isMissed: false });
  });
  test("is made up for within 24 hours, else missed (SCH-03)", () => {
    const trigger = at("2026-11-23T01:07:00Z");
    const verdict = (lateMs: number) =>
      dueBetween(weekly, at("2026-11-20T00:00:00Z"), shift(trigger, lateMs)).map(({ isMissed }) => isMissed);
    expect(verdict(-1)).toEqual([]);
    expect(verdict(0)).toEqual([false]);
    expect(verdict(DAY_MS)).toEqual([false]);
    expect(verdict(DAY_MS + 1)).toEqual([true]);
  });
  test("three days away: each day is named, only the newest is still made", () => {
    const daily = { cron: "7 9 * * *", zone: "Asia/Shanghai", kind: "daily" } as const;
    const due = dueBetween(daily, at("2026-11-20T02:00:00Z"), at("2026-11-23T12:00:00Z"));
    expect(due.map(({ period, isMissed }) => [period.name, isMissed])).toEqual([
      ["2026-11-20", true],
      ["2026-11-21", true],
      ["2026-11-22", false],
    ]);
  });
  test("a period has one report however often the schedule fires in it", () => {
    const due = dueBetween({ ...weekly, cron: "7 9 * * *" }, at("2026-11-16T00:00:00Z"), at("2026-11-22T12:00:00Z"));
    expect(due.map(({ period }) => period.name)).toEqual(["2026-W46"]);
  });
});

test("a schedule that cannot be is refused in a sentence", () => {
  const fault = (cron: string, zone = "Asia/Shanghai") => scheduleFault(cron, zone);
  expect(fault("7 9 * * 1")).toBe("");
  expect(fault("7 9 1 * *", "America/New_York")).toBe("");
  expect(fault("7 9 * * 1", "Mars/Olympus")).toContain("no time zone");
  expect(fault("7 9 * *")).toContain("five fields");
  expect(fault("0 7 9 * * 1")).toContain("five fields");
  expect(fault("@daily")).toContain("five fields");
  expect(fault("61 9 * * 1")).toContain("61");
  expect(fault("0 0 30 2 *")).toContain("never");
  expect(fault("*/10 * * * *")).toContain("once an hour");
});

describe("a report waits for what is still on its way, two hours at most (SCH-05)", () => {
  const period = { from: at("2026-11-15T16:00:00Z"), to: at("2026-11-22T16:00:00Z") };
  const asked = at("2026-11-23T01:07:00Z");
  const whole = { bookedTo: period.to, sources: [{ source: "scrape", lastAt: period.to }] };
  const behind = { ...whole, sources: [...whole.sources, { source: "prom", lastAt: shift(period.to, -HOUR_MS) }] };
  test("all there: at once", () => expect(waitsUntil(period, asked, asked, whole)).toBeNull());
  test("a source is behind, or the ledger", () => {
    expect(waitsUntil(period, asked, asked, behind)).toBe(asked + 2 * HOUR_MS);
    expect(waitsUntil(period, asked, asked, { ...whole, bookedTo: shift(period.to, -HOUR_MS) })).toBe(
      asked + 2 * HOUR_MS,
    );
  });
  test("not longer", () => {
    expect(waitsUntil(period, asked, shift(asked, 2 * HOUR_MS - MINUTE_MS), behind)).not.toBeNull();
    expect(waitsUntil(period, asked, shift(asked, 2 * HOUR_MS), behind)).toBeNull();
  });
  test("nobody waits for who fell silent before, or was never there", () => {
    const gone = {
      bookedTo: null,
      sources: [
        { source: "old", lastAt: shift(period.from, -DAY_MS) },
        { source: "new", lastAt: null },
      ],
    };
    expect(waitsUntil(period, asked, asked, gone)).toBeNull();
  });
});
