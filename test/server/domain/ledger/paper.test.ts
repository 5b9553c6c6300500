import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CostBasis, SharedCostPolicy, StateMs } from "../../../../db/model/ledger.ts";
import type { FeatureMoney } from "../../../../db/model/ledger-views.ts";
import { decimalMoney, type Micro, microOf } from "../../../../db/model/money.ts";
import type { FxRate } from "../../../../db/model/price.ts";
import { shownParts, shownStep } from "../../../../db/model/round-shown.ts";
import { DAY_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { convertDay } from "../../../../server/domain/ledger/convert.ts";
import { NO_ESTIMATE } from "../../../../server/domain/ledger/estimate.ts";
import { hourLines } from "../../../../server/domain/ledger/hour-lines.ts";
import { featureMoney } from "../../../../server/domain/ledger/margin.ts";
import { shareOut } from "../../../../server/domain/ledger/shares.ts";
import { waterfall } from "../../../../server/domain/ledger/waterfall.ts";
import { aPrice } from "../pricing/books.ts";

/**
 * The example of docs/ledger.md, with the figures worked out there by hand. Each of them must stand in the document, so
 * that neither changes alone.
 */
const PAPER = readFileSync("docs/ledger.md", "utf8");
const onPaper = (figures: readonly string[]): string[] => figures.filter((figure) => !PAPER.includes(figure));

const HOUR = unixMs(Date.UTC(2026, 2, 2, 1)); // 09:00 in Shanghai
const at = (minutes: number) => unixMs(HOUR + minutes * MINUTE_MS);
const [NOBODY, CHAT, DRAW] = [0, 1, 2] as const;
const minutes = (...all: [number, number, number, number, number, number]) =>
  all.map((m) => m * MINUTE_MS) as unknown as StateMs;

const HELD = [
  { featureId: CHAT, ms: minutes(60, 0, 0, 0, 0, 0) }, // card 1
  { featureId: CHAT, ms: minutes(30, 0, 0, 0, 0, 0) }, // card 2 until half past
  { featureId: DRAW, ms: minutes(20, 10, 0, 0, 0, 0) },
  { featureId: DRAW, ms: minutes(20, 0, 0, 0, 30, 0) }, // card 3, which broke at twenty past
  { featureId: NOBODY, ms: minutes(0, 0, 0, 5, 0, 5) },
];

const LINES = hourLines({
  hour: HOUR,
  cards: { whole: Array.from({ length: 12 }, () => 3), parts: [] },
  held: HELD,
  pieces: [
    { from: at(0), to: at(40), price: aPrice({ id: 1, amountMicro: 18_000_000n }) },
    { from: at(40), to: at(60), price: aPrice({ id: 2, amountMicro: 24_000_000n }) },
  ],
  zone: "Asia/Shanghai",
});

const yuan = (micro: Micro | null): string => (micro === null ? "n/a" : decimalMoney(micro));
const sum = (amounts: readonly Micro[]): Micro => amounts.reduce((a, b) => a + b, 0n);

test("the lines of the hour are the ones on paper", () => {
  const told = LINES.map(({ featureId, priceId, micro }) => [featureId, priceId, ...micro.map(yuan)]);
  const nothing = "0.00";
  expect(told).toEqual([
    [NOBODY, 1, nothing, nothing, nothing, "1.00", nothing, "1.00"],
    [NOBODY, 2, nothing, nothing, nothing, "0.666667", nothing, "0.666667"],
    [CHAT, 1, "18.00", nothing, nothing, nothing, nothing, nothing],
    [CHAT, 2, "12.00", nothing, nothing, nothing, nothing, nothing],
    [DRAW, 1, "8.00", "2.00", nothing, nothing, "6.00", nothing],
    [DRAW, 2, "5.333333", "1.333333", nothing, nothing, "4.00", nothing],
  ]);
  expect(yuan(sum(LINES.flatMap(({ micro }) => micro)))).toBe("60.00");
  expect(onPaper(told.flat().filter((one) => typeof one === "string" && one !== nothing) as string[])).toEqual([]);
});

type Row = readonly [CostBasis, SharedCostPolicy, string, string, string, string, string];
const ROWS: readonly Row[] = [
  // basis, policy, chat, draw, idle, fault, unknown
  ["allocation", "apart", "30.00", "16.666666", "1.666667", "10.00", "1.666667"],
  ["allocation", "spread", "38.571429", "21.428571", "0.00", "0.00", "0.00"],
  ["allocation", "owner", "33.333334", "26.666666", "0.00", "0.00", "0.00"],
  ["usage", "apart", "30.00", "13.333333", "5.00", "10.00", "1.666667"],
  ["usage", "spread", "41.538461", "18.461539", "0.00", "0.00", "0.00"],
];

describe("who bears the day", () => {
  test.each(ROWS)("by %s, %s", (basis, policy, ...wanted) => {
    const { features, loose } = shareOut(LINES, { basis, policy }, CHAT);
    const borne = [CHAT, DRAW].map((id) => features.find(({ featureId }) => featureId === id)!);
    const cost = borne.map(({ directMicro, shared }) => directMicro + sum(Object.values(shared)));
    const told = [...cost, loose.idle.leftMicro, loose.fault.leftMicro, loose.unknown.leftMicro];
    expect(told.map(yuan)).toEqual(wanted);
    expect(yuan(sum(told))).toBe("60.00");
    expect(onPaper(wanted.filter((figure) => figure !== "0.00"))).toEqual([]);
  });

  test("each pot is split by largest remainder", () => {
    const { features } = shareOut(LINES, { basis: "allocation", policy: "spread" }, null);
    expect(features.map(({ shared }) => Object.values(shared).map(yuan))).toEqual([
      ["1.071429", "6.428571", "1.071429"],
      ["0.595238", "3.571429", "0.595238"],
    ]);
    expect(onPaper(["1.071429", "6.428571", "0.595238", "3.571429"])).toEqual([]);
  });
});

test("in dollars the day is converted once, and its parts add up to it", () => {
  const rate: FxRate = {
    base: "USD",
    quote: "CNY",
    day: unixMs(Date.UTC(2026, 2, 2)),
    rateNano: 7_200_000_000n,
    knownFrom: unixMs(0),
    knownTo: null,
  };
  const dayNo = Date.UTC(2026, 2, 2) / DAY_MS;
  const cells = LINES.flatMap(({ micro }) => micro.map((one) => ({ currency: "CNY", micro: one })));
  const { micro } = convertDay(cells, dayNo, "USD", [rate]);
  const of = (feature: number) => sum(micro.filter((_, i) => LINES[Math.floor(i / 6)]!.featureId === feature));
  const told = [sum(micro), of(CHAT), of(DRAW), of(NOBODY)].map(yuan);
  expect(told).toEqual(["8.333333", "4.166667", "3.703703", "0.462963"]);
  expect(onPaper(told)).toEqual([]);
});

test("what the page shows adds up to what it shows below", () => {
  const parts = [30_000_000n, 16_666_666n, 1_666_667n, 10_000_000n, 1_666_667n];
  const shown = shownParts(parts, shownStep(2)).map((one) => decimalMoney(one, 2));
  expect(shown).toEqual(["30.00", "16.66", "1.67", "10.00", "1.67"]);
  expect(onPaper(["16.66", "1.67"])).toEqual([]);
});

test("what chat earned, and each of its units cost", () => {
  const money = featureMoney({
    directMicro: 30_000_000n,
    sharedMicro: 0n,
    otherMicro: 2_400_000n,
    revenueMicro: 48_000_000n - 1_200_000n,
    units: { okMicro: 12_000_000_000n, failedMicro: 600_000_000n, others: new Map() },
    estimate: { ...NO_ESTIMATE, hasRevenue: true },
  });
  const told = (["costMicro", "revenueMicro", "marginMicro", "unitCostMicro", "failedCostMicro"] as const).map((name) =>
    yuan(microOf(money[name] as NonNullable<FeatureMoney[typeof name]>)),
  );
  expect(told).toEqual(["32.40", "46.80", "14.40", "0.0027", "1.542857"]);
  expect(money.marginRatio).toBeCloseTo(0.3077, 4);
  expect(money.roi).toBeCloseTo(0.4444, 4);
  const steps = waterfall({
    used: [{ paidMicro: 30_000_000n, listMicro: 39_000_000n }],
    unused: { idle: 0n, fault: 0n, unknown: 0n },
    otherMicro: 2_400_000n,
    revenueMicro: 46_800_000n,
  });
  expect(steps.map(({ micro }) => yuan(micro === null ? null : microOf(micro)))).toEqual([
    "-39.00",
    "9.00",
    "0.00",
    "0.00",
    "0.00",
    "n/a",
    "-2.40",
    "46.80",
    "14.40",
  ]);
  expect(onPaper([...told, "30.77 %", "44.44 %", "39.00", "9.00"])).toEqual([]);
});
