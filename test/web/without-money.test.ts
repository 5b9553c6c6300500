import { describe, expect, test } from "vitest";
import { deltaOf, shareOf } from "../../db/model/board-delta.ts";
import { sumBoard } from "../../db/model/board-groups.ts";
import { sumOf, unveiled } from "../../db/model/money.ts";
import { withoutMoney } from "../../server/domain/access/hide-money.ts";
import { DEFAULT_BOARD, PIVOT_SORTS, withoutMoney as boardWithoutMoney } from "../../web/lib/board-url.ts";
import { decodeFeatures, FEATURE_SORTS, featuresWithoutMoney } from "../../web/lib/features-url.ts";
import { HIDDEN_TEXT, makeFormat } from "../../web/lib/format.ts";
import { changeOf, isUnpriced, pivotCsv, pivotLines } from "../../web/panels/pivot/pivot-rows.ts";
import { shownTable } from "../../web/panels/features/feature-rows.ts";
import { fixtureBoard } from "../e2e/fixtures/board.ts";
import { fixtureFeatures } from "../e2e/fixtures/features.ts";
import { fixtureFleet } from "../e2e/fixture-fleet.ts";
import "../tools/seed.ts";

const { pools, currency } = withoutMoney(fixtureBoard(fixtureFleet(200)));

describe("a board without money", () => {
  const sum = sumBoard(pools, currency);

  test("has sums that are hidden: neither 0 nor what is left", () => {
    expect(sum.money).toMatchObject({ costMicro: null, idleMicro: null, sunkIdleMicro: null });
    expect(sum.money.unpricedMs).toBeGreaterThan(0);
    expect(isUnpriced(sum)).toBe(false); // "without a price" would be another thing
    expect(sumOf(["1", null])).toBeNull();
    expect(() => unveiled(null)).toThrow("hidden");
  });
  test("changed by nobody knows what", () => {
    expect(deltaOf(sum, sum)).toMatchObject({ costMicro: null, idleMicro: null });
    expect([shareOf(null, "1"), shareOf("1", null), changeOf(sum, sum)]).toEqual([null, null, null]);
  });
  test.each(PIVOT_SORTS)("has its lines, sorted by %s too, and a file without amounts", (sort) => {
    const lines = pivotLines({ by: ["vendor"], sort, descending: true }, pools, null, currency);
    expect(lines.length).toBeGreaterThan(1);
    const [head = [], ...rows] = pivotCsv(["vendor"], lines, sum, currency);
    for (const [at, name] of head.entries())
      if (/^(?:price|cost|idle)_/.test(String(name)))
        for (const row of rows) expect([name, row[at]]).toEqual([name, null]);
  });
});

test("links that ask for money fall back without a word", () => {
  const asked = { ...DEFAULT_BOARD, size: "cost", colour: "waste", pivotSort: "idle", pivotDescending: false } as const;
  expect(boardWithoutMoney(asked)).toEqual(DEFAULT_BOARD);
  const kept = { ...DEFAULT_BOARD, colour: "utilisation", pivotSort: "busy" } as const;
  expect(boardWithoutMoney(kept)).toEqual(kept);
  const sorts = FEATURE_SORTS.map((sort) => featuresWithoutMoney(decodeFeatures(new URLSearchParams({ sort }))).sort);
  expect([...new Set(sorts)]).toEqual(["name", "team", "units", "utilisation", "coverage"]);
});

test("features without money have lines whose amounts are null", () => {
  const view = withoutMoney(
    fixtureFeatures({ cards: 200 }, { from: "2026-11-01", to: "2026-11-08" }, { basis: "allocation", policy: "apart" }),
  );
  const shown = shownTable(view.features, view.loose, 10_000n);
  expect(shown.features.length).toBe(view.features.length);
  for (const one of [...shown.features, shown.total]) expect(one).toEqual({ cost: null, revenue: null, margin: null });
  expect(shown.loose).toEqual(view.loose.map(() => null));
});

test("an amount that is null is hidden from one reader and missing for the other", () => {
  const [hidden, missing] = [makeFormat("en", "UTC", HIDDEN_TEXT), makeFormat("en", "UTC")];
  expect([hidden.money(null, "CNY"), hidden.moneyCompact(null, "CNY")]).toEqual(["•••", "•••"]);
  expect([missing.money(null, "CNY"), missing.moneyCompact(null, "CNY")]).toEqual(["–", "–"]);
  expect(hidden.percent(null)).toBe("–"); // no amount
});
