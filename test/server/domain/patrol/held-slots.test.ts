import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, SLOT_MS, SLOTS_PER_DAY } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { CARRIED_DAYS, holdersOf, isTeams, type LastHolder } from "../../../../server/domain/patrol/held-slots.ts";
import "../../../tools/seed.ts";

const DAY = unixMs(Date.UTC(2026, 10, 20));

/** A stretch of slots: seen with a holder, seen with nobody, without a reading, without a row. */
const stretch = fc.record({
  slots: fc.integer({ min: 1, max: 150 }),
  holder: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom("seen", "unread", "no row"),
});
const days = fc.array(stretch, { maxLength: 20 }).map((stretches) => {
  const slots = stretches.flatMap(({ slots: count, ...one }) => Array.from({ length: count }, () => one));
  const whole = Array.from({ length: 3 * SLOTS_PER_DAY }, (_, i) => slots[i] ?? { holder: 0, kind: "no row" });
  return [0, 1, 2].map((day) => {
    const own = whole.slice(day * SLOTS_PER_DAY, (day + 1) * SLOTS_PER_DAY);
    return {
      ownedMs: own.map(({ kind }) => (kind === "no row" ? -1 : SLOT_MS)),
      observedMs: own.map(({ kind }) => (kind === "seen" ? SLOT_MS : 0)),
      gapCause: own.map(() => 0),
      holderId: own.map(({ kind, holder }) => (kind === "seen" ? holder : 0)),
    };
  });
});

test("a slot is of who was seen with the card last, over the ends of days", () => {
  fc.assert(
    fc.property(days, (cardDays) => {
      let last: LastHolder | null = null;
      let expected = 0;
      for (const [i, slots] of cardDays.entries()) {
        const found = holdersOf(slots, unixMs(DAY + i * DAY_MS), last);
        last = found.last;
        for (let place = 0; place < SLOTS_PER_DAY; place++) {
          if ((slots.observedMs[place] ?? 0) > 0) expected = slots.holderId[place] ?? 0;
          expect(found.holders[place]).toBe(expected);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test("every slot is of one team or of nobody, however holders change their features", () => {
  const cuts = fc.uniqueArray(fc.nat(23), { maxLength: 4 }).map((hours) => hours.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(days, cuts, fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }), ([slots], hours, teams) => {
      const base = DAY / HOUR_MS;
      const edges = [0, ...hours.map((hour) => base + hour), null];
      const holdsOf = (team: number) =>
        new Map(
          [1, 2, 3].map((holder) => [
            holder,
            edges.slice(0, -1).flatMap((fromHour, i) => {
              const own = { fromHour: fromHour ?? 0, toHour: edges[i + 1] ?? null };
              return teams[(i + holder) % 5] === team ? [own] : []; // team 2 = no rule takes it
            }),
          ]),
        );
      const [a, b] = [holdsOf(0), holdsOf(1)];
      const { holders } = holdersOf(slots!, DAY, null);
      for (let place = 0; place < SLOTS_PER_DAY; place++) {
        const holder = holders[place]!;
        const of = [a, b].filter((holds) => isTeams(holds, holder, DAY, place)).length;
        const i = edges.findLastIndex((edge) => edge !== null && edge <= base + Math.floor(place / 12));
        expect(of).toBe(holder > 0 && teams[(i + holder) % 5] !== 2 ? 1 : 0);
      }
    }),
    { numRuns: 50 },
  );
});

test("who held a card longer ago than a week is not known to hold it still", () => {
  const blind = {
    ownedMs: Array.from({ length: SLOTS_PER_DAY }, () => -1),
    observedMs: Array.from({ length: SLOTS_PER_DAY }, () => 0),
    gapCause: [],
    holderId: Array.from({ length: SLOTS_PER_DAY }, () => 0),
  };
  const after = (daysAgo: number) =>
    holdersOf(blind, DAY, { holderId: 5, day: unixMs(DAY - daysAgo * DAY_MS) }).holders[0];
  expect([after(1), after(CARRIED_DAYS), after(CARRIED_DAYS + 1)]).toEqual([5, 5, 0]);
});
