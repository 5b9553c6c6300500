import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NumberCell, readInt64, readNumber } from "../../../collectors/exposition/number.ts";
import { FUZZ_RUNS, value as anyValue } from "./bodies.ts";

function read(token: string): number | null {
  const cell: NumberCell = { value: 0 };
  const padded = Buffer.from(`«${token}»`, "latin1");
  return readNumber(padded, 1, padded.length - 1, cell) ? cell.value : null;
}

describe("a value", () => {
  test.each([
    ["0", 0],
    ["-0", -0],
    ["+5", 5],
    ["1.", 1],
    [".5", 0.5],
    ["-.5e-1", -0.05],
    ["1e3", 1000],
    ["1E+3", 1000],
    ["0.1", 0.1],
    ["0.30000000000000004", 0.30000000000000004],
    ["9007199254740993", 9007199254740992],
    ["123456789012345.678", Number("123456789012345.678")],
    ["0000000000000000000000000001.2e-1", 0.12],
    ["0x1p3", 8],
    ["-0X1.8P1", -3],
    ["0x.8p0", 0.5],
    ["0x1p-1074", 5e-324],
    ["nan", NaN],
    ["NaN", NaN],
    ["Inf", Infinity],
    ["+inf", Infinity],
    ["-INFINITY", -Infinity],
  ])("%s is %d", (token, expected) => {
    expect(Object.is(read(token), expected)).toBe(true);
  });

  test.each([
    "",
    "+",
    "-",
    ".",
    "e5",
    "1e",
    "1e+",
    "1_000",
    "1,5",
    "0x1",
    "0x",
    "0xp1",
    "0x1p",
    "0b1",
    "0o7",
    "1.2.3",
    "--1",
    "+-1",
    "-nan",
    "+nan",
    "infin",
    "in",
    "1 ",
    "1f",
    "٣",
    "1e999",
    "-1e999",
    "0x1p5000",
    "true",
    "0x1_0p1",
  ])("%j is no number of the grammar", (token) => {
    expect(read(token)).toBeNull();
  });

  test("any double that is printed comes back as itself", () => {
    const finite = anyValue.filter((number) => Number.isFinite(number));
    fc.assert(
      fc.property(finite, (number) => Object.is(read(Object.is(number, -0) ? "-0" : String(number)), number)),
      { numRuns: FUZZ_RUNS },
    );
  });

  test("fixed decimals are rounded as the engine rounds them", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
        fc.integer({ min: 0, max: 20 }),
        (number, digits) => {
          const token = number.toFixed(digits);
          return Object.is(read(token), Number(token));
        },
      ),
      { numRuns: FUZZ_RUNS },
    );
  });
});

describe("a timestamp", () => {
  const stamp = (token: string): number | null => {
    const cell: NumberCell = { value: 0 };
    const bytes = Buffer.from(token);
    return readInt64(bytes, 0, bytes.length, cell) ? cell.value : null;
  };
  test("is a whole number of milliseconds in 64 bits, of either sign", () => {
    expect(stamp("-62135596800000")).toBe(-62135596800000);
    expect(stamp("9223372036854775807")).toBe(2 ** 63);
    expect(stamp("-9223372036854775808")).toBe(-(2 ** 63));
    for (const bad of ["", "-", "1.5", "1e3", "9223372036854775808", "99999999999999999999", "0x1", " 1"])
      expect(stamp(bad)).toBeNull();
  });
});
