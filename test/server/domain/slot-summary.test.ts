import "../../tools/seed.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WorkKind } from "../../../db/model/feature.ts";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { DEFAULT_STATE_RULES as RULES, type StateRules } from "../../../server/domain/card-state.ts";
import { summariseSlot, type Reading } from "../../../server/domain/slot-summary.ts";
import { slotOracle } from "../../oracle/slot-oracle.ts";
import { anyOwned, anyReadings, byName, EVER, reading, SMALL_RULES, WINDOW } from "./slot-readings.ts";

const sum = (readings: readonly Reading[], window = WINDOW, owned: { from: number; to: number } = EVER) => {
  const totals = summariseSlot(readings, window, owned, "no_reading", RULES);
  return { ...totals, columns: byName(totals) };
};

describe("summariseSlot", () => {
  test("agrees with the oracle that asks every millisecond, and every holder", () => {
    fc.assert(
      fc.property(anyReadings, anyOwned, (readings, owned) => {
        const totals = summariseSlot(readings, WINDOW, owned, "no_reading", SMALL_RULES);
        const c = byName(totals);
        const { held, free, utilPpmMs, ...exact } = slotOracle(readings, WINDOW, owned, SMALL_RULES);
        expect(c).toMatchObject({ ...exact, utilMs: Math.round(utilPpmMs / 1e6) });
        const near = (ms: number, expected: number) => expect(Math.abs(ms - expected)).toBeLessThan(1.01);
        const all = (state: "busy" | "idle" | "starting") => [...held.values()].reduce((a, one) => a + one[state], 0);
        near(c.busyMs, all("busy"));
        near(c.idleHeldMs, all("idle"));
        near(c.startingMs, all("starting"));
        near(c.freeMs, free);
        for (const hold of holdsOf(totals)) {
          const expected = held.get(hold.holderId)!;
          near(hold.busyMs, expected.busy);
          near(hold.idleHeldMs, expected.idle);
          near(hold.startingMs, expected.starting);
          near(hold.faultMs, expected.fault);
        }
      }),
      { numRuns: 600 },
    );
  });

  test("an hour without data is 3,600,000 ms of gap", () => {
    const c = sum([], { from: 0, to: 3_600_000 }).columns;
    expect(c.ownedMs - c.observedMs).toBe(3_600_000);
  });

  test("quiet is idle only when somebody is known to hold the card", () => {
    const quiet = { utilRatio: 0 };
    expect(sum([reading(1000, 2000, quiet, [{ holderId: 1, ppm: 1e6 }])]).columns.idleHeldMs).toBe(1000);
    expect(sum([reading(1000, 2000, quiet, [])]).columns.freeMs).toBe(1000);
    expect(sum([reading(1000, 2000, quiet, null)]).columns).toMatchObject({
      observedMs: 1000,
      idleHeldMs: 0,
      freeMs: 0,
    });
    expect(sum([reading(1000, 2000, { ...quiet, memoryUsedBytes: 2 ** 30 }, null)]).columns.idleHeldMs).toBe(1000);
  });

  test("a counter that falls restarted from zero, and its increase is never negative", () => {
    const at = (t: number, n: number) => reading(t, t + 500, { eccCorrectedTotal: n });
    expect(sum([at(900, 7), at(1100, 10), at(1200, 2), at(1300, 2)]).columns.eccCorrected).toBe(5);
  });

  test("two exporters that count a card's errors from different beginnings are not compared with each other", () => {
    const say = (origin: string, at: number, n: number) => ({
      ...reading(at, at + 500, { eccCorrectedTotal: n, xidCode: n }),
      origin,
    });
    const both = [1000, 1200, 1400].flatMap((at, i) => [say("a", at, 100 + i), say("b", at + 50, 3)]);
    expect(sum(both).columns).toMatchObject({ eccCorrected: 2, xids: 2, observedMs: 950 });
  });

  test("half an error and a throttle clock that ran through a hole do not pass", () => {
    const at = (t: number, until: number, n: number) =>
      reading(t, until, { eccCorrectedTotal: n, powerThrottleSeconds: n });
    expect(sum([at(1000, 1100, 0), at(1100, 1200, 0.5), at(1900, 2000, 2100.5)]).columns).toMatchObject({
      eccCorrected: 2100,
      throttledMs: 500,
    });
    expect(sum([at(1000, 1500, 0), at(1500, 2000, 99)]).columns.throttledMs).toBe(2000); // at most two clocks
  });

  test("energy counts only between readings that follow each other without a hole", () => {
    const at = (t: number, until: number, j: number) => reading(t, until, { energyJoules: j });
    expect(sum([at(1000, 1100, 100), at(1100, 1200, 160), at(1900, 2000, 900)]).columns).toMatchObject({
      energyJoules: 60,
      energySaidMs: 100,
    });
  });

  test("holders of a shared card get parts that add up to the held time exactly", () => {
    const thirds = [1, 2, 3].map((holderId) => ({ holderId, ppm: 333_333 }));
    const { holderId, holds } = sum([reading(1000, 2000, { utilRatio: 1 }, thirds)]);
    expect(holderId).toBe(-1);
    expect(holds.map((h) => h.busyMs)).toEqual([334, 333, 333]);
    expect(sum([reading(1000, 2000, { utilRatio: 1 }, [{ holderId: 9, ppm: 1e6 }])])).toMatchObject({
      holderId: 9,
      holds: [],
    });
  });

  test("with two exporters of one card the time counts once and the older one speaks again when the newer falls silent", () => {
    const busy = reading(1000, 2000, { utilRatio: 1 });
    const quiet = reading(1200, 1500, { utilRatio: 0 });
    expect(sum([busy, quiet]).columns).toMatchObject({ observedMs: 1000, busyMs: 700, freeMs: 300 });
  });
});

