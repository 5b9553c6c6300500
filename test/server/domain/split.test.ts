import fc from "fast-check";
import { expect, test } from "vitest";
import { splitExactly } from "../../../server/domain/split.ts";

test("no unit is gained or lost, and each part is within one unit of its exact share", () => {
  const weights = fc.array(fc.nat(1e9), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: -1e14, max: 1e14 }), weights, (total, w) => {
      const parts = splitExactly(total, w);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
      const sum = w.reduce((a, b) => a + b, 0);
      if (sum > 0) parts.forEach((p, i) => expect(Math.abs(p - (total * w[i]!) / sum)).toBeLessThanOrEqual(1.01));
    }),
  );
});

test("thirds of one hundred go 34, 33, 33", () => expect(splitExactly(100, [1, 1, 1])).toEqual([34, 33, 33]));
test("a weight of nothing gets nothing", () => expect(splitExactly(7, [0, 5, 0])).toEqual([0, 7, 0]));
test("a fraction is refused", () => expect(() => splitExactly(1.5, [1])).toThrow("not a whole number"));
