import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_LADDER } from "../../server/domain/tiers/offer.ts";
import { draftOf, faultOf, ladderOf } from "../../web/lib/ladder-draft.ts";
import { decodeTiers, encodeTiers, TIMELINE_DAYS } from "../../web/lib/tiers-url.ts";
import { unitPrice } from "../../web/lib/unit-price.ts";
import "../tools/seed.ts";

describe("the address of the tiers page", () => {
  test("is a view again", () => {
    const views = fc.record({ days: fc.constantFrom(...TIMELINE_DAYS), models: fc.constantFrom("board", "all") });
    fc.assert(
      fc.property(views, (view) => {
        expect(decodeTiers(encodeTiers(view))).toEqual(view);
      }),
    );
  });

  test("may say anything", () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeTiers(new URLSearchParams(text))));
  });
});

describe("a draft of the ladder", () => {
  const draft = draftOf(DEFAULT_LADDER);

  test("is the ladder it was made from", () => {
    expect(ladderOf(draft)).toEqual(DEFAULT_LADDER);
    for (const leastAvailability of [0.29, 0.57, 0.999, 1 / 3])
      expect(ladderOf(draftOf({ ...DEFAULT_LADDER, leastAvailability }))?.leastAvailability).toBeCloseTo(
        leastAvailability,
        9,
      );
  });

  test.each([
    ["1,5", "number"],
    ["", "number"],
    ["1e3", "number"],
    ["-1", "number"],
    ["0.9", "range"],
    ["101", "range"],
    ["1.1", "order"],
  ] as const)("says what is wrong with a P2 limit of “%s”, and is no ladder", (p2Ratio, fault) => {
    expect(faultOf({ ...draft, p2Ratio }, "p2Ratio")).toBe(fault);
    expect(ladderOf({ ...draft, p2Ratio })).toBeNull();
  });
});

test("a price per card-hour has four decimals in every language, rounded half to even, and a dash when unknown", () => {
  expect(unitPrice("11804650", "CNY", "en")).toBe("¥11.8046");
  expect(unitPrice("11804750", "CNY", "zh")).toBe("¥11.8048");
  expect(unitPrice("99999999999999999999", "CNY", "en")).toBe("¥100,000,000,000,000.0000");
  expect(unitPrice(null, "CNY", "en")).toBe("–");
});