/** Everybody's time, whether one had it all or several had parts. */
function holdsOf({ columns: c, holderId, holds }: ReturnType<typeof summariseSlot>) {
  if (holderId <= 0) return holds;
  const { busyMs, idleHeldMs, startingMs, faultMs } = byName({ columns: c, holderId, holds, gapCause: "none" });
  return [{ holderId, busyMs, idleHeldMs, startingMs, faultMs }];
}

/** A slot of five minutes in strokes of fifteen seconds: "#" active, "." quiet, "x" not held, "!" fault, " " no reading. */
function slotOf(strokes: string, kind: WorkKind, more: { startedAt?: number; before?: string } = {}) {
  const stroke = (what: string, i: number): Reading[] =>
    what === " "
      ? []
      : [
          reading(
            i * STROKE,
            (i + 1) * STROKE,
            { utilRatio: what === "#" ? 1 : 0, rowRemapFailed: what === "!" ? 1 : 0 },
            what === "x" ? [] : [{ holderId: 7, ppm: 1e6 }],
          ),
        ];
  const rules: StateRules = { ...RULES, kindOf: () => kind, startedAt: () => more.startedAt ?? null };
  const readings = [...stroke(more.before ?? ".", -1), ...strokes.split("").flatMap(stroke)];
  const window = { from: 0, to: 5 * MINUTE_MS };
  const { busyMs, idleHeldMs, startingMs, freeMs, faultMs, ownedMs } = byName(
    summariseSlot(readings, window, EVER, "no_reading", rules),
  );
  const unknownMs = ownedMs - busyMs - idleHeldMs - startingMs - freeMs - faultMs;
  return [busyMs, idleHeldMs, startingMs, freeMs, faultMs, unknownMs].map((ms) => ms / STROKE);
}
const STROKE = 15 * SECOND_MS;
const LONG_AGO = -60 * MINUTE_MS;

describe("a sentence for each state", () => {
  //                                                          [busy, idle_held, starting, free, fault, unknown]
  test.each<[string, WorkKind, string, { startedAt?: number; before?: string }, number[]]>([
    [
      "work nobody told us about is idle as soon as it is quiet",
      "other",
      "#.#.#.#.#.#.#.#.#.#.",
      {},
      [10, 10, 0, 0, 0, 0],
    ],
    ["inference between two requests is busy", "inference", "#.#.#.#.#.#.#.#.#.#.", {}, [20, 0, 0, 0, 0, 0]],
    ["a minute without a request is still a pause", "inference", "#....###############", {}, [20, 0, 0, 0, 0, 0]],
    ["more than a minute is idle from its beginning", "inference", "#.....##############", {}, [15, 5, 0, 0, 0, 0]],
    ["training that writes a checkpoint is busy", "training", "##................##", {}, [20, 0, 0, 0, 0, 0]],
    ["training that died is idle", "training", "##..................", {}, [2, 18, 0, 0, 0, 0]],
    ["a forgotten notebook is idle", "notebook", "....................", {}, [0, 20, 0, 0, 0, 0]],
    [
      "a card that was never active in the slot was not busy in it",
      "inference",
      "...x...x...xxxxxxxxx",
      {},
      [0, 9, 0, 11, 0, 0],
    ],
    [
      "a hole ends a run: nobody knows what happened in it",
      "inference",
      "#...  ...###########",
      {},
      [18, 0, 0, 0, 0, 2],
    ],
    [
      "a held card whose pod just started is starting",
      "inference",
      "...............#####",
      { startedAt: 0 },
      [5, 0, 15, 0, 0, 0],
    ],
    [
      "a start that lasts too long is idle",
      "inference",
      "....................",
      { startedAt: -8 * MINUTE_MS },
      [0, 12, 8, 0, 0, 0],
    ],
    ["who came while we looked is starting", "inference", "xxxxx............###", { before: "x" }, [3, 0, 12, 5, 0, 0]],
    ["who was there before is not", "inference", "..................##", {}, [2, 18, 0, 0, 0, 0]],
    ["a label lost for one reading is no start", "inference", "......x.............", {}, [0, 19, 0, 1, 0, 0]],
    [
      "who is there after a hole may have come long ago",
      "inference",
      "xx  ................",
      { before: "x" },
      [0, 16, 0, 2, 0, 2],
    ],
    ["other work gets no time to start", "other", "xx..................", { before: "x" }, [0, 18, 0, 2, 0, 0]],
    [
      "a pod of long ago is not starting",
      "training",
      "....................",
      { startedAt: LONG_AGO },
      [0, 20, 0, 0, 0, 0],
    ],
    [
      "a start that is still to come is of a later life",
      "training",
      "....................",
      { startedAt: 10 * MINUTE_MS },
      [0, 20, 0, 0, 0, 0],
    ],
    ["a card that says it is bad is a fault, held or not", "inference", "#####!!!!!xxxxx     ", {}, [5, 0, 0, 5, 5, 5]],
    [
      "no reading is unknown, whoever held it",
      "inference",
      "                    ",
      { before: " " },
      [0, 0, 0, 0, 0, 20],
    ],
  ])("%s", (_, kind, strokes, more, expected) => {
    expect(slotOf(strokes, kind, more)).toEqual(expected);
  });
});

