import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOUR_MS, SLOT_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { SavedView } from "../../../db/store/saved-views.ts";
import type { Deps } from "../../../server/context.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { aPool, aRow, type Stage, stageApi, stageFleet } from "./stage.ts";

const NOW = unixMs(Date.UTC(2026, 10, 20, 9, 2));
const SLOT = unixMs(NOW - 2 * 60_000 - SLOT_MS);
const PLACE = { vendor: "v", region: "r", zone: "z", cluster: "k", billing: "on_demand" as const };
const POOLS = [
  { id: 1, ...PLACE, model: "T4" },
  { id: 2, ...PLACE, model: "=cmd()" },
];
const OWNED = 24 * HOUR_MS;

/** Saved views in memory, with the rules of the table. */
function memoryViews(): Deps["views"] {
  let views: SavedView[] = [];
  let ids = 0;
  const isTaken = (page: string, name: string, id: number) =>
    views.some((view) => view.page === page && view.name === name && view.id !== id);
  return {
    list: async (page) => views.filter((view) => view.page === page),
    count: async (page) => views.filter((view) => view.page === page).length,
    add: async (view) => {
      if (isTaken(view.page, view.name, 0)) return null;
      const added = { ...view, id: (ids += 1) };
      views.push(added);
      return added;
    },
    change: async (id, part) => {
      const old = views.find((view) => view.id === id);
      if (old === undefined) return null;
      if (part.name !== undefined && isTaken(old.page, part.name, id)) return "taken";
      const next = { ...old, name: part.name ?? old.name, query: part.query ?? old.query };
      views = views.map((view) => (view.id === id ? next : view));
      return next;
    },
    remove: async (id) => {
      const before = views.length;
      views = views.filter((view) => view.id !== id);
      return views.length < before;
    },
  };
}

