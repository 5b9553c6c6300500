import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import { calendarDays, daysOf } from "../../../../server/usecases/ledger/calendar-day.ts";

const hourNo = (iso: string): number => Date.parse(iso) / HOUR_MS;
const dayNo = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

test("an hour belongs to the calendar day of the zone that its start lies in", () => {
  expect(calendarDays("Asia/Shanghai")(hourNo("2026-03-01T15:00:00Z"))).toBe(dayNo("2026-03-01"));
  expect(calendarDays("Asia/Shanghai")(hourNo("2026-03-01T16:00:00Z"))).toBe(dayNo("2026-03-02"));
  expect(calendarDays("America/New_York")(hourNo("2026-03-01T04:00:00Z"))).toBe(dayNo("2026-02-28"));
  expect(calendarDays("Asia/Kathmandu")(hourNo("2026-03-01T18:00:00Z"))).toBe(dayNo("2026-03-01")); // midnight is at 18:15
  expect(calendarDays("Asia/Kathmandu")(hourNo("2026-03-01T19:00:00Z"))).toBe(dayNo("2026-03-02"));
});

test("the days of some hours tile them, whole at both ends, with 23 and 25 hours where the clocks are moved", () => {
  const dayNoOf = calendarDays("America/New_York");
  const hours = { from: hourNo("2026-03-07T12:00:00Z"), to: hourNo("2026-03-09T12:00:00Z") };
  const days = daysOf(hours, dayNoOf);
  expect(days.map((day) => [day.dayNo - dayNo("2026-03-07"), day.to - day.from])).toEqual([
    [0, 24],
    [1, 23],
    [2, 24],
  ]);
  expect(days.slice(1).every((day, i) => day.from === days[i]!.to)).toBe(true);
  const autumn = daysOf({ from: hourNo("2026-11-01T12:00:00Z"), to: hourNo("2026-11-01T13:00:00Z") }, dayNoOf);
  expect(autumn.map((day) => day.to - day.from)).toEqual([25]);
});
