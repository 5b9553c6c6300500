import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COST_DIMENSIONS } from "../../db/model/ledger-views.ts";
import { COST_SORTS, COST_TABS, decodeCost, encodeCost, narrowed } from "../../web/lib/cost-url.ts";
import { addDays, MOST_DAYS, RANGE_DAYS } from "../../web/lib/day-range.ts";
import { fromParams, parseSearch, stringifySearch } from "../../web/lib/search-params.ts";

const dates = fc
  .tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: MOST_DAYS - 1 }))
  .map(([from, more]) => ({
    days: null,
    from: addDays("2020-01-01", from),
    to: addDays("2020-01-01", from + more),
  }));
const values = fc.uniqueArray(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 4 });
const view = fc.record({
  range: fc.oneof(
    fc.constantFrom(...RANGE_DAYS).map((days) => ({ days })),
    dates,
  ),
  by: fc.constantFrom(...COST_DIMENSIONS),
  columns: fc.constantFrom(...COST_DIMENSIONS),
  tab: fc.constantFrom(...COST_TABS),
  daysAs: fc.constantFrom("chart" as const, "table" as const),
  filter: fc.dictionary(fc.constantFrom(...COST_DIMENSIONS), values, {
    noNullPrototype: true,
  }),
  sort: fc.constantFrom(...COST_SORTS),
  descending: fc.boolean(),
  proof: fc.constant(null), // of any page: features-url.test.ts
});

describe("the address of the cost page", () => {
  test("gives back what it was made of, through the browser's own address line", () => {
    fc.assert(
      fc.property(view, (made) => {
        const text = stringifySearch(fromParams(encodeCost(made)));
        expect(decodeCost(new URLSearchParams(text))).toEqual(made);
      }),
    );
  });

  test("opens the nearest sensible page, whatever stands in it", () => {
    const key = fc.oneof(fc.string(), fc.constantFrom("by", "columns", "tab", "sort", "days", "days-as", "proof"));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.string())), (said) => {
        const found = decodeCost(new URLSearchParams(said));
        expect(decodeCost(encodeCost(found))).toEqual(found);
      }),
    );
  });

  test("leaves the plain page a plain address", () => {
    expect(encodeCost(decodeCost(new URLSearchParams())).toString()).toBe("");
    expect(encodeCost(decodeCost(new URLSearchParams("by=nobody&sort=&tab=x"))).toString()).toBe("");
  });

  test("keeps the value that nobody said, and names with separators", () => {
    const found = decodeCost(new URLSearchParams("feature=&team=a%26b%3Dc%2Cd&team=a%26b%3Dc%2Cd"));
    expect(found.filter).toEqual({ feature: [""], team: ["a&b=c,d"] });
    const again = parseSearch(stringifySearch(fromParams(encodeCost(found))));
    expect(again["feature"]).toBe("");
  });

  test("does not narrow to values nobody can have: too long, or too many for one question", () => {
    expect(decodeCost(new URLSearchParams({ pool: "x".repeat(301) })).filter).toEqual({});
    const many = new URLSearchParams(Array.from({ length: 600 }, (_, i) => ["pool", String(i)]));
    expect(decodeCost(many).filter.pool).toHaveLength(500);
  });

  test("a dimension without values does not narrow", () => {
    expect(narrowed({ vendor: ["a"], state: ["busy"] }, "vendor", [])).toEqual({ state: ["busy"] });
    expect(narrowed({ vendor: ["a"] }, "vendor", ["b"])).toEqual({ vendor: ["b"] });
  });
});
