import { afterEach, describe, expect, test } from "vitest";
import { CollectError } from "../../../collectors/collector.ts";
import type { Pulled } from "../../../collectors/prometheus/pull.ts";
import { FIELD_COUNT } from "../../../db/model/card-fields.ts";
import type { CollectFault } from "../../../db/model/coverage.ts";
import type { CardFrame, Report } from "../../../db/model/frame.ts";
import { SLOT_MS, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { reportsHash } from "../../../server/ingest/prometheus-hash.ts";
import { QueryBudget, restAfter, SAVED_MS } from "../../../server/ingest/query-budget.ts";
import { type PrometheusSource, startPrometheusSource } from "../../../server/ingest/prometheus-source.ts";
import { type ManualClock, manualClock } from "../../tools/manual-clock.ts";

const T0 = Date.UTC(2026, 2, 3, 4);
const LAG = 30_000;
const number = (slot: number): number => (slot - T0) / SLOT_MS;

function frame(at: number, value: number): CardFrame {
  const values = new Float64Array(FIELD_COUNT).fill(NaN);
  values[0] = value;
  const place = { vendor: "", region: "", zone: "", cluster: "", billing: "unknown" as const };
  const card = { uuid: "GPU-1", modelName: "", node: "", position: "", driver: "", migProfiles: [], holders: null };
  return { kind: "frame", origin: "o", at: unixMs(at), reachMs: 60_000, place, cards: [card], values, xidCounts: [] };
}

/** A world in which slots hold one frame each, unless a test says otherwise. */
function world(start = T0) {
  const clock: ManualClock = manualClock(unixMs(start));
  const commits: { slot: number; seq: number; value: number }[] = [];
  const ledger = new Map<UnixMs, number>();
  const w = {
    clock,
    commits,
    ledger,
    skew: null as number | null,
    values: new Map<number, number>(), // slot number → value; absent = 1
    empty: new Set<number>(),
    faults: new Map<number | "all", CollectFault>(),
    commitFails: 0,
    pulls: [] as number[],
    live: [] as number[],
    forgotten: 0,
    hold: null as Promise<void> | null,
    slowMs: 0, // how long a slot takes to read
    askedMs: 0,
    source: null as PrometheusSource | null,
  };
  const pullWindow = async (window: Window, signal: AbortSignal): Promise<Pulled> => {
    const n = number(window.from);
    w.pulls.push(n);
    if (w.hold)
      await Promise.race([
        w.hold,
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("dropped")))),
      ]);
    if (w.slowMs > 0) {
      await clock.sleep(w.slowMs);
      w.askedMs += 2 * w.slowMs; // in two lanes
    }
    const fault = w.faults.get("all") ?? w.faults.get(n);
    if (fault) throw new CollectError(fault, `no: ${fault}`);
    if (w.empty.has(n)) return { reports: [], samples: 0, refusedFuture: 0 };
    return { reports: [frame(window.from, w.values.get(n) ?? 1)], samples: 12, refusedFuture: 1 };
  };
  const start_ = (backfillMs: number = SLOT_MS): PrometheusSource =>
    (w.source = startPrometheusSource({
      name: "prom",
      clock,
      lagMs: LAG,
      backfillMs,
      liveEveryMs: 60_000,
      puller: {
        pullWindow,
        pullLive: async () => {
          const fault = w.faults.get("all");
          if (fault) throw new CollectError(fault, "no live");
          return { frames: [frame(clock.now(), 2)], missing: null };
        },
        client: {
          get clockSkewMs() {
            return w.skew;
          },
          bytes: 7,
          get askedMs() {
            return w.askedMs;
          },
          forget: () => void (w.forgotten += 1),
        },
      },
      committedSlots: async ({ from, to }) =>
        [...ledger].filter(([slot]) => slot >= from && slot < to).map(([slot, seq]) => ({ slot, seq })),
      commitSlotFrames: async (_, slot, reports, seq) => {
        if ((w.commitFails -= 1) >= 0) throw new Error("database away");
        ledger.set(slot, seq);
        const first = reports[0] as CardFrame | undefined;
        commits.push({ slot: number(slot), seq, value: first?.values[0] ?? -1 });
        return [];
      },
      onLive: (frames) => w.live.push(...frames.map((f) => f.at)),
    }));
  return { ...w, world: w, start: start_ };
}

let running: PrometheusSource | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
});

