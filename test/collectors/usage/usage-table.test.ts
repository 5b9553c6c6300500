import { describe, expect, test } from "vitest";
import { readUsageTable, type UsageTableOptions } from "../../../collectors/usage/usage-table.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { instantOf, readInstant } from "../../../server/domain/pricing/wall-clock.ts";

const optionsIn = (zone: string, currency: string | null = null): UsageTableOptions => ({
  currency,
  dayStart: (year, month, day) => instantOf(Date.UTC(year, month - 1, day), zone),
  instant: (text) => readInstant(text, zone),
});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string | Uint8Array, options = optionsIn("Asia/Shanghai")) => {
  const reading = readUsageTable(typeof text === "string" ? bytes(text) : text, options);
  if (!reading.ok) throw new Error(JSON.stringify(reading.fault));
  return { ...reading, rows: [...reading.rows] };
};
const faults = (text: string, options?: UsageTableOptions) =>
  read(text, options).rows.flatMap((row) => row.faults.map((f) => [f.row, f.field, f.code, f.read]));

const DAY = "feature,day,ok,failed,revenue,refund,currency\n";

test("a row of a day says units and money of the whole calendar day", () => {
  const { table, rows } = read(`${DAY}chat,2026-11-01,1200.5,3,24.01,0,CNY\n`);
  expect(table).toBe("usage");
  expect(rows[0]?.entry).toEqual({
    feature: "chat",
    from: unixMs(Date.UTC(2026, 9, 31, 16)),
    to: unixMs(Date.UTC(2026, 10, 1, 16)),
    okMicro: 1_200_500_000n,
    failedMicro: 3_000_000n,
    revenueMicro: 24_010_000n,
    refundMicro: 0n,
    currency: "CNY",
  });
});

test("blank figures say nothing, and 0 is a figure", () => {
  const { rows } = read(`${DAY}chat,2026/11/1,0,,,,\n`);
  expect(rows[0]).toMatchObject({
    faults: [],
    entry: { okMicro: 0n, failedMicro: null, revenueMicro: null, currency: null },
  });
});

test("days of 23 and 25 hours are whole, and wall clocks are the installation's", () => {
  const hours = (text: string) => {
    const [row] = read(text, optionsIn("Europe/Berlin")).rows;
    expect(row?.faults).toEqual([]);
    return (row!.entry!.to - row!.entry!.from) / HOUR_MS;
  };
  expect(hours("feature,day,ok\nchat,2026-03-29,1\n")).toBe(23);
  expect(hours("feature,day,ok\nchat,2026-10-25,1\n")).toBe(25);
  expect(hours("feature,from,to,ok\nchat,2026-10-25 02:00,2026-10-25 03:00,1\n")).toBe(2); // 2:00 comes twice: the earlier
  expect(hours("feature,from,to,ok\nchat,2026-10-25T02:00:00+01:00,2026-10-25 03:00,1\n")).toBe(1);
  expect(hours("feature,from,to,ok\nchat,2026-11-01,2026-11-02 12:00,1\n")).toBe(36);
});

