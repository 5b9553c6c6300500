import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COST_BASES, SHARED_COST_POLICIES } from "../../db/model/ledger.ts";
import { COST_DIMENSIONS, type CostFilter } from "../../db/model/ledger-views.ts";
import { addDays, dayCount, isDay, lastDay, MOST_DAYS, RANGE_DAYS, rangeOf } from "../../web/lib/day-range.ts";
import { decodeFeature, encodeFeature } from "../../web/lib/feature-url.ts";
import { decodeFeatures, encodeFeatures, FEATURE_SORTS } from "../../web/lib/features-url.ts";
import { decodeProof, encodeProof, PROOF_ABOUT, type ProofAsk } from "../../web/lib/proof-url.ts";
import { fromParams, parseSearch, stringifySearch } from "../../web/lib/search-params.ts";

const days = fc.integer({ min: 0, max: 20_000 }).map((n) => addDays("2020-01-01", n));
const window = fc
  .tuple(days, fc.integer({ min: 0, max: MOST_DAYS - 1 }))
  .map(([from, more]) => ({ days: null, from, to: addDays(from, more) }));
const range = fc.oneof(
  fc.constantFrom(...RANGE_DAYS).map((count) => ({ days: count })),
  window,
);
const choice = fc.record({
  basis: fc.constantFrom(...COST_BASES),
  policy: fc.constantFrom(...SHARED_COST_POLICIES),
});
const many = fc.integer({ min: 5, max: 700 }).map((count) => Array.from({ length: count }, (_, i) => `任务-${i}`));
const values = fc.oneof(
  { weight: 9, arbitrary: fc.uniqueArray(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: many },
);
const filter = fc.dictionary(fc.constantFrom(...COST_DIMENSIONS), values, {
  noNullPrototype: true,
}) as fc.Arbitrary<CostFilter>;
const ask: fc.Arbitrary<ProofAsk | null> = fc.option(
  fc.record({
    about: fc.constantFrom(...PROOF_ABOUT),
    question: fc.record({ range: window.map(({ from, to }) => ({ from, to: addDays(to, 1) })), filter }),
    shownMicro: fc.option(
      fc
        .bigInt()
        .map(String)
        .filter((text) => text.length <= 30),
    ),
  }),
);

describe("the addresses of features", () => {
  test("give back what they were made of, through the browser's own address line", () => {
    const list = fc.record({
      range,
      choice,
      sort: fc.constantFrom(...FEATURE_SORTS),
      descending: fc.boolean(),
      search: fc.string({ maxLength: 60 }),
      teams: fc.uniqueArray(fc.string({ maxLength: 30 }), { maxLength: 5 }),
      proof: ask,
    });
    fc.assert(
      fc.property(list, (view) => {
        const text = stringifySearch(fromParams(encodeFeatures(view)));
        expect(decodeFeatures(new URLSearchParams(text))).toEqual(view);
      }),
    );
    const as = fc.constantFrom("chart" as const, "table" as const);
    const one = fc.record({ range, choice, daysAs: as, stepsAs: as, unitsAs: as, proof: ask });
    fc.assert(
      fc.property(one, (view) => {
        const text = stringifySearch(fromParams(encodeFeature(view)));
        expect(decodeFeature(new URLSearchParams(text))).toEqual(view);
      }),
    );
  });

  test("open the nearest sensible page, whatever stands in them", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.string(), (said, proof) => {
        const params = new URLSearchParams({ ...said, proof });
        const view = decodeFeatures(params);
        expect(decodeFeatures(encodeFeatures(view))).toEqual(view);
        expect(() => decodeFeature(params)).not.toThrow();
      }),
    );
  });

  test("leave the plain page a plain address", () => {
    expect(encodeFeatures(decodeFeatures(new URLSearchParams())).toString()).toBe("");
    expect(encodeFeature(decodeFeature(new URLSearchParams())).toString()).toBe("");
  });

  test("refuse a proof without days, and take its days in any order", () => {
    const proof = (inner: string) => decodeProof(new URLSearchParams({ proof: inner }));
    expect(proof("from=2026-11-01")).toBeNull();
    expect(proof("from=2026-02-30&to=2026-03-01")).toBeNull();
    expect(proof("from=2026-11-10&to=2026-11-01")?.question.range).toEqual({ from: "2026-11-01", to: "2026-11-11" });
    expect(proof("from=2026-11-01&to=2026-11-01&shown=1e9&nobody=1")?.shownMicro).toBeNull();
  });

  test("never cut a question: a long one is kept beside a short address, and what is not whole is no question", () => {
    const named = (count: number, long = "") => {
      const holders = Array.from({ length: count }, (_, i) => `team/pod-${i}${long}`);
      const question = { range: { from: "2026-11-01", to: "2026-11-02" }, filter: { team: holders } } as const;
      return { about: "cards", question, shownMicro: "1" } as const satisfies ProofAsk;
    };
    const addressOf = (ask: ProofAsk) => {
      const params = new URLSearchParams();
      encodeProof(params, ask);
      return params;
    };
    for (const ask of [named(51), named(60), named(499), named(500), named(501), named(1, "x".repeat(301))]) {
      const params = addressOf(ask);
      expect(params.toString().length).toBeLessThan(5_500);
      expect(decodeProof(params)).toEqual(ask);
    }
    expect(addressOf(named(500)).get("proof")).not.toBe(addressOf(named(499)).get("proof"));
    expect(decodeProof(new URLSearchParams({ proof: "kept-9-abc" }))).toBeNull();
    const long = new URLSearchParams({ from: "2026-11-01", to: "2026-11-01", team: "x".repeat(301) });
    expect(decodeProof(new URLSearchParams({ proof: long.toString() }))).toBeNull();
  });

  test("keep a name with separators whole", () => {
    const view = decodeFeatures(
      new URLSearchParams({
        proof: new URLSearchParams([
          ["from", "2026-11-01"],
          ["to", "2026-11-02"],
          ["team", "a&b=c,d"],
        ]).toString(),
      }),
    );
    const again = parseSearch(stringifySearch(fromParams(encodeFeatures(view))));
    expect(decodeFeatures(new URLSearchParams(again as Record<string, string>)).proof?.question.filter).toEqual({
      team: ["a&b=c,d"],
    });
  });
});

describe("days", () => {
  test("count back from today, today among them", () => {
    expect(rangeOf({ days: 7 }, "2026-03-02")).toEqual({ from: "2026-02-24", to: "2026-03-03" });
    fc.assert(
      fc.property(range, days, (asked, today) => {
        const found = rangeOf(asked, today);
        expect(dayCount(found)).toBe(asked.days ?? dayCount({ from: found.from, to: addDays(lastDay(found), 1) }));
        expect(found.from < found.to).toBe(true);
      }),
    );
  });

  test("exist, or are none", () => {
    expect(["2026-02-28", "2028-02-29"].every(isDay)).toBe(true);
    expect(["2026-02-29", "2026-13-01", "1999-01-01", "26-1-1", "2026-11-01T00:00", ""].some(isDay)).toBe(false);
  });
});