describe("the board's answers over HTTP", () => {
  let stage: Stage;

  beforeEach(async () => {
    const counts = { busy: 3, idle_held: 1, free: 0, starting: 0, fault: 1, unknown: 0 };
    stage = await stageApi({
      clock: manualClock(NOW),
      live: stageFleet([aRow({ poolId: 1 })], [aPool({ ...POOLS[0], id: 1, counts })]).live,
      views: memoryViews(),
      past: {
        slotBefore: async (at) => (at > SLOT ? SLOT : null),
        pools: async () => POOLS,
        poolHours: async (window) => ({
          poolId: [1, 2],
          at: [window.from, window.from],
          ownedMs: [OWNED, OWNED],
          observedMs: [OWNED, OWNED / 2],
          utilMs: [OWNED / 4, 0],
          saidMs: [OWNED, 0],
        }),
        statesAt: async () => new Map([[1, counts]]),
      },
      pricing: {
        poolMoney: async () =>
          new Map([[1, { costMicro: "9007199254740993", idleMicro: "7", sunkIdleMicro: "0", unpricedMs: 0 }]]),
      },
    });
  });
  afterEach(async () => await stage.app.close());

  const ask = async (path: string, input?: unknown) => {
    const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    return await stage.app.inject(`/api/trpc/${path}${query}`);
  };
  const act = async (path: string, payload: object) =>
    await stage.app.inject({ method: "POST", url: `/api/trpc/${path}`, payload });

  test("live and past say which they are; a pool without cards stays while its day has time", async () => {
    const live = (await ask("board.view")).json().result.data;
    expect(live).toMatchObject({ isLive: true, knownAt: NOW, dayTo: Date.UTC(2026, 10, 20, 9) });
    expect(live.pools.map((pool: { id: number }) => pool.id)).toEqual([1, 2]);
    expect(live.pools[0]).toMatchObject({
      cardCounts: { delivered: 5, healthy: 4, held: 4, busy: 3 },
      day: { meanRatio: 0.25 },
      money: { costMicro: "9007199254740993" },
    });
    expect(live.pools[1]).toMatchObject({
      day: { meanRatio: null },
      money: { unpricedMs: OWNED },
      tier: { tier: 3, reasons: [] },
    });
    const past = (await ask("board.view", { at: NOW - 1_000 })).json().result.data;
    expect(past).toMatchObject({ isLive: false, asOf: SLOT + SLOT_MS, knownAt: NOW - 1_000 });
  });

  test("a moment ahead and one beyond what is kept are refused in a sentence, on the page and in the file", async () => {
    const ahead = await ask("board.view", { at: NOW + HOUR_MS });
    expect([ahead.statusCode, ahead.json().error.message]).toEqual([400, expect.stringContaining("lies ahead")]);
    const old = await ask("board.wall", { at: NOW - 91 * 24 * HOUR_MS });
    expect([old.statusCode, old.json().error.message]).toEqual([400, expect.stringContaining("kept for 90 days")]);
    const file = await stage.app.inject(`/api/pools.csv?at=${NOW - 91 * 24 * HOUR_MS}`);
    expect([file.statusCode, file.json().error]).toEqual([400, expect.stringContaining("kept for 90 days")]);
    expect((await ask("board.compare", { back: "week", at: NOW - 85 * 24 * HOUR_MS })).statusCode).toBe(400);
    expect((await ask("board.pool", { id: 99 })).statusCode).toBe(404);
    expect((await ask("board.card", { uuid: "GPU-nobody" })).statusCode).toBe(404);
    expect((await ask("board.cardReadings", { uuid: "GPU-1", from: 5, to: 5 })).statusCode).toBe(400);
  });

  test("the file has a line a pool or a group and the totals of the page, exact past 2^53, with no formula in it", async () => {
    const lines = (await stage.app.inject("/api/pools.csv")).body.replace(/\r\n$/, "").split("\r\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^\uFEFFpool_id,vendor,region,zone,cluster,model,billing,tier,pools,/);
    expect(lines[1]).toContain(",9007199254740993,7,0,");
    expect(lines[2]).toContain(",'=cmd(),");
    const cost = lines[0]!.split(",").indexOf("cost_micro_24h");
    expect([lines[2]!.split(",")[cost], lines[3]!.split(",")[cost]]).toEqual(["", "9007199254740993"]);
    const groups = (await stage.app.inject("/api/pools.csv?by=model&by=vendor&model=T4")).body
      .replace(/\r\n$/, "")
      .split("\r\n");
    expect(groups.map((line) => line.split(",").slice(0, 3))).toEqual([
      ["\uFEFFmodel", "vendor", "pools"],
      ["T4", "v", "1"],
      ["total", "", "1"],
    ]);
  });

  test("a name is given once on a page; renaming, changing and deleting say when the view is gone", async () => {
    const saved = await act("board.views.save", { page: "board", name: " mine ", query: "by=model" });
    expect(saved.json().result.data).toMatchObject({ id: 1, name: "mine", savedBy: "console" });
    const again = await act("board.views.save", { page: "board", name: "mine", query: "" });
    expect([again.statusCode, again.json().error.message]).toEqual([400, expect.stringContaining("“mine” exists")]);
    expect((await act("board.views.save", { page: "review", name: "mine", query: "" })).statusCode).toBe(200);
    expect((await act("board.views.save", { page: "board", name: "two", query: "" })).statusCode).toBe(200);
    expect((await act("board.views.change", { id: 3, name: "mine" })).statusCode).toBe(400);
    expect((await act("board.views.change", { id: 3, query: "by=tier" })).json().result.data.query).toBe("by=tier");
    expect((await act("board.views.remove", { id: 1 })).statusCode).toBe(200);
    expect((await act("board.views.remove", { id: 1 })).statusCode).toBe(404);
    expect((await ask("board.views.list", { page: "board" })).json().result.data.map((v: SavedView) => v.name)).toEqual(
      ["two"],
    );
    expect((await act("board.views.save", { page: "Board!", name: "x", query: "" })).statusCode).toBe(400);
  });
});
