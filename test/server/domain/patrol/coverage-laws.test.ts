import fc from "fast-check";
import { expect, test } from "vitest";
import { GAP_CAUSES } from "../../../../db/model/coverage.ts";
import type { CoverageCertificate } from "../../../../db/model/patrol.ts";
import { DAY_MS, SLOT_MS, SLOTS_PER_DAY } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import {
  areKept,
  type DaySlots,
  isComplete,
  judgeComplete,
  judgeSlots,
  judgeUnkept,
  ownedIn,
  type Stay,
} from "../../../../server/domain/patrol/card-day.ts";
import { CoverageTally } from "../../../../server/domain/patrol/certificate.ts";
import { daysOf } from "../../../../server/domain/patrol/periods.ts";
import "../../../tools/seed.ts";

const DAY = unixMs(Date.UTC(2026, 10, 20));
const ZONE = "Australia/Adelaide"; // half an hour off, so that its days cut the UTC day
const slotAt = (place: number) => unixMs(DAY + place * SLOT_MS);

type Hole = { readonly from: number; readonly slots: number; readonly part: number; readonly cause: number };
type CardModel = { readonly stays: readonly Stay[]; readonly slots: DaySlots };

/** A card that came, moved and went at any millisecond, and missed some stretches; −1 as cause = there is no row. */
const cardOf = (cardId: number): fc.Arbitrary<CardModel> =>
  fc
    .record({
      cuts: fc.uniqueArray(fc.integer({ min: 0, max: DAY_MS }), { minLength: 2, maxLength: 4 }),
      isWhole: fc.boolean(),
      holes: fc.array(
        fc.record({
          from: fc.nat(SLOTS_PER_DAY - 1),
          slots: fc.integer({ min: 1, max: 40 }),
          part: fc.integer({ min: 1, max: 10 }),
          cause: fc.integer({ min: -1, max: GAP_CAUSES.length - 1 }),
        }),
        { maxLength: 4 },
      ),
    })
    .map(({ cuts, isWhole, holes }) => {
      const at = isWhole ? [0, DAY_MS] : cuts.toSorted((a, b) => a - b);
      const stays = at.slice(0, -1).flatMap((from, i): Stay[] => {
        if (i === 1 && at.length === 4) return []; // given back in between
        const stay = { cardId, poolId: 1 + (i % 2), node: `n${i % 2}`, source: "s" };
        return [{ ...stay, from: DAY + from, to: isWhole ? Infinity : DAY + (at[i + 1] ?? 0) }];
      });
      return { stays, slots: slotsOf(stays, holes) };
    });

function slotsOf(stays: readonly Stay[], holes: readonly Hole[]): DaySlots {
  const slots = { ownedMs: [] as number[], observedMs: [] as number[], gapCause: [] as number[] };
  for (let place = 0; place < SLOTS_PER_DAY; place++) {
    const owned = ownedIn(stays, slotAt(place), slotAt(place + 1));
    const hole = holes.find(({ from, slots: count }) => place >= from && place < from + count);
    const missing = hole === undefined ? 0 : Math.ceil((owned * hole.part) / 10);
    slots.ownedMs.push(owned === 0 || hole?.cause === -1 ? -1 : owned);
    slots.observedMs.push(hole?.cause === -1 ? 0 : owned - missing);
    slots.gapCause.push(Math.max(0, hole?.cause ?? 0));
  }
  return slots;
}

const sums = ({ slots }: CardModel) => {
  const kept = Array.from(slots.ownedMs, (owned, place) => ({ owned, observed: slots.observedMs[place] ?? 0 })).filter(
    ({ owned }) => owned >= 0,
  );
  return {
    slots: kept.length,
    ownedMs: kept.reduce((sum, { owned }) => sum + owned, 0),
    observedMs: kept.reduce((sum, { observed }) => sum + observed, 0),
  };
};

/** As the use-case does it, over places `[first, last)` of the day. */
function certify(cards: readonly CardModel[], first = 0, last = SLOTS_PER_DAY): CoverageCertificate {
  const window = { from: slotAt(first), to: slotAt(last) };
  const whole = { from: DAY, to: unixMs(DAY + DAY_MS) };
  const days = daysOf(window.from, window.to, ZONE);
  const tally = new CoverageTally(days);
  for (const card of cards)
    if (isComplete(card.stays, sums(card), whole)) judgeComplete(card.stays, days, () => true, tally);
    else {
      expect(areKept(sums(card), card.slots)).toBe(true);
      judgeSlots(
        card.stays,
        card.slots,
        DAY,
        days,
        () => true,
        () => "source_down",
        tally,
      );
    }
  return tally.certificate(window, window.to);
}

