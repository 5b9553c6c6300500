import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SLOT_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { type PlanInput, planSlots, type SlotKnowledge } from "../../../server/ingest/prometheus-plan.ts";

const T0 = Date.UTC(2026, 2, 3, 4);
const slot = (n: number): UnixMs => unixMs(T0 + n * SLOT_MS);
const input = (over: Partial<PlanInput> = {}): PlanInput => ({
  now: unixMs(T0 + 3 * SLOT_MS + 30_000),
  lagMs: 30_000,
  oldest: slot(0),
  slots: new Map(),
  rereads: 2,
  notBefore: new Map(),
  ...over,
});
const numbers = (plan: ReturnType<typeof planSlots>): number[] => plan.next.map((n) => (n.slot - T0) / SLOT_MS);
const known = (...entries: [number, number][]): Map<UnixMs, SlotKnowledge> =>
  new Map(entries.map(([n, rereads]) => [slot(n), { seq: 1, rereads }]));

describe("planSlots", () => {
  test("what is over and not committed is read, newest first", () => {
    expect(planSlots(input())).toMatchObject({ backlog: 3 });
    expect(numbers(planSlots(input()))).toEqual([2, 1, 0]);
  });

  test("a slot waits for its lag, to the millisecond", () => {
    const early = planSlots(input({ now: unixMs(T0 + 3 * SLOT_MS + 29_999) }));
    expect(numbers(early)).toEqual([1, 0]);
    expect(early.wakeAt).toBe(T0 + 3 * SLOT_MS + 30_000);
  });

  test("committed slots behind the newest are read again once for each newer slot, at most twice", () => {
    expect(planSlots(input({ slots: known([2, 0], [1, 0], [0, 0]) })).next).toEqual([
      { slot: slot(1), isReread: true },
      { slot: slot(0), isReread: true },
    ]);
    expect(numbers(planSlots(input({ slots: known([2, 0], [1, 1], [0, 1]) })))).toEqual([0]);
    expect(numbers(planSlots(input({ slots: known([2, 0], [1, 1], [0, 2]) })))).toEqual([]);
  });

  test("a slot that failed waits its turn, the others do not", () => {
    const plan = planSlots(input({ notBefore: new Map([[slot(2), unixMs(T0 + 3 * SLOT_MS + 40_000)]]) }));
    expect(numbers(plan)).toEqual([1, 0]);
    expect(plan).toMatchObject({ backlog: 3, wakeAt: T0 + 3 * SLOT_MS + 40_000 });
  });

  test("following the plan commits every slot of the past exactly once and then rests until the next", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(SLOT_MS), fc.array(fc.nat(40)), (age, into, done) => {
        const slots = new Map<UnixMs, SlotKnowledge>(done.map((n) => [slot(n), { seq: 1, rereads: 2 }]));
        const before = new Set(slots.keys());
        const now = unixMs(T0 + age * SLOT_MS + into);
        const read: UnixMs[] = [];
        for (
          let plan = planSlots(input({ now, slots }));
          plan.next.length > 0;
          plan = planSlots(input({ now, slots }))
        ) {
          read.push(plan.next[0]!.slot);
          slots.set(plan.next[0]!.slot, { seq: 1, rereads: 2 });
        }
        const over = Math.floor((age * SLOT_MS + into - 30_000) / SLOT_MS);
        const expected = Array.from({ length: Math.max(0, over) }, (_, i) => slot(i)).filter((s) => !before.has(s));
        expect(read).toEqual(expected.toReversed());
        expect(planSlots(input({ now, slots })).wakeAt).toBeGreaterThan(now);
      }),
    );
  });
});
