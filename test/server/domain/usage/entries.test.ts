import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, shift } from "../../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../../db/model/units.ts";
import type { UsageEntry } from "../../../../db/model/usage-views.ts";
import { changedLines } from "../../../../db/store/line-change.ts";
import { costFaults, entryFaults, entryLines, keptFaults } from "../../../../server/domain/usage/entries.ts";

const NOW = unixMs(Date.UTC(2026, 10, 22, 12));
const at = (h: number): UnixMs => shift(NOW, h * HOUR_MS);
const entry = (over: Partial<UsageEntry> = {}): UsageEntry => ({
  feature: "chat",
  from: at(-2),
  to: at(-1),
  okMicro: 1n,
  failedMicro: null,
  revenueMicro: null,
  refundMicro: null,
  currency: null,
  ...over,
});
const said = (entries: readonly UsageEntry[]) =>
  entryFaults(entries, NOW).map(({ row, field, code, other }) => [row, field, code, other]);

describe("entries by themselves", () => {
  const table: readonly [string, Partial<UsageEntry>, string, string][] = [
    ["ends before it begins", { to: at(-3) }, "to", "window"],
    ["ends as it begins", { to: at(-2) }, "to", "window"],
    ["is longer than a month", { from: shift(at(-1), -33 * DAY_MS) }, "to", "window_long"],
    ["has not passed", { to: shift(NOW, 6 * 60_000) }, "to", "future"],
    ["says nothing", { okMicro: null }, "", "nothing_said"],
    ["failed without ok", { okMicro: null, failedMicro: 1n }, "failed", "failed_alone"],
    ["failed beside money alone", { okMicro: null, failedMicro: 1n, revenueMicro: 1n }, "failed", "failed_alone"],
  ];
  test.each(table)("an entry that %s is refused", (_, over, field, code) => {
    expect(said([entry(over)])).toEqual([[0, field, code, null]]);
  });

  test("the clock of who says it may be minutes ahead, a month is not too long, and 0 units are units", () => {
    expect(said([entry({ to: shift(NOW, 4 * 60_000) })])).toEqual([]);
    expect(said([entry({ from: shift(at(-1), -31 * DAY_MS - HOUR_MS) })])).toEqual([]);
    expect(said([entry({ okMicro: 0n })])).toEqual([]);
  });
});

describe("entries beside each other", () => {
  test("two that say something of one time are both named", () => {
    const rows = [entry(), entry({ from: at(-5), to: at(-4) }), entry({ from: at(-3) })];
    expect(said(rows)).toEqual([
      [0, "from", "overlap", 2],
      [2, "from", "overlap", 0],
    ]);
  });

  test("a long one is seen behind a short one between", () => {
    const rows = [
      entry({ from: at(-10), to: at(-2) }),
      entry({ from: at(-9), to: at(-8) }),
      entry({ from: at(-4), to: at(-3) }),
    ];
    expect(said(rows).map(([row]) => row)).toEqual([0, 1, 2]);
  });

  test("units by the hour and revenue by the day stand beside each other, other features too, and touching times", () => {
    expect(
      said([
        entry(),
        entry({ from: at(-1), to: at(0) }),
        entry({ from: at(-24), to: at(0), okMicro: null, revenueMicro: 5n, currency: "CNY" }),
        entry({ from: at(-24), to: at(0), okMicro: null, refundMicro: 5n, currency: "CNY" }),
        entry({ feature: "draw" }),
      ]),
    ).toEqual([]);
  });

  test("costs of one kind and note that hold at one time", () => {
    const cost = { feature: "chat", kind: "storage", note: "", from: at(0), to: null };
    const faults = costFaults([
      cost,
      { ...cost, from: at(5) },
      { ...cost, note: "backup" },
      { ...cost, from: at(-9), to: at(0) },
    ]);
    expect(faults.map(({ row, code, other }) => [row, code, other])).toEqual([
      [0, "overlap", 1],
      [1, "overlap", 0],
    ]);
  });
});

describe("entries beside what is stored", () => {
  const kept = { feature: "chat", what: "units" as const, from: at(-10), to: at(-4) };
  const faults = (...entries: UsageEntry[]) =>
    keptFaults(entryLines(entries), [kept]).map(({ row, code }) => [row, code]);

  test("the same time again, or all of it in pieces, is a correction", () => {
    expect(faults(entry({ from: at(-10), to: at(-4) }))).toEqual([]);
    expect(faults(entry({ from: at(-10), to: at(-7) }), entry({ from: at(-7), to: at(-4) }))).toEqual([]);
    expect(faults(entry({ from: at(-12), to: at(0) }))).toEqual([]);
  });

  test("a part of it is refused: the rest would be left without a number", () => {
    expect(faults(entry({ from: at(-10), to: at(-5) }))).toEqual([[0, "overlap_kept"]]);
    expect(faults(entry({ from: at(-8), to: at(-4) }))).toEqual([[0, "overlap_kept"]]);
    expect(faults(entry({ from: at(-10), to: at(-8) }), entry({ from: at(-7), to: at(-4) }))).toEqual([
      [0, "overlap_kept"],
    ]);
  });

  test("other features and revenue are not about it", () => {
    expect(faults(entry({ feature: "draw", from: at(-8) }))).toEqual([]);
    expect(faults(entry({ okMicro: null, revenueMicro: 1n, currency: "CNY", from: at(-8), to: at(-7) }))).toEqual([]);
  });

  test("what passes leaves every instant with the newest line that was said, and none with two", () => {
    type Line = { readonly from: UnixMs; readonly to: UnixMs; readonly n: number };
    const rules = { keyOf: () => 0, isSame: (a: Line, b: Line) => a.n === b.n };
    const anyTiling = fc
      .array(fc.record({ skip: fc.integer({ min: 0, max: 2 }), length: fc.integer({ min: 1, max: 4 }) }), {
        maxLength: 6,
      })
      .map((parts) => {
        let h = 0;
        return parts.map(({ skip, length }): Line => {
          const from = h + skip;
          h = from + length;
          return { from: at(from - 50), to: at(h - 50), n: length };
        });
      });
    fc.assert(
      fc.property(anyTiling, anyTiling, (held, lines) => {
        const entries = lines.map(({ from, to }) => entry({ from, to }));
        const isFine =
          keptFaults(
            entryLines(entries),
            held.map((line) => ({ ...line, feature: "chat", what: "units" })),
          ).length === 0;
        const { added, ended } = changedLines(held, lines, rules);
        const after = [...held.filter((line) => !ended.includes(line)), ...added];
        for (let h = -50; h < 0; h += 1) {
          const before = held.filter(({ from, to }) => from <= at(h) && at(h) < to);
          const next = after.filter(({ from, to }) => from <= at(h) && at(h) < to);
          const now = lines.filter(({ from, to }) => from <= at(h) && at(h) < to);
          expect(next.length).toBeLessThanOrEqual(1);
          if (now.length > 0) expect(next[0]).toMatchObject({ n: now[0]!.n, from: now[0]!.from, to: now[0]!.to });
          else if (isFine) expect(next).toEqual(before);
        }
        const again = changedLines(after, lines, rules);
        expect([again.added, again.ended]).toEqual([[], []]);
      }),
      { numRuns: 500 },
    );
  });
});
