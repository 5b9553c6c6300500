import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvRows } from "../../collectors/csv-rows.ts";
import { decimalMoney, MICRO, parseMoney } from "../../db/model/money.ts";
import type { ReportCell, ReportColumn } from "../../db/model/report-document.ts";
import { makeValue } from "../../reports/make-value.ts";
import { tableCsv } from "../../reports/table-csv.ts";
import { documentOf } from "../../reports/write-document.ts";
import { sampleFacts } from "../fixtures/report-facts.ts";
import "../tools/seed.ts";

const columnOf = (kind: ReportColumn["kind"]): ReportColumn => ({ id: "a", label: "a", align: "left", kind });
const cell = (value: ReportCell["value"]): ReportCell => ({ text: "shown", value });
const read = (kind: ReportColumn["kind"], value: ReportCell["value"]): string => {
  const text = tableCsv({ columns: [columnOf(kind), columnOf("text")], rows: [[cell(value), cell("end")]] });
  const rows = [...csvRows(text.slice(1), ",")];
  expect(rows.map(({ fault }) => fault)).toEqual([null, null]);
  return rows[1]!.cells[0]!;
};

describe("SCH-17: text never becomes a formula, numbers stay numbers", () => {
  for (const text of ['=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\0=1"])
    test(`${JSON.stringify(text)} is text`, () => expect(read("text", text)).toBe(`'${text}`));

  test("text that looks like a number in a column of text is guarded, a figure is not", () => {
    expect(read("text", "-5.00")).toBe("'-5.00");
    expect(read("money", "-5.00")).toBe("-5.00");
    expect(read("number", -5)).toBe("-5");
  });

  test("a formula in a column of money is guarded as in any other", () => {
    expect(read("money", "-5+cmd")).toBe("'-5+cmd");
    expect(read("number", "=1+1")).toBe("'=1+1");
  });

  test("what is not known is empty and never 0", () => {
    expect([read("money", null), read("number", null), read("number", NaN)]).toEqual(["", "", ""]);
  });

  test("any text comes back as it was, behind the guard", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const back = read("text", text);
        expect(back).toBe(/^[=+\-@\t\r\0]/.test(text) ? `'${text}` : text);
        expect(back).not.toMatch(/^[=+\-@\t\r\0]/);
      }),
    );
  });
});

test("amounts of a file add up to the total of the value, to the last micro-unit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1, max: 1e6 }), (cards, seed) => {
      const value = makeValue(sampleFacts({ cards, seed }));
      const tables = documentOf(value, "zh-CN", { link: null, madeAt: 0 }).sections.flatMap(({ blocks }) =>
        blocks.flatMap((block) => (block.kind === "table" ? block : [])),
      );
      for (const id of ["by-vendor", "by-region", "by-model", "by-billing", "by-tier"]) {
        const [, ...rows] = csvRows(tableCsv(tables.find((one) => one.id === id)!).slice(1), ",");
        const sum = rows.reduce((all, { cells }) => all + (parseMoney(cells[3]!) ?? -1n), 0n);
        expect(decimalMoney(sum)).toBe(decimalMoney(BigInt(value.fleet.total.costMicro!)));
        expect(sum > MICRO).toBe(true);
      }
    }),
    { numRuns: 20 },
  );
});

test("a file begins with the mark Excel wants, and its lines end in CRLF", () => {
  const text = tableCsv({ columns: [columnOf("text")], rows: [[cell("卡")]] });
  expect(text).toBe("\uFEFFa\r\n卡\r\n");
});
