import { beforeEach, describe, expect, test } from "vitest";
import { unixMs } from "../../../db/model/units.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";
import type { KnownCard } from "../../../server/ingest/card-registry.ts";
import { LiveFleet } from "../../../server/ingest/live-fleet.ts";
import { frame, PLACE, pod, sighting } from "../../tools/frames.ts";

const known = (uuid: string, id: number): KnownCard => ({
  ...sighting(uuid),
  id,
  pool: { ...PLACE, model: "A10", id: 1 },
  ownedFrom: 0,
  stays: [{ from: 0, to: Infinity, poolId: 1 }],
  source: "scrape",
});
const A = sighting("a", { holders: [pod("worker-0")] });
const B = sighting("b");
const BUSY = { utilRatio: 0.9, memoryUsedBytes: 2 ** 33 };
const silence = (origin: string, at: number) => ({
  kind: "silence" as const,
  origin,
  at: unixMs(at),
  cause: "source_down" as const,
});

let live: LiveFleet;
beforeEach(() => {
  live = new LiveFleet(DEFAULT_STATE_RULES);
  live.know(known("a", 1));
  live.know(known("b", 2));
  live.publish();
});

describe("LiveFleet", () => {
  test("a card nobody read yet is unknown, not free", () => {
    expect(live.row("a")).toMatchObject({ state: "unknown", why: "never_read", utilRatio: null, since: null });
    expect(live.counts()).toMatchObject({ unknown: 2, free: 0, idle_held: 0 });
  });

  test("a reading gives state, reason, holder and figures", () => {
    live.hear(frame("x", 1000, [A, B], [BUSY, { utilRatio: 0 }]));
    expect(live.row("a")).toMatchObject({
      state: "busy",
      why: "active",
      holder: "ns/worker-0",
      utilRatio: 0.9,
      since: null,
    });
    expect(live.row("b")).toMatchObject({ state: "free", why: "not_held", powerWatts: null });
  });

  test("a reading that ran out leaves the card unknown since then, and its figures empty", () => {
    live.hear(frame("x", 1000, [A], BUSY, 30_000));
    live.sweep(30_999);
    expect(live.row("a")?.state).toBe("busy");
    live.sweep(31_001);
    expect(live.row("a")).toMatchObject({ state: "unknown", why: "no_reading", since: 31_000, utilRatio: null });
  });

  test("an exporter that fell silent and one that no longer names the card are told apart", () => {
    live.hear(frame("x", 1000, [A, B], BUSY));
    live.hear(frame("x", 2000, [A], BUSY));
    expect(live.row("b")).toMatchObject({ state: "unknown", why: "card_gone", since: 2000 });
    live.silence(silence("x", 3000));
    expect(live.row("a")).toMatchObject({ state: "unknown", why: "source_down", since: 3000 });
    live.hear(frame("x", 4000, [A, B], BUSY));
    expect(live.row("b")).toMatchObject({ state: "busy", since: 4000 });
  });

  test("a card two exporters read stays known while one of them speaks", () => {
    live.hear(frame("x", 1000, [A], BUSY));
    live.hear(frame("y", 1500, [A], { utilRatio: 0 }));
    expect(live.row("a")).toMatchObject({ state: "idle_held" });
    live.silence(silence("y", 2000));
    expect(live.row("a")).toMatchObject({ state: "busy" });
    expect(live.identity("a")?.origins).toEqual(["x", "y"]);
  });

  test("counts are the rows, whatever happened", () => {
    live.hear(frame("x", 1000, [A, B], BUSY));
    live.hear(frame("x", 1200, [B], { utilRatio: 0 }));
    live.silence(silence("x", 1300));
    live.hear(frame("x", 1400, [A, B], [BUSY, { rowRemapFailed: 1 }]));
    const counted = { busy: 0, idle_held: 0, free: 0, starting: 0, fault: 0, unknown: 0 };
    for (const row of live.rows()) counted[row.state] += 1;
    expect(live.counts()).toEqual(counted);
    expect(live.pools()[0]?.counts).toEqual(counted);
  });

  test("a page that knows a version gets what changed after it, and a reload when cards came", () => {
    const before = live.version();
    live.hear(frame("x", 1000, [A], BUSY));
    live.publish();
    expect(live.changesSince(before)).toMatchObject({ reload: false, rows: [{ uuid: "a" }] });
    expect(live.changesSince(live.version()).rows).toEqual([]);
    live.know(known("c", 3));
    live.publish();
    expect(live.changesSince(before).reload).toBe(true);
  });

  test("a figure that hardly moved does not disturb the table", () => {
    live.hear(frame("x", 1000, [A], { ...BUSY, powerWatts: 100 }));
    live.publish();
    const before = live.version();
    live.hear(frame("x", 1015, [A], { ...BUSY, powerWatts: 100.5 }));
    live.publish();
    expect(live.version()).toBe(before);
  });
});

