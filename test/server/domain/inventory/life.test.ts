import fc from "fast-check";
import { expect, test } from "vitest";
import { LIFE_STAGES, type LifeStep } from "../../../../db/model/inventory.ts";
import { nextStages, returnedAt, stepFault } from "../../../../server/domain/inventory/life.ts";

const NOW = 1_000_000_000;
const step = (stage: LifeStep["stage"], at: number): LifeStep => {
  return { stage, at, card: "a", contract: "", who: "", why: "", recordedAt: at };
};

test("whatever is entered, a life never holds an illegal step, a step back in time, or one still to come", () => {
  const entered = fc.record({ stage: fc.constantFrom(...LIFE_STAGES), at: fc.integer({ min: 0, max: 2 * NOW }) });
  fc.assert(
    fc.property(fc.array(entered, { maxLength: 60 }), fc.boolean(), (all, isSeen) => {
      const life: LifeStep[] = [];
      for (const { stage, at } of all) {
        if (stepFault(life, { stage, at }, isSeen ? 0 : null, NOW) !== null) continue;
        expect(nextStages(life, isSeen)).toContain(stage);
        life.push(step(stage, at));
      }
      for (const [i, one] of life.entries()) {
        const before = life[i - 1];
        expect(one.at).toBeLessThanOrEqual(NOW + 300_000);
        if (before) expect(one.at).toBeGreaterThanOrEqual(before.at);
        if (one.stage === "in_use" && before) expect(["accepted", "fault"]).toContain(before.stage);
        if (before?.stage === "returned") expect(one.stage).toBe("delivered");
        if (one.stage === "ordered") expect(i).toBe(0);
      }
      expect(returnedAt(life)).toBe(life.at(-1)?.stage === "returned" ? life.at(-1)!.at : null);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["a card never seen cannot be in use", [], "in_use", false, "illegal"],
  ["one that was met at work can be given back", [], "returned", true, undefined],
  ["a repaired card is handed over again", ["in_use", "fault", "rma"], "delivered", true, undefined],
  ["what was given back is not broken", ["in_use", "returned"], "fault", true, "illegal"],
] as const)("%s", (_, before, stage, isSeen, kind) => {
  const life = before.map((one, i) => step(one, i));
  expect(stepFault(life, { stage, at: 100 }, isSeen ? 0 : null, NOW)?.kind).toBe(kind);
});

test.each([
  ["returned", 99, { kind: "before_seen", firstSeen: 100 }],
  ["returned", 100, null],
  ["fault", 99, { kind: "before_seen", firstSeen: 100 }],
  ["accepted", 99, null],
] as const)("%s at %d of a card first seen at 100", (stage, at, fault) => {
  expect(stepFault([], { stage, at }, 100, NOW)).toEqual(fault);
});