describe("PUL-08: a slow source", () => {
  test("is asked for a tenth of the time at most; the newest slot comes first all the same", async () => {
    const { clock, commits, start, world: w } = world(T0 + LAG);
    w.slowMs = 9_000;
    running = start(200 * SLOT_MS);
    for (let minute = 1; minute <= 240; minute += 1) {
      await clock.advance(60_000);
      expect(w.askedMs).toBeLessThanOrEqual(0.1 * minute * 60_000 + SAVED_MS + 2 * w.slowMs);
    }
    expect(w.askedMs).toBeGreaterThan(0.09 * 240 * 60_000); // and the tenth is used while there is something to read
    const newest = Math.max(...commits.map((c) => c.slot));
    expect(newest).toBeGreaterThanOrEqual(46); // of 48 that ended meanwhile
  });

  test("a source away for an hour is caught up at full speed when its questions are quick", async () => {
    const { clock, commits, start, world: w } = world(T0 + LAG);
    w.slowMs = 1_000;
    running = start(13 * SLOT_MS);
    await clock.advance(20_000);
    expect(commits).toHaveLength(13);
  });

  test("the newest readings rest the longer the longer they take", async () => {
    expect(restAfter(3_000)).toBe(57_000); // 3 s a minute
    const budget = new QueryBudget(0);
    expect(budget.waitMs(0, 0)).toBe(0);
    expect(budget.waitMs(1_000, SAVED_MS + 50)).toBe(501);
    expect(budget.waitMs(1_502, SAVED_MS + 50)).toBe(0);
    expect(budget.waitMs(10_000_000, SAVED_MS + 50)).toBe(0);
    expect(budget.waitMs(10_000_000, 2 * SAVED_MS + 51)).toBe(11); // no more is saved up than that
  });
});