/** What is missing, by card and slot, without any code of the product. */
function missingOf(cards: readonly CardModel[], first = 0, last = SLOTS_PER_DAY): Map<string, [string, number]> {
  const missing = new Map<string, [string, number]>();
  for (const [card, { stays, slots }] of cards.entries())
    for (let place = first; place < last; place++) {
      let owned = 0;
      for (const { from, to } of stays)
        owned += Math.max(0, Math.min(to, slotAt(place) + SLOT_MS) - Math.max(from, slotAt(place)));
      const isRow = (slots.ownedMs[place] ?? -1) >= 0;
      const ms = owned - (isRow ? (slots.observedMs[place] ?? 0) : 0);
      const said = GAP_CAUSES[slots.gapCause[place] ?? 0] ?? "none";
      const cause = isRow ? (said === "none" ? "no_reading" : said) : "source_down";
      if (ms > 0) missing.set(`${card} ${place}`, [cause, ms]);
    }
  return missing;
}

const fleet = fc.tuple(cardOf(0), cardOf(1), cardOf(2));
const window = fc
  .uniqueArray(fc.nat(SLOTS_PER_DAY), { minLength: 2, maxLength: 2 })
  .map((cuts): [number, number] => [Math.min(...cuts), Math.max(...cuts)]);

test("every hole that was put in is listed once with its cause, and none extra", () => {
  fc.assert(
    fc.property(fleet, window, (cards, [first, last]) => {
      const certificate = certify(cards, first, last);
      const missing = missingOf(cards, first, last);
      const listed = new Map<string, string>();
      for (const { cardIds, from, to, cause, missingMs } of certificate.holes) {
        let ms = 0;
        for (const card of cardIds)
          for (let at = from as number; at < to; at += SLOT_MS) {
            const key = `${card} ${(at - DAY) / SLOT_MS}`;
            expect(listed.has(key)).toBe(false);
            listed.set(key, cause);
            ms += missing.get(key)?.[1] ?? 0;
          }
        expect(missingMs).toBe(ms);
      }
      expect(listed).toEqual(new Map([...missing].map(([key, [cause]]) => [key, cause])));
      expect(certificate.ownedMs - certificate.observedMs).toBe(
        [...missing.values()].reduce((sum, [, ms]) => sum + ms, 0),
      );
      const owned = cards.reduce((sum, { stays }) => sum + ownedIn(stays, slotAt(first), slotAt(last)), 0);
      expect(certificate.ownedMs).toBe(owned);
      expect(certificate.byDay.reduce((sum, day) => sum + day.ownedMs, 0)).toBe(owned);
    }),
    { numRuns: 150 },
  );
});

test("periods that follow each other add up to the whole, wherever they are cut", () => {
  fc.assert(
    fc.property(fleet, fc.integer({ min: 1, max: SLOTS_PER_DAY - 1 }), (cards, cut) => {
      const [whole, ...parts] = [certify(cards), certify(cards, 0, cut), certify(cards, cut)];
      for (const of of ["ownedMs", "observedMs"] as const)
        expect(parts.reduce((sum, part) => sum + part[of], 0)).toBe(whole[of]);
    }),
    { numRuns: 50 },
  );
});

test("late data only raises it: a slot that is read after all is no hole any more, and nothing else changes", () => {
  fc.assert(
    fc.property(fleet, fc.nat(SLOTS_PER_DAY - 1), (cards, place) => {
      const before = certify(cards);
      const read = cards.map(({ stays, slots }): CardModel => {
        const owned = ownedIn(stays, slotAt(place), slotAt(place + 1));
        const copy = { ownedMs: Array.from(slots.ownedMs), observedMs: Array.from(slots.observedMs) };
        copy.ownedMs[place] = owned === 0 ? -1 : owned;
        copy.observedMs[place] = owned;
        return { stays, slots: { ...slots, ...copy } };
      });
      const after = certify(read);
      const gained = [...missingOf(cards, place, place + 1).values()].reduce((sum, [, ms]) => sum + ms, 0);
      expect(after.ownedMs).toBe(before.ownedMs);
      expect(after.observedMs - before.observedMs).toBe(gained);
    }),
    { numRuns: 50 },
  );
});

test("a day of which only the sum is kept misses as much as before, however it is cut", () => {
  fc.assert(
    fc.property(cardOf(0), fc.array(fc.nat(DAY_MS), { maxLength: 4 }), (card, at) => {
      const whole = { from: DAY, to: unixMs(DAY + DAY_MS) };
      const cuts = [0, ...at, DAY_MS].toSorted((a, b) => a - b).map((ms) => unixMs(DAY + ms));
      const pieces = cuts.slice(0, -1).map((from, i) => ({ from, to: cuts[i + 1] ?? from }));
      const tally = new CoverageTally(daysOf(whole.from, whole.to, "UTC"));
      judgeUnkept(card.stays, sums(card), whole, pieces, () => true, tally);
      const { ownedMs, observedMs, holes } = tally.certificate(whole, whole.to);
      expect({ ownedMs, observedMs }).toEqual({
        ownedMs: ownedIn(card.stays, whole.from, whole.to),
        observedMs: sums(card).observedMs,
      });
      for (const hole of holes) expect(hole.missingMs).toBeLessThanOrEqual(hole.to - hole.from);
    }),
    { numRuns: 100 },
  );
});
