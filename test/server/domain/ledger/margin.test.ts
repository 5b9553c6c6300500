import { expect, test } from "vitest";
import { estimateOf, mergeEstimates, NO_ESTIMATE } from "../../../../server/domain/ledger/estimate.ts";
import { addMoney, featureMoney, type MoneyParts } from "../../../../server/domain/ledger/margin.ts";

const NOTHING: MoneyParts = {
  directMicro: 0n,
  sharedMicro: 0n,
  otherMicro: 0n,
  revenueMicro: null,
  units: null,
  estimate: NO_ESTIMATE,
};
const units = (okMicro: bigint, failedMicro: bigint | null = null) => ({
  okMicro,
  failedMicro,
  others: new Map<string, bigint>(),
});
const UNPRICED = { ...NO_ESTIMATE, unpricedMs: 1 };

type Figures = readonly [
  margin: string | null,
  ratio: number | null,
  roi: number | null,
  unit: string | null,
  failed: string | null,
];
const CASES: readonly (readonly [string, Partial<MoneyParts>, Figures])[] = [
  ["nothing at all is n/a, and not zero", {}, [null, null, null, null, null]],
  ["revenue nobody said is n/a", { directMicro: 10n }, [null, null, null, null, null]],
  [
    "revenue of nothing is a loss of the whole cost, and no part of any revenue",
    { directMicro: 10n, revenueMicro: 0n },
    ["-10", null, -1, null, null],
  ],
  [
    "more refunds than revenue have no margin ratio",
    { directMicro: 10n, revenueMicro: -5n },
    ["-15", null, -1.5, null, null],
  ],
  ["a loss is below nothing", { directMicro: 10n, revenueMicro: 5n }, ["-5", -1, -0.5, null, null]],
  ["what breaks even has a ratio of plain 0", { directMicro: 10n, revenueMicro: 10n }, ["0", 0, 0, null, null]],
  ["what costs nothing has no return on it", { revenueMicro: 10n }, ["10", 1, null, null, null]],
  [
    "no unit has no unit cost, and no failure",
    { directMicro: 10n, units: units(0n, 0n) },
    [null, null, null, null, null],
  ],
  ["a unit cost is rounded half to even", { directMicro: 5n, units: units(2_000_000n) }, [null, null, null, "2", null]],
  [
    "what only failed cost all there was",
    { directMicro: 10n, units: units(0n, 4_000_000n) },
    [null, null, null, null, "10"],
  ],
  [
    "failures have their part of all generations",
    { sharedMicro: 10n, units: units(3_000_000n, 1_000_000n) },
    [null, null, null, "3", "2"],
  ],
  ["failures nobody counts are n/a", { otherMicro: 10n, units: units(1_000_000n) }, [null, null, null, "10", null]],
  ["units free of charge cost nothing", { units: units(1_000_000n, 0n) }, [null, null, null, "0", "0"]],
  [
    "units of cards without any price are not free of charge",
    { units: units(1_000_000n, 0n), estimate: UNPRICED },
    [null, null, null, null, null],
  ],
  [
    "where a part has a price, the unit cost is of that part",
    { directMicro: 7n, units: units(1_000_000n), estimate: UNPRICED },
    [null, null, null, "7", null],
  ],
];

test.each(CASES)("%s", (_, parts, wanted) => {
  const money = featureMoney({ ...NOTHING, ...parts });
  const { marginMicro, marginRatio, roi, unitCostMicro, failedCostMicro } = money;
  expect([marginMicro, marginRatio, roi, unitCostMicro, failedCostMicro]).toEqual(wanted);
});

test("days in which nobody said what it earned, or failed, do not make the other days unknown", () => {
  const days = [
    { ...NOTHING, revenueMicro: 5n, units: units(1n, 2n) },
    { ...NOTHING, units: units(3n) },
    { ...NOTHING, revenueMicro: -2n },
  ];
  expect(addMoney(days)).toMatchObject({ revenueMicro: 3n, units: { okMicro: 4n, failedMicro: 2n } });
  expect(addMoney([])).toEqual({ ...NOTHING });
});

test("a day the ledger has no line of has no margin and no unit cost, whatever was earned on it", () => {
  const sold = { revenueMicro: 50n, otherMicro: 2n, units: units(1_000_000n) };
  const unbooked = featureMoney({ ...NOTHING, ...sold, estimate: { ...NO_ESTIMATE, unbookedDays: 1 } });
  expect([unbooked.marginMicro, unbooked.unitCostMicro, unbooked.roi]).toEqual([null, null, null]);
  expect(unbooked.revenueMicro).toBe("50");
  const booked = { ...NOTHING, directMicro: 10n, estimate: { ...NO_ESTIMATE, ownedMs: 1 } };
  const both = addMoney([booked, { ...NOTHING, ...sold, estimate: { ...NO_ESTIMATE, unbookedDays: 1 } }]);
  expect(featureMoney(both)).toMatchObject({ marginMicro: "38", estimate: { unbookedDays: 1 } });
});

test("what other sources say of the same time is added up by source", () => {
  const said = (...others: [string, bigint][]) => ({ ...NOTHING, units: { ...units(1n), others: new Map(others) } });
  const money = featureMoney(addMoney([said(["push", 2n]), said(["csv:a", 1n], ["push", 3n])]));
  expect(money.units?.others).toEqual([
    { source: "csv:a", okMicro: "1" },
    { source: "push", okMicro: "5" },
  ]);
});

test("estimates are put together by time and money, not by the number of rows", () => {
  const parts = [
    {
      ...NO_ESTIMATE,
      ownedMs: 100,
      observedMs: 50,
      paidMicro: 10n,
      listMicro: 10n,
      unconverted: ["USD"],
      hasRevenue: true,
    },
    {
      ...NO_ESTIMATE,
      ownedMs: 300,
      observedMs: 300,
      paidMicro: 30n,
      unpricedMs: 7,
      expectedMs: 8,
      countedMs: 6,
      unconverted: ["EUR", "USD"],
    },
  ];
  expect(estimateOf(mergeEstimates(parts))).toEqual({
    coverage: 0.875,
    listRatio: 0.25,
    unpricedMs: 7,
    unconverted: ["EUR", "USD"],
    unitCoverage: 0.75,
    hasRevenue: true,
    unbookedDays: 0,
  });
  expect(estimateOf(NO_ESTIMATE)).toMatchObject({
    coverage: null,
    listRatio: null,
    unitCoverage: null,
    hasRevenue: false,
  });
});
