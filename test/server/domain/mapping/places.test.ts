import fc from "fast-check";
import { expect, test } from "vitest";
import type { MappingRule } from "../../../../db/model/feature.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { placesBetween } from "../../../../server/domain/mapping/places.ts";
import { planRules, type WantedRule } from "../../../../server/domain/mapping/plan.ts";
import "../../../tools/seed.ts";

test("a thing put between two others leaves both where they are", () => {
  expect(placesBetween([1_000, null, 2_000])).toEqual([1_000, 1_500, 2_000]);
  expect(placesBetween([null, 1_000])).toEqual([500, 1_000]);
  expect(placesBetween([1_000, null, null])).toEqual([1_000, 2_000, 3_000]);
});

test("a thing moved up is the only one that moves", () => {
  expect(placesBetween([3_000, 1_000, 2_000])).toEqual([500, 1_000, 2_000]);
});

test("without room between two all get new places", () => {
  expect(placesBetween([7, null, 8])).toEqual([1_000, 2_000, 3_000]);
});

test("places rise strictly, stay in int4, and most of what is in order stays", () => {
  const place = fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 }));
  fc.assert(
    fc.property(fc.array(place, { maxLength: 12 }), (places) => {
      const made = placesBetween(places);
      expect(made).toHaveLength(places.length);
      for (const [i, at] of made.entries()) {
        expect(at).toBeGreaterThan(made[i - 1] ?? 0);
        expect(at).toBeLessThanOrEqual(2 ** 31 - 1);
        expect(Number.isInteger(at)).toBe(true);
      }
    }),
  );
});

const wanted = fc.record<WantedRule>({
  name: fc.constantFrom("a", "b", "c", "d"),
  featureId: fc.integer({ min: 1, max: 2 }),
  match: fc.constantFrom({}, { namespace: "x" }, { pod: "p.*", namespace: "x" }),
  from: fc.constantFrom(unixMs(0), unixMs(3_600_000)),
  to: fc.constant(null),
});
const inForce = (rules: readonly (WantedRule & { position: number })[], id = 1): MappingRule[] =>
  rules.map((rule, i) => ({ ...rule, id: id + i, knownFrom: unixMs(1), knownTo: null, revision: 1 }));

test("after a plan the rules in force are the wanted ones in their order; the same wish again changes nothing", () => {
  const places = (all: readonly WantedRule[]) => all.map((rule, i) => ({ ...rule, position: (i + 1) * 1_000 }));
  fc.assert(
    fc.property(fc.array(wanted, { maxLength: 6 }), fc.array(wanted, { maxLength: 6 }), (before, after) => {
      const believed = inForce(places(before));
      const plan = planRules(believed, after);
      const ended = new Set(plan.ended.map(({ id }) => id));
      const left = [...believed.filter(({ id }) => !ended.has(id)), ...inForce(plan.added, 100)].toSorted(
        (a, b) => a.position - b.position,
      );
      const text = (rule: WantedRule) => [rule.name, rule.featureId, rule.match, rule.from, rule.to];
      expect(left.map(text)).toEqual(after.map(text));
      const again = planRules(left, after);
      expect([again.ended, again.added]).toEqual([[], []]);
    }),
  );
});