describe("the watermark", () => {
  test("each slot is committed once, lag after its end; a new source reads its backfill newest first", async () => {
    const { clock, commits, start } = world(T0 + LAG);
    running = start(4 * SLOT_MS);
    await clock.advance(1);
    expect(commits.map((c) => c.slot)).toEqual([-1, -2, -3, -4]);
    await clock.advance(SLOT_MS - 2);
    expect(commits.length).toBe(4);
    await clock.advance(3_000);
    expect(commits.at(-1)).toEqual({ slot: 0, seq: 1, value: 1 });
    await clock.advance(3 * SLOT_MS);
    expect(commits.map((c) => [c.slot, c.seq])).toEqual([
      [-1, 1],
      [-2, 1],
      [-3, 1],
      [-4, 1],
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(running.health()).toMatchObject({
      up: true,
      backlogSlots: 0,
      cards: 1,
      targets: 1,
      samples: 12,
      fault: null,
      revisions: 0,
    });
  });

  test("an outage is filled from both ends of nothing: no slot lost, none twice", async () => {
    const { clock, commits, start, world: w } = world();
    running = start();
    await clock.advance(2 * SLOT_MS + LAG + 2_000);
    w.faults.set("all", "connect");
    await clock.advance(12 * SLOT_MS);
    expect(running.health()).toMatchObject({ up: false, fault: "connect", backlogSlots: 12 });
    expect(commits.filter((c) => c.slot >= 2)).toEqual([]);
    w.faults.clear();
    await clock.advance(35_000);
    const filled = commits.filter((c) => c.slot >= 2).map((c) => c.slot);
    expect(filled).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    expect(commits.every((c) => c.seq === 1)).toBe(true);
    expect(running.health()).toMatchObject({ up: true, fault: null, backlogSlots: 0 });
  });

  test.each(["partial", "truncated", "overloaded"] as const)(
    "PUL-05: a slot that is %s is never committed and does not hold up the others",
    async (fault) => {
      const { clock, commits, start, world: w } = world();
      w.faults.set(1, fault);
      running = start();
      await clock.advance(4 * SLOT_MS + LAG + 2_000);
      expect(commits.map((c) => c.slot)).toEqual([-1, 0, 2, 3]);
      expect(running.health().backlogSlots).toBe(1);
      w.faults.clear();
      await clock.advance(31_000);
      expect(commits.at(-1)).toEqual({ slot: 1, seq: 1, value: 1 });
      expect(running.health().backlogSlots).toBe(0);
    },
  );

  test("only a commit moves it: while the database is away the slot is read again and committed once", async () => {
    const { clock, commits, start, world: w } = world();
    running = start();
    await clock.advance(SLOT_MS);
    w.commitFails = 3;
    await clock.advance(LAG + 20_000);
    expect(commits.filter((c) => c.slot === 0)).toEqual([{ slot: 0, seq: 1, value: 1 }]);
    expect(w.pulls.filter((n) => n === 0).length).toBe(4);
  });

  test("a restart takes up at the ledger, holes included, however far back", async () => {
    const { clock, commits, ledger, start } = world(T0 + LAG);
    for (const n of [-30, -29, -27, -20, -5]) ledger.set(unixMs(T0 + n * SLOT_MS), 1);
    running = start(SLOT_MS);
    await clock.advance(10);
    const slots = commits.map((c) => c.slot);
    expect(slots).toEqual(
      Array.from({ length: 30 }, (_, i) => -1 - i).filter((n) => ![-30, -29, -27, -20, -5].includes(n)),
    );
  });
});

describe("PUL-10: late samples", () => {
  test("a slot that grew within two slots is written again with the next seq; one that did not is not", async () => {
    const { clock, commits, start, world: w } = world();
    running = start();
    await clock.advance(SLOT_MS + LAG + 2_000); // slot 0 read
    w.values.set(0, 5);
    await clock.advance(SLOT_MS); // read again: changed
    expect(commits.filter((c) => c.slot === 0)).toEqual([
      { slot: 0, seq: 1, value: 1 },
      { slot: 0, seq: 2, value: 5 },
    ]);
    await clock.advance(SLOT_MS); // read again: the same
    w.values.set(0, 9);
    await clock.advance(5 * SLOT_MS); // too late
    expect(commits.filter((c) => c.slot === 0).length).toBe(2);
    expect(w.pulls.filter((n) => n === 0).length).toBe(3);
    expect(running.health().revisions).toBe(1);
  });

  test("empty slots are looked at again when samples come back, and rest after that", async () => {
    const { clock, commits, start, world: w } = world();
    for (let n = 0; n < 10; n += 1) w.empty.add(n);
    running = start();
    await clock.advance(10 * SLOT_MS + LAG + 2_000);
    expect(commits.filter((c) => c.slot >= 0).every((c) => c.value === -1)).toBe(true);
    for (let n = 0; n < 5; n += 1) w.empty.delete(n); // a remote write caught up; 5–9 were never there
    await clock.advance(SLOT_MS + 2_000);
    expect(
      commits
        .filter((c) => c.slot < 5 && c.seq === 2)
        .map((c) => c.slot)
        .toSorted((a, b) => a - b),
    ).toEqual([0, 1, 2, 3, 4]);
    expect(commits.filter((c) => c.slot >= 5 && c.slot < 10).every((c) => c.seq === 1)).toBe(true);
    await clock.advance(10 * SLOT_MS);
    const pulled = w.pulls.length;
    await clock.advance(SLOT_MS);
    expect(w.pulls.length - pulled).toBe(3); // the newest and two behind it
  });
});

test("PUL-14: while their clock is behind, a slot is read when it is over by theirs", async () => {
  const { clock, commits, start, world: w } = world();
  w.skew = -600_000;
  running = start();
  await clock.advance(SLOT_MS + LAG + 599_000);
  expect(commits.some((c) => c.slot === 0)).toBe(false);
  await clock.advance(3_000);
  expect(commits.filter((c) => c.slot === 0).length).toBe(1);
});

test("the live view is fed between slots and never committed", async () => {
  const { clock, commits, start, world: w } = world();
  running = start();
  await clock.advance(180_000);
  expect(w.live).toEqual([T0, T0 + 60_000, T0 + 120_000, T0 + 180_000]);
  expect(commits.some((c) => c.value === 2)).toBe(false);
});

test("stop ends a question in flight and nothing more is committed", async () => {
  const { clock, commits, start, world: w } = world();
  running = start();
  await clock.advance(SLOT_MS);
  w.hold = new Promise(() => undefined);
  await clock.advance(LAG + 2_000);
  const before = commits.length;
  await running.stop();
  running = null;
  w.hold = null;
  await clock.advance(3 * SLOT_MS);
  expect(commits.length).toBe(before);
  expect(w.forgotten).toBe(1);
});

test("the hash of reports tells any change of content", () => {
  const base = frame(T0, 1);
  const variants: Report[][] = [
    [base],
    [],
    [base, base],
    [frame(T0 + 1, 1)],
    [frame(T0, 1.5)],
    [{ ...base, origin: "p" }],
    [{ ...base, reachMs: 1 }],
    [{ ...base, cards: [{ ...base.cards[0]!, holders: [] }] }],
    [{ ...base, place: { ...base.place, zone: "z" } }],
    [{ ...base, xidCounts: [{ row: 0, code: 31, count: 1, windowMs: 1 }] }],
    [base, { kind: "silence", origin: "o", at: unixMs(T0), cause: "source_down" }],
    [base, { kind: "silence", origin: "o", at: unixMs(T0), cause: "card_gone" }],
  ];
  const hashOf = (reports: readonly Report[]): unknown => reportsHash(reports).next().value;
  expect(new Set(variants.map(hashOf)).size).toBe(variants.length);
  expect(hashOf([frame(T0, 1)])).toBe(hashOf([frame(T0, 1)]));
});
