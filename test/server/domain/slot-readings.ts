import fc from "fast-check";
import { FIELD, FIELD_COUNT } from "../../../db/model/card-fields.ts";
import { WORK_KINDS } from "../../../db/model/feature.ts";
import { SLOT_COLUMNS, type SlotColumn } from "../../../db/model/slot.ts";
import { DEFAULT_STATE_RULES, type StateRules } from "../../../server/domain/card-state.ts";
import type { HeldShare } from "../../../server/domain/held-time.ts";
import type { Reading, SlotTotals } from "../../../server/domain/slot-summary.ts";

export type Said = Partial<Record<keyof typeof FIELD, number>>;

export function reading(
  at: number,
  until: number,
  said: Said,
  holders: readonly HeldShare[] | null = [],
  origin = "x",
): Reading {
  const values = new Float64Array(FIELD_COUNT).fill(NaN);
  for (const [name, value] of Object.entries(said)) values[FIELD[name as keyof typeof FIELD]] = value;
  return { origin, at, until, ends: "no_reading", values, offset: 0, holders, xidCounts: [] };
}

export const WINDOW = { from: 1000, to: 2000 };
export const EVER = { from: -Infinity, to: Infinity };

export const byName = ({ columns }: SlotTotals): Record<SlotColumn, number> =>
  Object.fromEntries(SLOT_COLUMNS.map(({ name }, i) => [name, columns[i]])) as Record<SlotColumn, number>;

/** The defaults, in the small time of these windows: holder n does the n-th kind of work, and some said when they started. */
export const SMALL_RULES: StateRules = {
  heldAboveBytes: DEFAULT_STATE_RULES.heldAboveBytes,
  kinds: {
    inference: { busyFrom: 0.01, idleAfterMs: 60, startMs: 300 },
    training: { busyFrom: 0.3, idleAfterMs: 240, startMs: 500 },
    notebook: { busyFrom: 0.01, idleAfterMs: 120, startMs: 0 },
    other: { busyFrom: 0.01, idleAfterMs: 0, startMs: 0 },
  },
  kindOf: (id) => WORK_KINDS[(id - 1) % WORK_KINDS.length]!,
  startedAt: (id) => (id === 5 ? 900 : id === 6 ? 90_000 : null),
};

const share = fc.constantFrom(142_857, 333_333, 500_000, 1_000_000);
const holder = (ppm: fc.Arbitrary<number>) => fc.record({ holderId: fc.integer({ min: 1, max: 6 }), ppm });
const alone = holder(fc.constant(1_000_000)).map((one) => [one]);
const thirds = fc.constant([1, 2, 3].map((holderId) => ({ holderId, ppm: 333_333 })));

const readingOf = (holders: fc.Arbitrary<readonly HeldShare[]>) =>
  fc
    .record({
      at: fc.integer({ min: 0, max: 2500 }),
      reach: fc.integer({ min: 1, max: 900 }),
      util: fc.option(fc.constantFrom(0, 0.004, 0.01, 1 / 3, 1), { nil: NaN }),
      memory: fc.option(fc.constantFrom(0, 2 ** 20, 2 ** 34), { nil: NaN }),
      remapFailed: fc.constantFrom(0, 0, 0, 1),
      ecc: fc.option(fc.nat(9), { nil: NaN }),
      holders: fc.option(holders, { nil: null, freq: 6 }),
      origin: fc.constantFrom("x", "x", "y"),
    })
    .map((r) =>
      reading(
        r.at,
        r.at + r.reach,
        { utilRatio: r.util, memoryUsedBytes: r.memory, rowRemapFailed: r.remapFailed, eccCorrectedTotal: r.ecc },
        r.holders,
        r.origin,
      ),
    );

/** Ascending, one reading per instant: what a report log hands over. */
const ascending = (one: fc.Arbitrary<Reading>): fc.Arbitrary<readonly Reading[]> =>
  fc.array(one, { maxLength: 12 }).map((list) => inOrder(list));

export const inOrder = (list: readonly Reading[]): Reading[] =>
  list.toSorted((a, b) => a.at - b.at || b.until - a.until).filter((r, i, all) => i === 0 || r.at !== all[i - 1]!.at);

export const anyReadings = ascending(readingOf(fc.oneof(alone, thirds, fc.array(holder(share), { maxLength: 3 }))));
/** Cards that one holder has, or nobody: nothing is split. */
export const wholeReadings = ascending(readingOf(fc.oneof(alone, fc.constant([]))));

export const anyOwned = fc
  .tuple(fc.integer({ min: 0, max: 2500 }), fc.integer({ min: 0, max: 2500 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
