import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roundShown, shownParts, shownStep } from "../../../db/model/round-shown.ts";

const amounts = fc.array(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), { maxLength: 40 });
const steps = fc.constantFrom(1n, 1_000n, 10_000n, 1_000_000n);
const sum = (parts: readonly bigint[]) => parts.reduce((total, part) => total + part, 0n);

describe("shown parts (M-09)", () => {
  test("add up to the total as it is shown, each less than one step from what it is", () => {
    fc.assert(
      fc.property(amounts, steps, (parts, step) => {
        const shown = shownParts(parts, step);
        expect(sum(shown)).toBe(roundShown(sum(parts), step));
        shown.forEach((one, i) => {
          const off = one - parts[i]!;
          expect(one % step).toBe(0n);
          expect(off < step && off > -step).toBe(true);
        });
      }),
    );
  });

  test("leave alone what is whole already, so nothing becomes something", () => {
    fc.assert(
      fc.property(amounts, steps, (parts, step) => {
        const shown = shownParts(parts, step);
        parts.forEach((part, i) => {
          if (part % step === 0n) expect(shown[i]).toBe(part);
        });
      }),
    );
  });

  test("give what is left over to the largest remainders, ties by place", () => {
    expect(shownParts([3_333_333n, 3_333_333n, 3_333_334n], 10_000n)).toEqual([3_330_000n, 3_330_000n, 3_340_000n]);
    expect(shownParts([5_000n, 5_000n], 10_000n)).toEqual([10_000n, 0n]);
    expect(shownParts([-5_000n, 15_000n], 10_000n)).toEqual([0n, 10_000n]);
    expect(shownParts([], 10_000n)).toEqual([]);
  });

  test("know the minor unit of a currency: two decimals of a yuan, none of a yen, three of a dinar", () => {
    expect([2, 0, 3].map(shownStep)).toEqual([10_000n, 1_000_000n, 1_000n]);
    expect(roundShown(25_000n, 10_000n)).toBe(20_000n); // half to even
    expect(roundShown(35_000n, 10_000n)).toBe(40_000n);
  });
});
