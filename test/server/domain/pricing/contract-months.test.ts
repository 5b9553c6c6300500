import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { contractMonth } from "../../../../server/domain/pricing/contract-months.ts";
import { cumulativeMicro, hourlyMicro } from "../../../../server/domain/pricing/hourly.ts";
import { readInstant, writeInstant } from "../../../../server/domain/pricing/wall-clock.ts";
import { aPrice, instants, zones } from "./books.ts";

const at = (text: string) => unixMs(Date.parse(text));

test.each<[string, string, string, string, string, number]>([
  // anchor, asked at, zone, month begins, month ends, hours
  [
    "2026-01-15T01:00:00Z",
    "2026-02-20T00:00:00Z",
    "Asia/Shanghai",
    "2026-02-15T01:00:00Z",
    "2026-03-15T01:00:00Z",
    672,
  ],
  [
    "2024-01-30T16:00:00Z",
    "2024-03-01T00:00:00Z",
    "Asia/Shanghai",
    "2024-02-28T16:00:00Z",
    "2024-03-30T16:00:00Z",
    744,
  ], // the 31st, the leap day, the 31st again
  [
    "2026-02-15T17:00:00Z",
    "2026-03-01T00:00:00Z",
    "America/New_York",
    "2026-02-15T17:00:00Z",
    "2026-03-15T16:00:00Z",
    671,
  ], // an hour is skipped on 8 March
  [
    "2026-10-15T16:00:00Z",
    "2026-11-01T12:00:00Z",
    "America/New_York",
    "2026-10-15T16:00:00Z",
    "2026-11-15T17:00:00Z",
    745,
  ], // an hour comes twice
  [
    "2026-02-08T07:30:00Z",
    "2026-03-09T00:00:00Z",
    "America/New_York",
    "2026-03-08T07:30:00Z",
    "2026-04-08T06:30:00Z",
    743,
  ], // begins at 02:30, which 8 March has not
  [
    "2026-10-04T15:00:00Z",
    "2026-10-05T00:00:00Z",
    "Australia/Lord_Howe",
    "2026-10-04T15:00:00Z",
    "2026-11-04T15:00:00Z",
    744,
  ],
  [
    "2026-03-04T15:30:00Z",
    "2026-04-04T00:00:00Z",
    "Australia/Lord_Howe",
    "2026-03-04T15:30:00Z",
    "2026-04-04T16:00:00Z",
    744.5,
  ],
  [
    "2026-03-05T13:00:00Z",
    "2026-04-05T00:00:00Z",
    "Australia/Lord_Howe",
    "2026-03-05T13:00:00Z",
    "2026-04-05T13:30:00Z",
    744.5,
  ], // half an hour
])("a contract of %s, asked at %s in %s", (anchor, asked, zone, from, to, hours) => {
  const month = contractMonth(at(anchor), at(asked), zone);
  expect([month.from, month.to].map((x) => new Date(x).toISOString())).toEqual(
    [from, to].map((text) => new Date(text).toISOString()),
  );
  expect((month.to - month.from) / HOUR_MS).toBe(hours);
});

test("an hour of February costs more than one of March, and the fees are the same", () => {
  const price = aPrice({ basis: "card_month", amountMicro: 7_440_000_000n, from: at("2026-01-31T16:00:00Z") });
  const hours = ["2026-02-10T00:00:00Z", "2026-03-10T00:00:00Z"].map((text) =>
    hourlyMicro(price, at(text), "Asia/Shanghai"),
  );
  expect(hours).toEqual([11_071_429n, 10_000_000n]);
  const F = (text: string) => cumulativeMicro(price, at(text), "Asia/Shanghai");
  expect(F("2026-02-28T16:00:00Z")).toBe(7_440_000_000n);
  expect(F("2026-03-31T16:00:00Z")).toBe(14_880_000_000n);
});

test("owned: written off to the last micro, then its electricity alone", () => {
  const owned = { purchaseMicro: 100_000_000_001n, months: 1, watts: 500, powerMicroPerKwh: 400_000n };
  const price = aPrice({ basis: "owned", amountMicro: 0n, owned, from: at("2026-01-01T00:00:00Z") });
  const F = (hours: number) => cumulativeMicro(price, unixMs(price.from + hours * HOUR_MS), "UTC");
  expect(F(730)).toBe(100_000_000_001n + 730n * 200_000n);
  expect(F(731) - F(730)).toBe(200_000n);
  expect(hourlyMicro(price, unixMs(price.from + 731 * HOUR_MS), "UTC")).toBe(200_000n);
});

test.each<[string, string, string | null]>([
  ["2026-11-01", "Asia/Shanghai", "2026-10-31T16:00:00.000Z"],
  ["2026-11-01 09:30", "Asia/Shanghai", "2026-11-01T01:30:00.000Z"],
  ["2026-11-01T09:30:15.5", "UTC", "2026-11-01T09:30:15.500Z"],
  ["2026-11-01T09:00:00+08:00", "UTC", "2026-11-01T01:00:00.000Z"],
  ["2026-03-08 02:30", "America/New_York", "2026-03-08T07:30:00.000Z"], // skipped: an hour later by the clock
  ["2026-11-01 01:30", "America/New_York", "2026-11-01T05:30:00.000Z"], // twice: the first
  ["2026-02-30", "UTC", null],
  ["2026-13-01", "UTC", null],
  ["2026-11-01 24:00", "UTC", null],
  ["01/11/2026", "UTC", null],
  ["1970-01-01", "UTC", null],
  ["now", "UTC", null],
  ["", "UTC", null],
])("%s in %s is %s", (text, zone, wanted) => {
  const read = readInstant(text, zone);
  expect(read === null ? null : new Date(read).toISOString()).toBe(wanted);
});

test("an instant survives being written down, in every zone", () => {
  fc.assert(
    fc.property(instants, zones, (at, zone) => {
      expect(readInstant(writeInstant(at, zone), zone)).toBe(at);
    }),
  );
});
