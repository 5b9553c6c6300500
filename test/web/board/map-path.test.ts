import { describe, expect, test } from "vitest";
import { EVERY_CARD } from "../../../db/model/card-query.ts";
import { drillInto, levelBelow, pathOf, standAt } from "../../../web/panels/treemap/map-path.ts";
import { fixtureFleet } from "../../e2e/fixture-fleet.ts";
import { fixtureBoard } from "../../e2e/fixtures/board.ts";

const { pools } = fixtureBoard(fixtureFleet(1_000));
const byId = new Map(pools.map((pool) => [pool.id, pool]));
const [pool] = pools;
const area = { path: [pool!.vendor, pool!.region, pool!.model], poolId: pool!.id };

describe("the treemap's path", () => {
  test("goes one level deeper with each click, from all vendors to one pool, and then no further", () => {
    let filter = EVERY_CARD.pool;
    for (let depth = 1; depth <= 3; depth++) {
      filter = drillInto(filter, area, byId)!;
      expect(pathOf(filter)).toEqual(area.path.slice(0, depth));
    }
    filter = drillInto(filter, area, byId)!;
    expect(filter.billing).toEqual([pool!.billing]);
    expect(filter.zone).toEqual([pool!.zone]);
    expect(drillInto(filter, area, byId)).toBeNull();
  });

  test("a frame leads to itself, and the breadcrumb back up", () => {
    const filter = drillInto(EVERY_CARD.pool, { path: area.path.slice(0, 2), poolId: null }, byId)!;
    expect(pathOf(filter)).toEqual(area.path.slice(0, 2));
    expect(pathOf(standAt(area.path.slice(0, 1)))).toEqual(area.path.slice(0, 1));
    expect(standAt([])).toEqual(EVERY_CARD.pool);
    expect(levelBelow([])).toBe("vendor");
    expect(levelBelow(area.path)).toBeNull();
  });

  test("two vendors at once are no path", () => {
    expect(pathOf({ ...EVERY_CARD.pool, vendor: ["a", "b"], region: ["r"] })).toEqual([]);
  });
});
