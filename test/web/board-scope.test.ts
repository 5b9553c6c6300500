import { describe, expect, test } from "vitest";
import { sumBoard } from "../../db/model/board-groups.ts";
import { EVERY_CARD } from "../../db/model/card-query.ts";
import { comparable, cardsWithin, isNarrowed, poolsWithin, withLiveCounts } from "../../web/lib/board-scope.ts";
import { coverageOf, totalOf } from "../../web/lib/fleet.ts";
import { patchRows } from "../../web/live/patch-rows.ts";
import { rowsOfWall } from "../../web/live/use-board.ts";
import { fixtureFleet } from "../e2e/fixture-fleet.ts";
import { fixtureBoard, fixtureWall } from "../e2e/fixtures/board.ts";

const fleet = fixtureFleet(1_000);
const { pools } = fixtureBoard(fleet);
const ALL = { tiers: [], query: EVERY_CARD } as const;
const sum = (list: readonly (typeof pools)[number][]) => sumBoard(list, "CNY");

describe("the board's scope", () => {
  test("a card that changes state moves in every figure at once", () => {
    const busy = fleet.rows.find((row) => row.state === "busy")!;
    const rows = patchRows(fleet.rows, [{ ...busy, state: "fault" }]);
    const before = sum(withLiveCounts(pools, fleet.rows));
    const after = sum(withLiveCounts(pools, rows));
    expect(after.counts.busy).toBe(before.counts.busy - 1);
    expect(after.counts.fault).toBe(before.counts.fault + 1);
    expect(after.cardCounts.busy).toBe(before.cardCounts.busy - 1);
    expect(after.cardCounts.held).toBe(before.cardCounts.held - 1);
    expect(after.cardCounts.healthy).toBe(before.cardCounts.healthy - 1);
    expect(after.cardCounts.delivered).toBe(before.cardCounts.delivered);
    expect(after.money).toEqual(before.money);
  });

  test("until the cards are here the server's own counts stand, and so they do when nothing moved", () => {
    expect(withLiveCounts(pools, undefined)).toBe(pools);
    expect(sum(withLiveCounts(pools, fleet.rows)).cardCounts).toEqual(sum(pools).cardCounts);
  });

  test("a narrowed board holds the pools of the asked models and tiers, and the cards of those pools and nodes", () => {
    const view = { tiers: [0] as const, query: { ...EVERY_CARD, pool: { ...EVERY_CARD.pool, model: ["A10"] } } };
    const within = poolsWithin(pools, view);
    expect(within.length).toBeGreaterThan(0);
    expect(within.every((pool) => pool.model === "A10" && pool.tier.tier === 0)).toBe(true);
    const ids = new Set(within.map((pool) => pool.id));
    const rows = cardsWithin(fleet.rows, ids, []);
    expect(rows).toHaveLength(fleet.rows.filter((row) => ids.has(row.poolId)).length);
    const [first] = rows;
    expect(cardsWithin(fleet.rows, ids, [first!.node]).every((row) => row.node === first!.node)).toBe(true);
  });

  test("words and states do not narrow it: they only fade cards", () => {
    expect(isNarrowed(ALL)).toBe(false);
    expect(isNarrowed({ tiers: [], query: { ...EVERY_CARD, q: "x", states: ["busy"] } })).toBe(false);
    expect(isNarrowed({ tiers: [1], query: EVERY_CARD })).toBe(true);
    expect(isNarrowed({ tiers: [], query: { ...EVERY_CARD, nodes: ["n"] } })).toBe(true);
  });

  test("money is compared over pools that have a price on both sides", () => {
    const [now, then] = comparable(pools, pools.slice(0, 5));
    expect(now.every((pool) => pool.money.unpricedMs === 0)).toBe(true);
    expect(now.length).toBeLessThan(pools.length);
    const unpricedThen = pools.slice(0, 1).map((pool) => ({ ...pool, money: { ...pool.money, unpricedMs: 1 } }));
    expect(comparable(pools, unpricedThen)[0].some((pool) => pool.id === pools[0]!.id)).toBe(false);
    expect(then.map((pool) => pool.id)).toEqual(pools.slice(0, 5).map((pool) => pool.id));
  });

  test("a past wall says state and utilisation, and nothing that is not kept", () => {
    const wall = fixtureWall(fleet, fleet.summary.asOf - 3 * 3_600_000);
    const rows = rowsOfWall(wall);
    expect(rows).toHaveLength(fleet.rows.length);
    expect(rows[7]).toMatchObject({ uuid: wall.uuid[7], state: wall.state[7], utilRatio: wall.utilRatio[7] });
    expect(rows[7]).toMatchObject({ powerWatts: null, holder: "", lastReadAt: null });
  });

  test("coverage of nothing owned is not known", () => {
    expect(coverageOf({ observedMs: 0, ownedMs: 0 })).toBeNull();
    expect(totalOf(fleet.summary.counts)).toBe(1_000);
  });
});