describe("a card of which we know what its holder works on", () => {
  const QUIET = { utilRatio: 0, memoryUsedBytes: 2 ** 33 };
  const fleetOf = (startedAt: number | null = null) => {
    const rules = { ...DEFAULT_STATE_RULES, kindOf: () => "inference" as const, startedAt: () => startedAt };
    const fleet = new LiveFleet(rules, () => 7);
    fleet.know(known("a", 1));
    return fleet;
  };
  const say = (fleet: LiveFleet, second: number, said: typeof QUIET, card = A) => {
    fleet.hear(frame("x", 1_000_000 + second * 1000, [card], said));
    const { state, why } = fleet.row("a")!;
    return [state, why];
  };

  test("is busy through a pause and idle after it", () => {
    const fleet = fleetOf();
    expect(say(fleet, 0, BUSY)).toEqual(["busy", "active"]);
    expect(say(fleet, 15, QUIET)).toEqual(["busy", "paused"]);
    expect(say(fleet, 60, QUIET)).toEqual(["busy", "paused"]);
    expect(say(fleet, 75, QUIET)).toEqual(["idle_held", "held_quiet"]);
    expect(say(fleet, 90, BUSY)).toEqual(["busy", "active"]);
    expect(say(fleet, 105, QUIET)).toEqual(["busy", "paused"]);
  });

  test("is idle at once when it was quiet from the first reading on: a pause is between work", () => {
    expect(say(fleetOf(), 0, QUIET)).toEqual(["idle_held", "held_quiet"]);
  });

  test("is starting for a while after Kubernetes started its pod", () => {
    const fleet = fleetOf(1_000_000);
    expect(say(fleet, 15, QUIET)).toEqual(["starting", "starting"]);
    expect(say(fleet, 599, QUIET)).toEqual(["starting", "starting"]);
    expect(say(fleet, 600, QUIET)).toEqual(["idle_held", "held_quiet"]);
  });

  test("is starting when its holder came before our eyes, not after a hole", () => {
    const free = sighting("a", { holders: [] });
    const seen = fleetOf();
    expect(say(seen, 0, QUIET, free)).toEqual(["free", "not_held"]);
    expect(say(seen, 15, QUIET)).toEqual(["starting", "starting"]);
    expect(say(seen, 30, QUIET, sighting("a", { holders: [pod("worker-0"), pod("b")] }))[0]).toBe("starting");
    const holed = fleetOf();
    say(holed, 0, QUIET, free);
    expect(say(holed, 45, QUIET)).toEqual(["idle_held", "held_quiet"]);
  });

  test("is judged as other work while its holder has no number", () => {
    const fleet = new LiveFleet({ ...DEFAULT_STATE_RULES, kindOf: () => "inference" });
    fleet.know(known("a", 1));
    say(fleet, 0, BUSY);
    expect(say(fleet, 15, QUIET)).toEqual(["idle_held", "held_quiet"]);
  });
});