describe("shares", () => {
  const quiet = (holders: readonly { holderId: number; ppm: number }[], utilRatio = 0) =>
    sum([reading(1000, 2000, { utilRatio }, holders)]);

  test("slices nobody has are free, and the one who has the others held all that was held", () => {
    const { columns, holderId, holds } = quiet([{ holderId: 4, ppm: 428_571 }], 0.4);
    expect([columns.busyMs, columns.freeMs, holderId, holds]).toEqual([429, 571, 4, []]);
  });

  test("more than the card is scaled to the card", () => {
    const { columns, holds } = quiet([1, 2, 3, 4].map((holderId) => ({ holderId, ppm: 500_000 })));
    expect([columns.idleHeldMs, columns.freeMs]).toEqual([1000, 0]);
    expect(holds.map((h) => h.idleHeldMs)).toEqual([250, 250, 250, 250]);
  });

  test("ninety ninetieths are a card, though each was rounded down", () => {
    const holders = Array.from({ length: 90 }, (_, i) => ({ holderId: i + 1, ppm: 11_111 }));
    const window = { from: 0, to: 5 * MINUTE_MS };
    const { columns, holds } = sum([reading(0, window.to, { utilRatio: 0 }, holders)], window);
    expect([columns.idleHeldMs, columns.freeMs]).toEqual([window.to, 0]);
    expect(holds.reduce((ms, hold) => ms + hold.idleHeldMs, 0)).toBe(window.to);
  });

  test("holders on one card are judged each by its own kind of work", () => {
    const rules: StateRules = { ...RULES, kindOf: (id) => (id === 1 ? "inference" : "other") };
    const both = [1, 2].map((holderId) => ({ holderId, ppm: 500_000 }));
    const readings = [reading(1000, 1500, { utilRatio: 1 }, both), reading(1500, 2000, { utilRatio: 0 }, both)];
    const totals = summariseSlot(readings, WINDOW, EVER, "no_reading", rules);
    expect(byName(totals)).toMatchObject({ busyMs: 750, idleHeldMs: 250 });
    expect(totals.holds).toEqual([
      { holderId: 1, busyMs: 500, idleHeldMs: 0, startingMs: 0, faultMs: 0 },
      { holderId: 2, busyMs: 250, idleHeldMs: 250, startingMs: 0, faultMs: 0 },
    ]);
  });

  test("of two holders one after the other each has its own time, and the fault is whose card it was", () => {
    const by = (id: number, from: number, said: { utilRatio?: number; rowRemapFailed?: number }) =>
      reading(from, from + 250, said, [{ holderId: id, ppm: 1e6 }]);
    const { holderId, holds } = sum([
      by(1, 1000, { utilRatio: 1 }),
      by(2, 1250, { utilRatio: 1 }),
      by(2, 1500, { rowRemapFailed: 1 }),
    ]);
    expect(holderId).toBe(-1);
    expect(holds).toEqual([
      { holderId: 1, busyMs: 250, idleHeldMs: 0, startingMs: 0, faultMs: 0 },
      { holderId: 2, busyMs: 250, idleHeldMs: 0, startingMs: 0, faultMs: 250 },
    ]);
  });

  test("a fault nobody held makes the holder's time a part", () => {
    const { holderId, holds } = sum([
      reading(1000, 1500, { utilRatio: 1 }, [{ holderId: 1, ppm: 1e6 }]),
      reading(1500, 2000, { rowRemapFailed: 1 }, []),
    ]);
    expect([holderId, holds.map((h) => [h.busyMs, h.faultMs])]).toEqual([-1, [[500, 0]]]);
  });
});
