import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cell, csvCell, csvLine } from "../../../db/model/csv.ts";

/** A reader of RFC 4180 by the book: quotes, doubled quotes, line breaks inside. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i] ?? "";
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") {
      row.push(cell);
      cell = "";
    } else if (c === "\r" && text[i + 1] === "\n") {
      rows.push([...row, cell]);
      [row, cell] = [[], ""];
      i++;
    } else cell += c;
  }
  return rows;
}

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    '=HYPERLINK("http://x")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\0x",
    'a"b',
    "a\r\nb",
    "，",
    " =1",
  ),
  fc.tuple(fc.constantFrom("=", "+", "-", "@", "\t", "\r", "\0"), fc.string()).map(([a, b]) => a + b),
);

describe("a CSV line", () => {
  test("read back by RFC 4180, every cell is what was written, guard aside", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, fc.double(), fc.constant(null)), { minLength: 1 }), (cells: Cell[]) => {
        const [row, ...more] = parse(csvLine(cells));
        expect(more).toEqual([]);
        expect(row?.map((c) => c.replace(/^'(?=[=+\-@\t\r\0])/, ""))).toEqual(
          cells
            .map((c) => (typeof c === "number" && !Number.isFinite(c) ? "" : String(c ?? "")))
            .map((c) => c.replace(/^'(?=[=+\-@\t\r\0])/, "")),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test("no text cell begins a formula", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const [[cell = ""] = []] = parse(csvLine([text]));
        expect(cell).not.toMatch(/^[=+\-@\t\r\0]/);
      }),
      { numRuns: 2_000 },
    );
  });

  test("numbers are exempt by type", () => {
    expect(csvLine([-5, 0.1, 1e21, null, Number.NaN, "-5"])).toBe("-5,0.1,1e+21,,,'-5\r\n");
    expect(csvCell("plain")).toBe("plain");
  });
});
