import { expect, test } from "vitest";
import { patchRows } from "../../web/live/patch-rows.ts";
import { fixtureFleet } from "../e2e/fixture-fleet.ts";

const fleet = fixtureFleet(1_000);

test("a live change keeps the 24 h figures it does not say, and the untouched rows as they are", () => {
  const [first, second] = fleet.rows;
  const patched = patchRows(fleet.rows, [{ ...first!, utilRatio: 0.5, util24h: null, coverage24h: null }]);
  expect(patched[0]?.utilRatio).toBe(0.5);
  expect(patched[0]?.util24h).toBe(first?.util24h);
  expect(patched[1]).toBe(second);
});

test("of two changes of one card the later stands", () => {
  const row = fleet.rows[0]!;
  const patched = patchRows(fleet.rows, [
    { ...row, utilRatio: 0.1 },
    { ...row, utilRatio: 0.9 },
  ]);
  expect(patched[0]?.utilRatio).toBe(0.9);
});
