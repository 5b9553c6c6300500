import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEDGER_STATES } from "../../db/model/ledger.ts";
import type { CostGroup, CostPivot, CostView } from "../../db/model/ledger-views.ts";
import { roundShown } from "../../db/model/round-shown.ts";
import { COST_SORTS } from "../../web/lib/cost-url.ts";
import { csvText } from "../../web/lib/csv.ts";
import { costDaysCsv, costGroupsCsv, costPivotCsv } from "../../web/panels/cost/cost-csv.ts";
import {
  costLines,
  IDLE_STATES,
  LOST_STATES,
  microIn,
  msOf,
  shareOf,
  sparkOf,
  withStates,
} from "../../web/panels/cost/cost-rows.ts";
import { MOST_COLUMNS, pivotCells, pivotColumns } from "../../web/panels/cost/pivot-columns.ts";

const CENT = 10_000n;
const micros = fc.array(fc.bigInt({ min: -5_000_000n, max: 10n ** 15n }), { minLength: 6, maxLength: 6 });

function group(key: string, micro: readonly bigint[]): CostGroup {
  return {
    key,
    label: key,
    micro: String(sum(micro)),
    byDay: [String(sum(micro)), null],
    byState: { ms: micro.map((_, i) => i * 1_000), micro: micro.map(String) },
    estimate: {
      coverage: null,
      listRatio: null,
      unpricedMs: 0,
      unconverted: [],
      unitCoverage: null,
      hasRevenue: false,
      unbookedDays: 0,
    },
  };
}
const sum = (parts: readonly bigint[]): bigint => parts.reduce((all, part) => all + part, 0n);
const groups = fc
  .array(micros, { maxLength: 40 })
  .map((all) => all.map((micro, i) => group(`g${i}${i % 3 === 0 ? HOSTILE : ""}`, micro)));
const HOSTILE = `=<img src=x onerror="alert(1)">`;
const nameOf = ({ label }: { label: string }) => label;

describe("the lines of the cost page", () => {
  test("add up to the total as shown in every column, each less than a cent from its exact amount", () => {
    fc.assert(
      fc.property(groups, fc.constantFrom(...COST_SORTS), fc.boolean(), (all, sort, descending) => {
        const lines = costLines(all, nameOf, { sort, descending }, CENT);
        const columns = [
          { shown: "shown", exact: (one: CostGroup) => BigInt(one.micro) },
          { shown: "shownIdle", exact: (one: CostGroup) => microIn(one, IDLE_STATES) },
          { shown: "shownLost", exact: (one: CostGroup) => microIn(one, LOST_STATES) },
        ] as const;
        for (const { shown, exact } of columns) {
          expect(sum(lines.map((line) => line[shown]))).toBe(roundShown(sum(all.map(exact)), CENT));
          for (const line of lines) {
            const off = line[shown] - exact(line);
            expect(off < CENT && off > -CENT).toBe(true);
          }
        }
        expect(lines.map(({ key }) => key).toSorted()).toEqual(all.map(({ key }) => key).toSorted());
      }),
    );
  });

  test("are sorted as money and time are, beyond what a number holds exactly", () => {
    const big = 10n ** 20n;
    const all = [group("a", [big, 0n, 0n, 0n, 0n, 0n]), group("b", [big + 1n, 0n, 0n, 0n, 0n, 0n])];
    const keys = (descending: boolean) =>
      costLines(all, nameOf, { sort: "cost", descending }, CENT).map(({ key }) => key);
    expect([keys(true), keys(false)]).toEqual([
      ["b", "a"],
      ["a", "b"],
    ]);
    expect(msOf(all[0]!)).toBe(15_000);
  });

  test("have each state in one of: at work or starting, idle, lost", () => {
    expect([...IDLE_STATES, ...LOST_STATES, "busy", "starting"].toSorted()).toEqual([...LEDGER_STATES].toSorted());
  });

  test("ask for no proof of states the page is not narrowed to, rather than for all of them", () => {
    expect(withStates({ state: ["busy"] }, IDLE_STATES)).toBeNull();
    expect(withStates({ state: ["busy", "free"], vendor: ["a"] }, IDLE_STATES)).toEqual({
      state: ["free"],
      vendor: ["a"],
    });
    expect(withStates({ vendor: ["a"] }, LOST_STATES)).toEqual({ state: LOST_STATES, vendor: ["a"] });
  });

  test("have no share of nothing, and a hole in the line where no day is", () => {
    expect([shareOf(1n, 0n), shareOf(1n, 4n), shareOf(0n, 4n)]).toEqual([null, 0.25, 0]);
    expect(sparkOf(["50", null, "100"])).toEqual([0.5, null, 1]);
    expect(sparkOf([null, null])).toEqual([null, null]);
  });
});

