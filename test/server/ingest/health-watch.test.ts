import { describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { withoutHealth } from "../../../server/ingest/health-watch.ts";
import { frame, pod, sighting } from "../../tools/frames.ts";
import { healthFrame, known, watching, withXids } from "./watched.ts";

const A = sighting("a", { holders: [pod("worker-0")] });
const FREE = sighting("a", { holders: [] });
const T = Date.UTC(2026, 0, 5, 12);
const GIB = 2 ** 30;
const only = (column: Float64Array): number => column[0]!;
const quiet = { utilRatio: 0, memoryUsedBytes: GIB, powerWatts: 60 };

describe("what a card says now", () => {
  test("a reading of health is a level, and a card that does not say it is absent", () => {
    const { watch, at } = watching([known("a", 1), known("b", 2)]);
    watch.hear(healthFrame("x", T, [A], { temperatureCelsius: 61 }, { slowdownCelsius: 89 }));
    const { cards } = at(T + 1_000);
    expect([...cards.level("slowdownCelsius")]).toEqual([89, NaN]);
    expect([...cards.level("temperatureCelsius")]).toEqual([61, NaN]);
    expect([...cards.level("banksNone")]).toEqual([NaN, NaN]);
    expect(cards.gap).toEqual(["none", "card_gone"]); // its node is read, and it is not named
  });

  test("a reading that ran out is not believed; since when is", () => {
    const { watch, at } = watching([known("a", 1)]);
    watch.hear(frame("x", T, [A], { temperatureCelsius: 99 }, 30_000));
    const { cards } = at(T + 90_000);
    expect(only(cards.level("temperatureCelsius"))).toBeNaN();
    expect(only(cards.level("unreadMs"))).toBe(60_000);
    expect([cards.gap[0], cards.silentSince[0], cards.heardAt[0]]).toEqual(["no_reading", T + 30_000, T]);
  });

  test("why it fell silent is told apart, and comes with the instant", () => {
    const { watch, at } = watching([known("a", 1), known("b", 2)]);
    const B = sighting("b");
    watch.hear(frame("x", T, [A, B], quiet));
    watch.hear(frame("x", T + 15_000, [B], quiet));
    const first = at(T + 16_000).cards;
    expect([first.gap[0], first.silentSince[0]]).toEqual(["card_gone", T + 15_000]);
    watch.silence({ kind: "silence", origin: "x", at: unixMs(T + 20_000), cause: "source_down" });
    const then = at(T + 21_000).cards;
    expect([then.gap[1], then.silentSince[1]]).toEqual(["source_down", T + 20_000]);
  });

  test("another origin that still speaks stands in", () => {
    const { watch, at } = watching([known("a", 1)]);
    watch.hear(frame("x", T, [A], { temperatureCelsius: 50 }));
    watch.hear(frame("y", T + 1_000, [A], { temperatureCelsius: 51 }));
    watch.silence({ kind: "silence", origin: "y", at: unixMs(T + 2_000), cause: "source_down" });
    expect(only(at(T + 3_000).cards.level("temperatureCelsius"))).toBe(50);
  });

  test("what pages and slots keep of a frame holds no health", () => {
    const heard = healthFrame("x", T, [A], quiet, { banksLow: 1 });
    expect("health" in withoutHealth(heard)).toBe(false);
    expect(withoutHealth(heard).values).toBe(heard.values);
    const plain = frame("x", T, [A], quiet);
    expect(withoutHealth(plain)).toBe(plain);
  });
});

describe("rises of counters", () => {
  const errors = (n: number) => ({ utilRatio: 1, eccCorrectedTotal: n });

  test("add up over the window, and a fall is a restart and no rise", () => {
    const { watch, at } = watching([known("a", 1)]);
    [5, 9, 2, 3].forEach((n, i) => watch.hear(frame("x", T + i * MINUTE_MS, [A], errors(n), 120_000)));
    const { cards } = at(T + 3 * MINUTE_MS);
    expect(only(cards.rise("eccCorrectedTotal", 10 * MINUTE_MS))).toBe(5); // 4 and 1; never 2 for the restart
    expect(only(cards.rise("eccCorrectedTotal", MINUTE_MS))).toBe(1);
  });

  test("no rise is 0 only where somebody watched for the whole window", () => {
    const { watch, at } = watching([known("a", 1)]);
    for (let i = 0; i <= 10; i += 1) watch.hear(frame("x", T + i * MINUTE_MS, [A], errors(7), 120_000));
    const { cards } = at(T + 10 * MINUTE_MS);
    expect(only(cards.rise("eccCorrectedTotal", 10 * MINUTE_MS))).toBe(0);
    expect(only(cards.rise("eccCorrectedTotal", HOUR_MS))).toBeNaN();
    expect(only(cards.rise("pcieReplayTotal", MINUTE_MS))).toBeNaN(); // never said
  });

  test("are forgotten after an hour", () => {
    const { watch, at } = watching([known("a", 1)]);
    watch.hear(frame("x", T, [A], errors(0), 2 * HOUR_MS));
    watch.hear(frame("x", T + MINUTE_MS, [A], errors(9), 2 * HOUR_MS));
    watch.hear(frame("x", T + 61 * MINUTE_MS, [A], errors(9), 2 * HOUR_MS));
    expect(only(at(T + 60 * MINUTE_MS).cards.rise("eccCorrectedTotal", HOUR_MS))).toBe(9);
    expect(only(at(T + 62 * MINUTE_MS).cards.rise("eccCorrectedTotal", HOUR_MS))).toBe(0);
    watch.hear(frame("x", T + 200 * MINUTE_MS, [A], errors(10), 2 * HOUR_MS)); // the ring goes round
    expect(only(at(T + 200 * MINUTE_MS).cards.rise("eccCorrectedTotal", HOUR_MS))).toBe(1);
  });

  test("two exporters of one card count once", () => {
    const { watch, at } = watching([known("a", 1)]);
    for (let i = 0; i < 3; i += 1) {
      watch.hear(frame("x", T + i * 15_000, [A], errors(10 * i)));
      watch.hear(frame("y", T + i * 15_000 + 5_000, [A], errors(100 * i)));
    }
    expect(only(at(T + 40_000).cards.rise("eccCorrectedTotal", MINUTE_MS))).toBe(20);
  });

  test("throttled time across a hole is nobody's", () => {
    const { watch, at } = watching([known("a", 1)]);
    const said = (seconds: number) => ({ ...errors(seconds), thermalThrottleSeconds: seconds });
    watch.hear(frame("x", T, [A], said(1), 30_000));
    watch.hear(frame("x", T + 10 * MINUTE_MS, [A], said(500), 30_000));
    const { cards } = at(T + 10 * MINUTE_MS);
    expect(only(cards.rise("thermalThrottleSeconds", 5 * MINUTE_MS))).toBe(0);
    expect(only(cards.rise("eccCorrectedTotal", 5 * MINUTE_MS))).toBe(499); // errors happened, whoever watched
  });

  test("of health are kept too", () => {
    const { watch, at } = watching([known("a", 1)]);
    watch.hear(healthFrame("x", T, [A], quiet, { nvlinkReplayTotal: 4 }));
    watch.hear(healthFrame("x", T + 15_000, [A], quiet, { nvlinkReplayTotal: 6 }));
    expect(only(at(T + 16_000).cards.rise("nvlinkReplayTotal", MINUTE_MS))).toBe(2);
  });
});

describe("events", () => {
  const xid = (code: number, at: number) => frame("x", at, [A], { xidCode: code });
  const codes = (events: readonly { code: number; count: number }[]) => events.map(({ code, count }) => [code, count]);

  test("the gauge holds its last code for ever: an event is a change of it", () => {
    const { watch } = watching([known("a", 1)]);
    [48, 48, 79, 79, 0, 79].forEach((code, i) => watch.hear(xid(code, T + i * 15_000)));
    expect(codes(watch.events.of(1))).toEqual([
      [79, 1],
      [79, 1],
    ]);
  });

  test("the same code twice is seen twice where the exporter counts", () => {
    const { watch } = watching([known("a", 1)]);
    const counted = (count: number, at: number) =>
      withXids(xid(31, at), [{ row: 0, code: 31, count, windowMs: 300_000 }]);
    [1, 1, 2, 2, 1, 2].forEach((count, i) => watch.hear(counted(count, T + i * 15_000)));
    expect(codes(watch.events.of(1))).toEqual([
      [31, 1],
      [31, 1],
    ]);
  });

  test("a code that came while the card was away shows when it is back", () => {
    const { watch } = watching([known("a", 1)]);
    watch.hear(xid(0, T));
    watch.hear(frame("x", T + 15_000, [sighting("b")], {}));
    watch.hear(xid(79, T + HOUR_MS));
    expect(codes(watch.events.of(1))).toEqual([[79, 1]]);
  });

  test("a line of the kernel's log and the gauge's echo of it are one event, the line's", () => {
    const { watch } = watching([known("a", 1)]);
    const line = { cardId: 1, kind: "xid", code: 79, count: 1, detail: "pid=7, GPU has fallen off the bus." } as const;
    watch.hear(xid(0, T));
    watch.hear(xid(79, T + 15_000));
    watch.note([{ ...line, at: unixMs(T + 3_000) }]);
    expect(watch.events.of(1)).toEqual([{ ...line, at: T + 3_000 }]);
    watch.hear(xid(0, T + 30_000));
    watch.hear(xid(79, T + 60_000)); // the exporter was restarted: still that line
    expect(watch.events.of(1)).toHaveLength(1);
    watch.note([{ ...line, at: unixMs(T + 61_000) }]); // another line is another event
    expect(watch.events.of(1)).toHaveLength(2);
  });

  test("what a slot found between two looks is told late, and what was seen is not told twice", () => {
    const { watch } = watching([known("a", 1)]);
    watch.hear(xid(0, T));
    watch.hear(xid(45, T + 60_000));
    const seen = { cardId: 1, kind: "xid", count: 1, detail: "" } as const;
    watch.noteCommitted([
      { ...seen, code: 62, at: unixMs(T + 20_000) }, // overwritten before it was looked at
      { ...seen, code: 45, at: unixMs(T + 30_000) },
      { ...seen, code: 0, kind: "throttled", count: 20_000, at: unixMs(T) },
    ]);
    expect(codes(watch.events.of(1))).toEqual([
      [0, 20_000],
      [62, 1],
      [45, 1],
    ]);
  });

  test("a list that was answered stays as it was", () => {
    const { watch } = watching([known("a", 1)]);
    watch.hear(xid(0, T));
    watch.hear(xid(31, T + 15_000));
    const before = watch.events.of(1);
    watch.hear(xid(43, T + 30_000));
    expect(before).toHaveLength(1);
    expect(watch.events.of(1)).toHaveLength(2);
  });

  test("of a card that keeps failing the newest are kept, for a week", () => {
    const { watch } = watching([known("a", 1)]);
    for (let i = 0; i < 400; i += 1) watch.hear(xid(i % 2 === 0 ? 31 : 43, T + i * 15_000));
    expect(watch.events.of(1)).toHaveLength(256);
    watch.tidy(T + 8 * 24 * HOUR_MS);
    expect(watch.events.of(1)).toEqual([]);
  });
});

describe("what lasts", () => {
  const hear = (of: ReturnType<typeof watching>, said: object, card = A, from = 0, to = 60) => {
    for (let i = from; i <= to; i += 1) of.watch.hear(frame("x", T + i * MINUTE_MS, [card], said, 120_000));
  };
  const lasting = (of: ReturnType<typeof watching>, minute = 60) => {
    const { cards } = of.at(T + minute * MINUTE_MS);
    const minutes = (["heldQuietMs", "freeMs", "zombieMs", "powerMissingMs"] as const).map(
      (signal) => only(cards.level(signal)) / MINUTE_MS,
    );
    return minutes;
  };

  test("held and quiet", () => {
    const of = watching([known("a", 1)]);
    hear(of, quiet);
    expect(lasting(of)).toEqual([60, NaN, NaN, NaN]);
  });

  test("one reading at work ends it", () => {
    const of = watching([known("a", 1)]);
    hear(of, quiet, A, 0, 30);
    hear(of, { ...quiet, utilRatio: 0.5 }, A, 31, 31);
    expect(lasting(of, 31)).toEqual([NaN, NaN, NaN, NaN]);
    hear(of, quiet, A, 32, 60);
    expect(lasting(of)).toEqual([28, NaN, NaN, NaN]);
  });

  test("a reading that says nothing of activity neither ends nor begins anything", () => {
    const of = watching([known("a", 1)]);
    hear(of, quiet, A, 0, 30);
    hear(of, { temperatureCelsius: 40 }, A, 31, 40);
    hear(of, quiet, A, 41, 60);
    expect(lasting(of)).toEqual([60, NaN, NaN, NaN]);
  });

  test("free, and a zombie: nobody named, memory in use, no activity", () => {
    const free = watching([known("a", 1)]);
    hear(free, { ...quiet, memoryUsedBytes: 2 ** 21 }, FREE);
    expect(lasting(free)).toEqual([NaN, 60, NaN, NaN]);
    const zombie = watching([known("a", 1)]);
    hear(zombie, quiet, FREE);
    expect(lasting(zombie)).toEqual([NaN, NaN, 60, NaN]);
  });

  test("where pods are not mapped, memory in use means somebody holds it", () => {
    const of = watching([known("a", 1)]);
    hear(of, quiet, sighting("a", { holders: null }));
    expect(lasting(of)).toEqual([60, NaN, NaN, NaN]);
    const free = watching([known("a", 1)]);
    hear(free, { ...quiet, memoryUsedBytes: 0 }, sighting("a", { holders: null }));
    expect(lasting(free)).toEqual([NaN, 60, NaN, NaN]);
  });

  test("power is missing only where the exporter says it of others", () => {
    const B = sighting("b");
    const of = watching([known("a", 1), known("b", 2)]);
    for (let i = 0; i <= 5; i += 1)
      of.watch.hear(
        frame("x", T + i * MINUTE_MS, [A, B], [{ utilRatio: 1 }, { utilRatio: 1, powerWatts: 60 }], 120_000),
      );
    expect([...of.at(T + 5 * MINUTE_MS).cards.level("powerMissingMs")]).toEqual([5 * MINUTE_MS, NaN]);
    const alone = watching([known("a", 1)]);
    hear(alone, { utilRatio: 1 });
    expect(lasting(alone)[3]).toBeNaN();
  });

  test("goes on after a restart from where the tables know it, for the first reading alone", () => {
    const of = watching([known("a", 1)]);
    const hourAgo = T - HOUR_MS;
    const since = { heldQuietMs: hourAgo, freeMs: NaN, zombieMs: NaN, powerMissingMs: NaN };
    of.watch.begin(T - SECOND_MS, new Map([[1, { readAt: T - 10_000, ...since }]]), []);
    hear(of, quiet, A, 0, 0);
    expect(lasting(of, 0)).toEqual([60, NaN, NaN, NaN]);
    hear(of, { ...quiet, utilRatio: 1 }, A, 1, 1);
    hear(of, quiet, A, 2, 3);
    expect(lasting(of, 3)).toEqual([1, NaN, NaN, NaN]);
  });

  test("before the first readings after a start the silence is our own", () => {
    const of = watching([known("a", 1)]);
    const never = { heldQuietMs: NaN, freeMs: NaN, zombieMs: NaN, powerMissingMs: NaN };
    of.watch.begin(T, new Map([[1, { readAt: T - HOUR_MS, ...never }]]), []);
    const soon = of.at(T + 30_000).cards;
    expect([soon.gap[0], soon.heardAt[0]]).toEqual(["dapan_down", T - HOUR_MS]);
    const late = of.at(T + 5 * MINUTE_MS).cards;
    expect([late.gap[0], late.silentSince[0]]).toEqual(["no_reading", T - HOUR_MS]);
  });
});

test("a reading taken over from the process before runs out: that silence is our own too, for a while", () => {
  const of = watching([known("a", 1)]);
  of.watch.begin(T, new Map(), []);
  of.watch.hear(frame("x", T - 10_000, [A], quiet)); // of the journal; speaks until T + 20 s
  expect(of.at(T + 5_000).cards.gap[0]).toBe("none");
  const soon = of.at(T + 60_000).cards;
  expect([soon.gap[0], soon.silentSince[0]]).toEqual(["dapan_down", NaN]);
  const late = of.at(T + 5 * MINUTE_MS).cards;
  expect([late.gap[0], late.silentSince[0]]).toEqual(["no_reading", T + 20_000]);
  of.watch.silence({ kind: "silence", origin: "x", at: unixMs(T + 15_000), cause: "source_down" });
  expect(of.at(T + 60_000).cards.gap[0]).toBe("source_down"); // we looked, and it did not answer
});

test("what is known from before the start counts also for cards that were heard before it was read", () => {
  const of = watching([known("a", 1)]);
  of.watch.hear(frame("x", T, [A], quiet));
  const since = { readAt: T, heldQuietMs: T - HOUR_MS, freeMs: T - HOUR_MS, zombieMs: NaN, powerMissingMs: NaN };
  of.watch.begin(T, new Map([[1, since]]), []);
  const { cards } = of.at(T);
  expect([only(cards.level("heldQuietMs")), only(cards.level("freeMs"))]).toEqual([HOUR_MS, NaN]);
});

test("cards that left are forgotten, and their places used again", () => {
  const { watch, at, cards } = watching([known("a", 1), known("b", 2)]);
  watch.hear(frame("x", T, [A, sighting("b")], { utilRatio: 1, eccCorrectedTotal: 0 }));
  watch.hear(frame("x", T + 15_000, [A, sighting("b")], { utilRatio: 1, eccCorrectedTotal: 9 }));
  cards.set("a", known("a", 1, { stays: [{ from: 0, to: T + 20_000, poolId: 1 }] }));
  watch.tidy(T + HOUR_MS);
  expect(watch.get("a")).toBeNull();
  expect(at(T + 16_000).cards.uuid).toEqual(["b"]);
  cards.set("a", known("a", 1));
  watch.hear(frame("x", T + HOUR_MS, [A, sighting("b")], { utilRatio: 1, eccCorrectedTotal: 3 }));
  expect(watch.get("a")?.seat).toBe(0);
  expect(only(at(T + HOUR_MS).cards.rise("eccCorrectedTotal", HOUR_MS))).toBeNaN(); // nobody watched it that long
});
