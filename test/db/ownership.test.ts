import fc from "fast-check";
import { expect, test } from "vitest";
import { unixMs } from "../../db/model/units.ts";
import { ownershipChange, type Spot, type Stretch } from "../../db/store/ownership.ts";

const spot = (poolId: number): Spot => ({ poolId, nodeId: 1, position: "0" });

/** What the registry does with a change, on a plain list. */
function apply(history: readonly Stretch[], where: Spot, at: number): Stretch[] {
  const change = ownershipChange(history, where, unixMs(at));
  const alter = (from: number, edit: (s: Stretch) => Stretch) => history.map((s) => (s.from === from ? edit(s) : s));
  switch (change.kind) {
    case "none":
      return [...history];
    case "add":
      return [...history, change.stretch].sort((a, b) => a.from - b.from);
    case "move":
      return [...alter(change.closes, (s) => ({ ...s, to: change.stretch.from })), change.stretch];
    case "correct":
      return alter(change.from, (s) => ({ ...s, ...change.spot }));
    case "extend":
      return alter(change.from, (s) => ({ ...s, from: change.to }));
  }
}

test("stretches never overlap and leave no hole, whatever the order of sightings", () => {
  const sighting = fc.record({ pool: fc.integer({ min: 1, max: 3 }), at: fc.integer({ min: 0, max: 30 }) });
  fc.assert(
    fc.property(fc.array(sighting, { minLength: 1 }), (sightings) => {
      let history: Stretch[] = [];
      for (const { pool, at } of sightings) history = apply(history, spot(pool), at);
      expect(history[0]?.from).toBe(Math.min(...sightings.map(({ at }) => at)));
      expect(history.at(-1)?.to).toBeNull();
      for (const [i, stretch] of history.slice(0, -1).entries()) {
        expect(stretch.to).toBe(history[i + 1]?.from);
        expect(stretch.to).toBeGreaterThan(stretch.from);
      }
    }),
  );
});

test("the newest sighting says where the card is now", () => {
  const moved = apply(apply([], spot(1), 10), spot(2), 20);
  expect(apply(moved, spot(3), 15)).toEqual(moved);
  expect(moved.at(-1)).toEqual({ ...spot(2), from: 20, to: null });
});
