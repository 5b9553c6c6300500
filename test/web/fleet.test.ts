import fc from "fast-check";
import { expect, test } from "vitest";
import { EVERY_CARD } from "../../db/model/card-query.ts";
import { CARD_STATES } from "../../db/model/fleet.ts";
import { GROUPINGS } from "../../web/lib/board-url.ts";
import { addUtilisation, coverageOf, groupPools, poolsInScope, sumPools, totalOf } from "../../web/lib/fleet.ts";
import { patchRows } from "../../web/live/patch-rows.ts";
import { fixtureFleet } from "../e2e/fixture-fleet.ts";

const fleet = fixtureFleet(1_000);

test("the lines of every grouping add up to the totals row, which is the KPI strip", () => {
  fc.assert(
    fc.property(fc.subarray([...fleet.summary.pools]), fc.constantFrom(...GROUPINGS), (pools, by) => {
      const lines = groupPools(pools, by);
      const sums = sumPools(pools);
      for (const state of CARD_STATES)
        expect(lines.reduce((sum, line) => sum + line.counts[state], 0)).toBe(sums.counts[state]);
      expect(lines.reduce((sum, line) => sum + line.last24h.ownedMs, 0)).toBe(sums.last24h.ownedMs);
    }),
  );
});

test("a card that changes state moves in the figures at once", () => {
  const busy = fleet.rows.find((row) => row.state === "busy")!;
  const rows = patchRows(fleet.rows, [{ ...busy, state: "fault" }]);
  const before = sumPools(poolsInScope(fleet.summary, fleet.rows, EVERY_CARD)).counts;
  const after = sumPools(poolsInScope(fleet.summary, rows, EVERY_CARD)).counts;
  expect(after.busy).toBe(before.busy - 1);
  expect(after.fault).toBe(before.fault + 1);
});

test("until the cards are here the pools' own counts stand", () => {
  const sums = sumPools(poolsInScope(fleet.summary, undefined, EVERY_CARD));
  expect(sums.counts).toEqual(fleet.summary.counts);
});

test("a narrowed board holds the cards of the asked pools only", () => {
  const query = { ...EVERY_CARD, pool: { ...EVERY_CARD.pool, model: ["A10"] } };
  const pools = poolsInScope(fleet.summary, fleet.rows, query);
  const ids = new Set(pools.map((pool) => pool.id));
  expect(totalOf(sumPools(pools).counts)).toBe(fleet.rows.filter((row) => ids.has(row.poolId)).length);
});

test("a mean of nothing said is not known, and two silences make a silence", () => {
  const silence = { meanRatio: null, saidMs: 0, observedMs: 0, ownedMs: 10 };
  expect(addUtilisation(silence, silence).meanRatio).toBeNull();
  expect(addUtilisation(silence, { meanRatio: 0.5, saidMs: 4, observedMs: 4, ownedMs: 10 }).meanRatio).toBe(0.5);
  expect(coverageOf({ observedMs: 0, ownedMs: 0 })).toBeNull();
});

test("a mean is weighted by the time that spoke", () => {
  const a = { meanRatio: 1, saidMs: 1, observedMs: 1, ownedMs: 1 };
  const b = { meanRatio: 0, saidMs: 3, observedMs: 3, ownedMs: 3 };
  expect(addUtilisation(a, b).meanRatio).toBe(0.25);
});

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