describe("the pivot", () => {
  const pivot = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 })).chain(([rows, columns]) =>
    fc
      .array(fc.option(fc.bigInt({ min: -9n, max: 10n ** 12n })), {
        minLength: rows * columns,
        maxLength: rows * columns,
      })
      .map((all) => pivotOf(rows, columns, all)),
  );

  test("loses nothing when it puts columns together, and leaves empty what has no line", () => {
    fc.assert(
      fc.property(pivot, (made) => {
        const columns = pivotColumns(made);
        expect(columns.length).toBeLessThanOrEqual(MOST_COLUMNS + 1);
        expect(columns.flatMap(({ keys }) => keys)).toEqual(made.columns.map(({ key }) => key));
        expect(sum(columns.map(({ micro }) => BigInt(micro)))).toBe(BigInt(made.totalMicro));
        const cells = pivotCells(made, columns);
        for (const { key, micro } of made.rows)
          expect(sum(cells.get(key)!.map((cell) => cell ?? 0n))).toBe(BigInt(micro));
        for (const [place, { micro }] of columns.entries())
          expect(sum([...cells.values()].map((row) => row[place] ?? 0n))).toBe(BigInt(micro));
        const filled = [...cells.values()].flat().filter((cell) => cell !== null).length;
        expect(filled).toBeLessThanOrEqual(made.cells.length);
        if (columns.length === made.columns.length) expect(filled).toBe(made.cells.length);
      }),
    );
  });
});

describe("the files of the cost page", () => {
  const view: CostView = {
    asOf: 1_763_000_000_000,
    zone: "Asia/Shanghai",
    currency: "CNY",
    range: { from: "2026-11-01", to: "2026-11-03" },
    days: ["2026-11-01", "2026-11-02"],
    by: "team",
    groups: [group(HOSTILE, [1n, 2n, 3n, 4n, 5n, 6n]), group("b", [7n, 0n, 0n, 0n, 0n, 0n])],
    total: group("", [8n, 2n, 3n, 4n, 5n, 6n]),
    values: {} as CostView["values"],
    booking: null,
  };

  test("hold whole micro-units, empty cells for what is not known, and text that no spreadsheet runs", () => {
    const lines = costLines(view.groups, nameOf, { sort: "cost", descending: true }, CENT);
    const files = [
      costGroupsCsv(view, lines),
      costDaysCsv(view, nameOf),
      costPivotCsv(pivotOf(2, 2, [1n, null, 3n, 4n]), "vendor", "state", (_by, { label }) => HOSTILE + label),
    ];
    for (const rows of files) {
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
      expect(csvText(rows)).toContain(`'=<img`);
      expect(csvText(rows)).not.toMatch(/(^|,)"?=|NaN|undefined/m);
    }
    const at = (rows: (typeof files)[number], name: string) => rows[0]!.indexOf(name);
    const total = (rows: (typeof files)[number]) =>
      rows.slice(1).reduce((all, row) => all + BigInt(row[at(rows, "cost_micro")] ?? 0), 0n);
    expect(files.map(total)).toEqual([28n, 28n, 8n]);
    expect(files[1]!.filter((row) => row[0] === "2026-11-02").map((row) => row[3])).toEqual([null, null]);
  });
});

/** A pivot of random cells; null = no line there. */
function pivotOf(rows: number, columns: number, all: readonly (bigint | null)[]): CostPivot {
  const at = (r: number, c: number): bigint => all[r * columns + c] ?? 0n;
  const rowAt = (r: number) => sum(Array.from({ length: columns }, (_, c) => at(r, c)));
  const columnAt = (c: number) => sum(Array.from({ length: rows }, (_, r) => at(r, c)));
  const edge = (count: number, name: string, of: (i: number) => bigint) =>
    Array.from({ length: count }, (_, i) => ({ key: `${name}${i}`, label: `${name}${i}`, micro: String(of(i)) }));
  return {
    currency: "CNY",
    rows: edge(rows, "r", rowAt),
    columns: edge(columns, "c", columnAt),
    cells: all.flatMap((micro, i) =>
      micro === null
        ? []
        : [{ row: `r${Math.floor(i / columns)}`, column: `c${i % columns}`, micro: String(micro), ms: 1 }],
    ),
    totalMicro: String(sum(all.map((micro) => micro ?? 0n))),
  };
}
