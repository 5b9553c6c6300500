import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBenchmarkList } from "../../../collectors/price-lists/benchmark-list.ts";
import { readRateList } from "../../../collectors/price-lists/rate-list.ts";
import { alias, bytes, said } from "./reading.ts";

const BENCH = "workload,card,units_per_hour,batch,precision,date,source\n";
const benchmarks = (text: string, aliases: ReadonlyMap<string, string> = new Map()) => {
  const reading = readBenchmarkList(bytes(text), aliases);
  if (!reading.ok) throw new Error(reading.fault.key);
  return reading;
};

describe("a table of measured throughput", () => {
  test("a row is a benchmark", () => {
    const { benchmarks: read, issues } = benchmarks(`${BENCH}LLM inference,L40S,1250000.5,32,FP8,2026-10-02,our lab\n`);
    expect(issues).toEqual([]);
    expect(read[0]?.benchmark).toEqual({
      model: "L40S",
      workload: "llm_inference",
      unitsPerHour: 1_250_000.5,
      batch: 32,
      precision: "fp8",
      day: "2026-10-02",
      source: "our lab",
    });
  });

  test("the first column may be called model", () => {
    expect(
      benchmarks("model,card,units_per_hour,batch,precision,date,source\ntraining,T4,1,,,2026-1-2,x\n").benchmarks[0]
        ?.benchmark,
    ).toMatchObject({ workload: "training", batch: null, precision: "", day: "2026-01-02" });
  });

  test.each([
    ["poetry,T4,1,,,2026-01-02,x", "workload"],
    ["training,TPU v5e,1,,,2026-01-02,x", "model_unknown"],
    ["training,T4,0,,,2026-01-02,x", "zero"],
    ["training,T4,1e3,,,2026-01-02,x", "exponent"],
    ['training,T4,"1,000",,,2026-01-02,x', "separators"],
    ["training,T4,1,big,,2026-01-02,x", "whole"],
    ["training,T4,1,,,2/1/2026,x", "date"],
    ["training,T4,1,,,2026-01-02,", "blank"],
  ])("%s: %s", (row, key) => {
    const { benchmarks: read, issues } = benchmarks(`${BENCH}${row}\n`);
    expect(issues.map((issue) => [issue.row, issue.key])).toEqual([[2, key]]);
    expect(read).toEqual([]);
  });

  test("said twice is once, said differently is an error of the second", () => {
    const row = (units: string) => `training,T4,${units},,,2026-01-02,x\n`;
    expect(said(benchmarks(BENCH + row("1") + row("1") + row("2")).issues)).toEqual([
      "3 note duplicate units_per_hour «1»",
      "4 error two_prices units_per_hour «2»",
    ]);
  });

  test("an alias names the card", () => {
    expect(
      benchmarks(`${BENCH}training,our card,1,,,2026-01-02,x\n`, alias("Our Card", "T4")).benchmarks[0]?.benchmark
        .model,
    ).toBe("T4");
  });
});

describe("a table of exchange rates", () => {
  const rates = (text: string) => {
    const reading = readRateList(bytes(`base,quote,day,rate\n${text}`));
    if (!reading.ok) throw new Error(reading.fault.key);
    return reading;
  };

  test("a rate is kept to nine decimals", () => {
    expect(rates("usd,CNY,2026-11-01,7.123456789\n").rates[0]?.rate).toEqual({
      base: "USD",
      quote: "CNY",
      day: Date.UTC(2026, 10, 1),
      rateNano: 7_123_456_789n,
    });
  });

  test.each([
    ["USD,USD,2026-11-01,1", "currency_same"],
    ["USD,,2026-11-01,1", "currency_missing"],
    ["USD,YUAN,2026-11-01,7", "currency_unknown"],
    ["USD,CNY,,7", "blank"],
    ["USD,CNY,2026-11-01T08:00:00Z,7", "date"],
    ["USD,CNY,2026-11-01,0", "zero"],
    ["USD,CNY,2026-11-01,0.0000000001", "decimals"],
    ['USD,CNY,2026-11-01,"7,1"', "separators"],
    ["USD,CNY,2026-11-01,9999999999", "too_large"],
  ])("%s: %s", (row, key) => {
    const { rates: read, issues } = rates(`${row}\n`);
    expect(issues.map((issue) => [issue.row, issue.key])).toEqual([[2, key]]);
    expect(read).toEqual([]);
  });

  test("one day has one rate of a pair", () => {
    const { rates: read, issues } = rates("USD,CNY,2026-11-01,7\nUSD,CNY,2026-11-01,7.0\nUSD,CNY,2026-11-01,7.2\n");
    expect(read.length).toBe(1);
    expect(issues.map(({ row, key, other }) => [row, key, other])).toEqual([
      [3, "duplicate", 2],
      [4, "two_prices", 2],
    ]);
  });
});

test("neither reader throws, whatever the bytes", () => {
  const text = fc.string({
    unit: fc.constantFrom('"', ",", "\n", "1", ".", "-", "a", "USD", "T4", "2026-11-01"),
    maxLength: 80,
  });
  fc.assert(
    fc.property(text, (made) => {
      readRateList(bytes(`base,quote,day,rate\n${made}`));
      readBenchmarkList(bytes(BENCH + made), new Map());
    }),
  );
});
