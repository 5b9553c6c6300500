import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvRows, type Delimiter, delimiterOf, DELIMITERS } from "../../collectors/csv-rows.ts";
import { csvLine } from "../../db/model/csv.ts";

const rows = (text: string, delimiter: Delimiter = ",") => [...csvRows(text, delimiter)];

describe("rows of a CSV text", () => {
  test.each([
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["a\rb", [["a"], ["b"]]],
    ['"a,b","say ""hi""","two\nlines"', [["a,b", 'say "hi"', "two\nlines"]]],
    [",\n", [["", ""]]],
    ['""', []],
    ["", []],
  ])("%j", (text, cells) => {
    expect(rows(text).map((row) => row.cells)).toEqual(cells);
  });

  test("blank lines count and are not given: numbers are those a spreadsheet shows", () => {
    expect(rows("a\n\n\nb\n").map(({ row }) => row)).toEqual([1, 4]);
  });

  test("a cell with line breaks is one row", () => {
    expect(rows('a,"1\n2\n3"\nb,c\n').map(({ row, cells }) => [row, cells.length])).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  test.each([
    ['a,b\n1,x"y\n2,3\n', "quote"],
    ['a,b\n1,"x"y\n2,3\n', "quote"],
    ['a,b\n2,"x\n', "quote_open"],
  ] as const)("a broken quote in %j costs its own row alone", (text, fault) => {
    const read = rows(text);
    expect(read.find(({ row }) => row === 2)?.fault).toBe(fault);
    expect(read.filter((row) => row.fault === null).map(({ row }) => row)).toEqual(text.includes("2,3") ? [1, 3] : [1]);
  });

  test("what is written is read again, whatever stands in the cells", () => {
    const cell = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !/^[=+\-@\t\r\0]/.test(text));
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 8 });
    fc.assert(
      fc.property(table, (cells) => {
        expect(rows(cells.map((row) => csvLine(row)).join("")).map((row) => row.cells)).toEqual(cells);
      }),
    );
  });

  test("never throws, always ends, and numbers only grow", () => {
    const text = fc.string({
      unit: fc.constantFrom('"', ",", ";", "\n", "\r", "a", "1", " ", "\t", "价"),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, fc.constantFrom(...DELIMITERS), (made, delimiter) => {
        const numbers = rows(made, delimiter).map(({ row }) => row);
        expect(numbers.every((row, i) => row > (numbers[i - 1] ?? 0))).toBe(true);
      }),
    );
  });
});

test.each([
  ["a,b,c", ","],
  ["a;b;c", ";"],
  ["a\tb\tc", "\t"],
  ["a", ","],
])("the delimiter of %j is %j", (text, delimiter) => {
  expect(delimiterOf(text)).toBe(delimiter);
});
