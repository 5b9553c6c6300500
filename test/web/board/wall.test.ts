import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hitWall,
  LABEL_PX,
  layoutWall,
  placeOf,
  stepWall,
  type WallStep,
} from "../../../web/panels/wall/wall-layout.ts";
import { groupWall, standsStill } from "../../../web/panels/wall/wall-groups.ts";
import { labelText } from "../../../web/panels/wall/wall-paint.ts";
import { patchRows } from "../../../web/live/patch-rows.ts";
import { fixtureFleet } from "../../e2e/fixture-fleet.ts";
import { fixtureBoard } from "../../e2e/fixtures/board.ts";

const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 });
const by = fc.constantFrom("pool" as const, "node" as const);
const room = fc.record({ width: fc.integer({ min: 20, max: 1_600 }), height: fc.integer({ min: 50, max: 1_200 }) });

describe("the wall's layout", () => {
  test("gives every card a place of its own within the width, and no block covers another", () => {
    fc.assert(
      fc.property(sizes, by, room, (counts, way, space) => {
        const layout = layoutWall(counts, way, space);
        expect(layout.cells).toBe(counts.reduce((sum, n) => sum + n, 0));
        const seen = new Set<string>();
        for (let cell = 0; cell < layout.cells; cell += 7) {
          const place = placeOf(layout, cell)!;
          seen.add(`${place.x} ${place.y}`);
          expect(place.x).toBeGreaterThanOrEqual(0);
          expect(place.x + layout.cell).toBeLessThanOrEqual(Math.max(space.width, layout.cell));
          expect(place.y + layout.cell).toBeLessThanOrEqual(layout.height);
        }
        expect(seen.size).toBe(Math.ceil(layout.cells / 7));
        for (const [i, a] of layout.blocks.entries())
          for (const b of layout.blocks.slice(i + 1)) {
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart).toBe(true);
          }
      }),
    );
  });

  test("a point in a card's middle hits that card; a point on a label hits its group; beside them lies nothing", () => {
    fc.assert(
      fc.property(sizes, by, room, fc.nat(), (counts, way, space, n) => {
        const layout = layoutWall(counts, way, space);
        const cell = n % layout.cells;
        const { x, y } = placeOf(layout, cell)!;
        expect(hitWall(layout, x + layout.cell / 2, y + layout.cell / 2)).toEqual({ cell });
        const block = layout.blocks[n % layout.blocks.length]!;
        expect(hitWall(layout, block.x + 1, block.y + LABEL_PX / 2)).toEqual({ label: block.group });
        expect(hitWall(layout, layout.width + 50, 5)).toBeNull();
        expect(hitWall(layout, 5, layout.height + 1)).toBeNull();
      }),
    );
  });

  test("takes the largest marks with which everything stands in sight, and scrolls when none do", () => {
    expect(layoutWall([8], "pool", { width: 600, height: 300 }).cell).toBe(22);
    const dense = layoutWall(
      Array.from({ length: 30 }, () => 333),
      "pool",
      { width: 600, height: 300 },
    );
    expect(dense.cell).toBe(8);
    expect(dense.height).toBeGreaterThan(300);
  });

  test("uses the width: ten thousand cards leave less than a third of it empty", () => {
    const layout = layoutWall(
      Array.from({ length: 30 }, () => 333),
      "pool",
      { width: 610, height: 340 },
    );
    expect((layout.cells * layout.cell ** 2) / (layout.width * layout.height)).toBeGreaterThan(0.6);
  });

  test("every key leads to a card, up and down really go there, and arrows can reach the last card", () => {
    const steps = fc.constantFrom<WallStep>("left", "right", "up", "down", "first", "last");
    fc.assert(
      fc.property(sizes, by, room, fc.nat(), steps, (counts, way, space, n, step) => {
        const layout = layoutWall(counts, way, space);
        const from = n % layout.cells;
        const to = stepWall(layout, from, step);
        expect(to).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThan(layout.cells);
        const [a, b] = [placeOf(layout, from)!, placeOf(layout, to)!];
        if (step === "up" && to !== from) expect(b.y).toBeLessThan(a.y);
        if (step === "down" && to !== from) expect(b.y).toBeGreaterThan(a.y);
        if (step === "down" && to === from)
          expect(a.y + layout.cell).toBeGreaterThan(layout.height - LABEL_PX - 700 * layout.cell);
      }),
    );
    const small = layoutWall([9, 3], "pool", { width: 300, height: 200 });
    let at = -1;
    for (let i = 0; i < 20; i++) at = stepWall(small, at, "right");
    expect(at).toBe(11);
    expect(stepWall(layoutWall([], "pool", { width: 300, height: 200 }), -1, "down")).toBe(-1);
  });
});

describe("a label of the wall", () => {
  const label = {
    names: ["P3 L40S · cloud-b / ap-singapore", "P3 L40S · ap-singapore", "P3 L40S"],
    note: "8",
    tail: false,
  };
  const inRoom = (room: number, tail = false) => labelText({ ...label, tail }, room, (text) => text.length);

  test("is whole where there is room, else without the vendor, else begun, so that pools of one model differ", () => {
    expect([40, 31, 24, 20, 15, 14, 7].map((room) => inRoom(room))).toEqual([
      "P3 L40S · cloud-b / ap-singapore",
      "P3 L40S · ap-singapore",
      "P3 L40S · ap-singapore",
      "P3 L40S · ap-singap…",
      "P3 L40S · ap-s…",
      "P3 L40S · ap-…",
      "P3 L40S",
    ]);
  });

  test("is cut where not even its shortest name fits, nodes at their beginning", () => {
    expect(inRoom(4)).toBe("P3 …");
    expect(labelText({ names: ["gpu-node-0017"], note: "", tail: true }, 6, (text) => text.length)).toBe("…-0017");
    expect(inRoom(0)).toBe("");
  });
});

describe("the wall's groups", () => {
  const fleet = fixtureFleet(1_000);
  const pools = new Map(fixtureBoard(fleet).pools.map((pool) => [pool.id, pool]));

  test("hold every card once; a pool's cards are its own and neighbours share a node", () => {
    for (const way of ["pool", "node"] as const) {
      const groups = groupWall(fleet.rows, pools, way);
      expect(groups.flatMap((group) => group.rows).toSorted((a, b) => a - b)).toEqual(fleet.rows.map((_, i) => i));
      for (const group of groups) {
        const nodes = group.rows.map((at) => fleet.rows[at]!.node);
        expect(nodes).toEqual(nodes.toSorted());
        if (way === "pool") expect(new Set(group.rows.map((at) => fleet.rows[at]!.poolId)).size).toBe(1);
      }
    }
  });

  test("stand still while states change, and are made anew when a card moves or comes", () => {
    const [first] = fleet.rows;
    expect(standsStill(fleet.rows, patchRows(fleet.rows, [{ ...first!, state: "fault" }]))).toBe(true);
    expect(standsStill(fleet.rows, patchRows(fleet.rows, [{ ...first!, node: "elsewhere" }]))).toBe(false);
    expect(standsStill(fleet.rows, fleet.rows.slice(1))).toBe(false);
  });
});
