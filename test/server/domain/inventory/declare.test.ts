import fc from "fast-check";
import { expect, test } from "vitest";
import type { CapacityLine } from "../../../../db/model/inventory.ts";
import { type DeclaredLine, endAt, capacityKey, layOver } from "../../../../server/domain/inventory/declare.ts";

const ANY = { vendor: "", region: "", zone: "", cluster: "", model: "A10", billing: "", contract: "" } as const;
const line = (node: string, count: number, from: number, to: number | null): CapacityLine => {
  return { selector: ANY, node, count, from, to, contract: "" };
};
let ids = 0;
const apply = (current: readonly DeclaredLine[], plan: ReturnType<typeof layOver>): DeclaredLine[] => [
  ...current.filter(({ id }) => !plan.ends.includes(id)),
  ...plan.adds.map((added) => ({ ...added, id: (ids += 1) })),
];
const at = (lines: readonly CapacityLine[], node: string, time: number) =>
  lines.filter((l) => l.node === node && l.from <= time && (l.to === null || time < l.to)).map((l) => l.count);

const anyLine = fc
  .record({
    node: fc.constantFrom("", "n"),
    count: fc.nat(9),
    from: fc.nat(20),
    length: fc.option(fc.integer({ min: 1, max: 9 })),
  })
  .map(({ node, count, from, length }) => line(node, count, from, length === null ? null : from + length));

test("whatever is declared over what, every instant has one number at most: the one said last", () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 8 }), (lines) => {
      let current: DeclaredLine[] = [];
      for (const one of lines) current = apply(current, layOver(current, [one]));
      for (const node of ["", "n"])
        for (let time = 0; time <= 35; time += 1)
          expect(at(current, node, time)).toEqual(at(lines, node, time).slice(-1));
    }),
  );
});

test("the same line again changes nothing", () => {
  const current = apply([], layOver([], [line("n", 8, 0, null)]));
  expect(layOver(current, [line("n", 8, 0, null)])).toEqual({ ends: [], adds: [] });
});

test("what ends keeps its past and has no future", () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 6 }), fc.nat(30), (lines, end) => {
      let current: DeclaredLine[] = [];
      for (const one of lines) current = apply(current, layOver(current, [one]));
      const ended = apply(current, endAt(current, new Set(current.map(capacityKey)), end));
      for (let time = 0; time <= 40; time += 1)
        expect(at(ended, "n", time)).toEqual(time < end ? at(current, "n", time) : []);
    }),
  );
});
