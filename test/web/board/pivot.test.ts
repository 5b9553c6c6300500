import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GROUP_KEYS, sumBoard } from "../../../db/model/board-groups.ts";
import { PIVOT_SORTS } from "../../../web/lib/board-url.ts";
import { csvText } from "../../../web/lib/csv.ts";
import { changeText, countChangeText } from "../../../web/lib/change-text.ts";
import { pivotCsv, pivotLines } from "../../../web/panels/pivot/pivot-rows.ts";
import { fixtureFleet } from "../../e2e/fixture-fleet.ts";
import { fixtureBoard, fixtureCompare } from "../../e2e/fixtures/board.ts";
import { unveiled } from "../../../db/model/money.ts";

const fleet = fixtureFleet(1_000);
const { pools } = fixtureBoard(fleet);
const { before } = fixtureCompare(fleet, "day");
const total = sumBoard(pools, "CNY");
const keys = fc.shuffledSubarray([...GROUP_KEYS], { minLength: 1, maxLength: 3 });

describe("the pivot table", () => {
  test("its outer lines add up to the totals row, whatever the grouping and sorting", () => {
    fc.assert(
      fc.property(keys, fc.constantFrom(...PIVOT_SORTS), fc.boolean(), (by, sort, descending) => {
        const lines = pivotLines({ by, sort, descending }, pools, before, "CNY");
        const outer = lines.filter((line) => line.depth === 0);
        expect(outer.reduce((sum, line) => sum + line.sum.cardCounts.delivered, 0)).toBe(total.cardCounts.delivered);
        expect(outer.reduce((sum, line) => sum + unveiled(line.sum.money.costMicro), 0n)).toBe(
          unveiled(total.money.costMicro),
        );
        expect(new Set(lines.map((line) => line.id)).size).toBe(lines.length);
      }),
    );
  });

  test("stands each line under its own group, sorted within it, the unknown last in either direction", () => {
    for (const descending of [true, false]) {
      const lines = pivotLines({ by: ["vendor", "model"], sort: "cost", descending }, pools, null, "CNY");
      let parent = "";
      let last: bigint | null | undefined;
      for (const line of lines) {
        if (line.depth === 0) [parent, last] = [line.path[0] ?? "", undefined];
        else {
          expect(line.path[0]).toBe(parent);
          const isUnpriced = line.sum.money.costMicro === "0";
          const cost = isUnpriced ? null : unveiled(line.sum.money.costMicro);
          if (last === null) expect(cost).toBeNull();
          else if (last !== undefined && cost !== null) expect(descending ? last >= cost : last <= cost).toBe(true);
          last = cost;
        }
      }
    }
  });

  test("says no change where nothing is compared, or no price is known", () => {
    expect(pivotLines({ by: ["vendor"], sort: "cards", descending: true }, pools, null, "CNY")[0]?.change).toBeNull();
    const lines = pivotLines({ by: ["vendor"], sort: "cards", descending: true }, pools, before, "CNY");
    expect(lines.every((line) => line.change !== null)).toBe(true);
    const unpriced = pools.filter((pool) => pool.money.unpricedMs > 0);
    expect(
      pivotLines({ by: ["model"], sort: "cards", descending: true }, unpriced, before, "CNY")[0]?.change,
    ).toBeNull();
  });

  test("as a file has the levels as columns, the total last, money in full, and no formula", () => {
    const hostile = pools.map((pool) => ({ ...pool, vendor: `=HYPERLINK("x")`, region: `a,"b"\r\n` }));
    const by = ["vendor", "region"] as const;
    const text = csvText(
      pivotCsv(by, pivotLines({ by, sort: "cards", descending: true }, hostile, null, "CNY"), total, "CNY"),
    );
    const lines = text.split("\r\n");
    expect(lines[0]).toMatch(/^\uFEFFvendor,region,delivered,/);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(text).not.toMatch(/(^|[\r\n,])=/);
    expect(lines.at(-2)).toMatch(/^total,,1000,/);
  });
});

test("a change has an arrow, a sign and a unit; none is ± 0 and an unknown one a dash", () => {
  expect(changeText(0.0321, "en")).toBe("▲ +3.2%");
  expect(changeText(-0.0321, "zh")).toBe("▼ -3.2%");
  expect(changeText(0, "en")).toBe("± 0.0%");
  expect(changeText(null, "en")).toBe("–");
  expect(countChangeText(12, "en")).toBe("▲ +12");
});