describe("figures and cells that have more than one reading are refused with row and column", () => {
  test.each([
    ['"1,234.5"', "separators"],
    ["1.234.567", "separators"],
    ["¥12", "currency_sign"],
    ["12元", "currency_sign"],
    ["=1+1", "formula"],
    ["@SUM(A1)", "formula"],
    ["-5", "negative"],
    ["1e3", "exponent"],
    ["1.2345678", "decimals"],
    ["99999999999999", "too_large"],
    ["many", "number"],
  ])("%s", (figure, code) => {
    expect(faults(`feature,day,ok\nchat,2026-11-01,7\nchat,2026-11-02,${figure}\n`)).toEqual([
      [3, "ok", code, figure.replaceAll('"', "")],
    ]);
    expect(faults(`feature,day,revenue,currency\nchat,2026-11-02,${figure},CNY\n`).map(([, , c]) => c)).toEqual([code]);
  });

  test.each([
    ["feature,day,ok\n,2026-11-01,1\n", [[2, "feature", "blank", ""]]],
    ["feature,day,ok\nchat,03/04/2026,1\n", [[2, "day", "date", "03/04/2026"]]],
    ["feature,day,ok\nchat,2026-02-30,1\n", [[2, "day", "date", "2026-02-30"]]],
    ["feature,from,to,ok\nchat,2026-11-01,tomorrow,1\n", [[2, "to", "date", "tomorrow"]]],
    ["feature,day,revenue\nchat,2026-11-01,5\n", [[2, "currency", "currency_missing", ""]]],
    ["feature,day,revenue,currency\nchat,2026-11-01,5,RMB\n", [[2, "currency", "currency_unknown", "RMB"]]],
    ["feature,day,ok\nchat,2026-11-01,1,9\n", [[2, "", "columns", "4"]]],
    ['feature,day,ok\nchat,"2026-11-01,1\n', [[2, "", "quote_open", 'chat "2026-11-01 1']]],
  ])("broken cells, case %#", (text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  test("a row that is wrong says nothing, and the others are read", () => {
    const { rows } = read(`${DAY}chat,2026-11-01,x,,,,\nchat,2026-11-02,5,,,,\n`);
    expect(rows.map(({ entry }) => entry?.okMicro ?? null)).toEqual([null, 5_000_000n]);
    expect(rows[0]?.said).toEqual({ feature: "chat", from: "2026-11-01", to: "" });
  });
});

test("Chinese headers, semicolons, tabs, a mark and UTF-16 are read", () => {
  const text = "功能;日期;产量;失败;收入;退款;币种\nchat;2026-11-01;5;1;2.5;0.5;cny\n";
  const expected = { okMicro: 5_000_000n, revenueMicro: 2_500_000n, currency: "CNY" };
  expect(read(`\uFEFF${text}`).rows[0]?.entry).toMatchObject(expected);
  expect(read(text.replaceAll(";", "\t")).rows[0]?.entry).toMatchObject(expected);
  expect(read(Buffer.from(`\uFEFF${text}`, "utf16le")).rows[0]?.entry).toMatchObject(expected);
});

test("GBK as Excel writes it", () => {
  // 功能,日期,ok,备注 / chat,2026-11-01,5,早
  const table = Buffer.concat([
    Buffer.from("b9a6c4dc2cc8d5c6da2c", "hex"),
    Buffer.from("ok,"),
    Buffer.from("b1b8d7a2", "hex"),
    Buffer.from("\r\nchat,2026-11-01,5,"),
    Buffer.from("d4e7", "hex"),
    Buffer.from("\r\n"),
  ]);
  const reading = read(table);
  expect(reading.encoding).toBe("GBK");
  expect(reading.rows[0]?.entry).toMatchObject({ feature: "chat", okMicro: 5_000_000n });
});

test("other costs are told by their columns", () => {
  const { table, rows } = read(
    "feature,kind,per_day,currency,from,to,note\nchat,第三方,12.5,USD,2026-11-01,,search api\nchat,storage,0,CNY,2026-11-01,2026-12-01,\n",
  );
  expect(table).toBe("other_costs");
  expect(rows.map(({ cost, faults: own }) => [cost?.kind, cost?.perDayMicro, cost?.to === null, own])).toEqual([
    ["third_party", 12_500_000n, true, []],
    ["storage", 0n, false, []],
  ]);
  const wrong = "feature,kind,per_day,currency,from,to\nchat,rent,5,CNY,2026-11-01,2026-10-01\n";
  expect(faults(wrong)).toEqual([
    [2, "kind", "cost_kind", "rent"],
    [2, "to", "window", "2026-10-01"],
  ]);
});

test("a table of other columns, an empty one and a workbook are refused as a whole", () => {
  const fault = (content: string | Buffer) => {
    const reading = readUsageTable(typeof content === "string" ? bytes(content) : content, optionsIn("UTC"));
    return reading.ok ? null : reading.fault;
  };
  expect(fault("name,count\nchat,5\n")).toMatchObject({ key: "header", read: "name, count" });
  expect(fault("name,count\nchat,5\n")?.expected).toContain("feature, day");
  expect(fault("")).toMatchObject({ key: "empty" });
  expect(fault(Buffer.from("504b0304aaaa", "hex"))).toMatchObject({ key: "binary" });
  expect(fault("feature,kind,per_day,from\nchat,storage,5,2026-11-01\n")).toMatchObject({ key: "currency_missing" });
});
