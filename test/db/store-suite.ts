import { expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import type { CardEvent } from "../../db/model/events.ts";
import type { Place } from "../../db/model/fleet.ts";
import type { CardSighting } from "../../db/model/frame.ts";
import type { SlotBatch } from "../../db/model/slot.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { readCardUtilisation, readFleetHours, readMostIdle, readPoolTime, readTimeBy } from "../../db/store/board.ts";
import { commitDay } from "../../db/store/bulk.ts";
import { readCardEvents, readCardHolds, readCardHours, readCardPoints } from "../../db/store/card-history.ts";
import { appendJournal, dropJournalSlot, readJournal } from "../../db/store/journal.ts";
import { putSourceGap, readCommittedSlots, readLastCommittedSlot, readSourceGaps } from "../../db/store/ledger.ts";
import {
  readCards,
  readHolders,
  readOwnership,
  readPools,
  registerCards,
  registerHolders,
  releaseCards,
  type SeenCard,
} from "../../db/store/registry.ts";
import { checkpoint, keepHouse, keepsRows, vacuum } from "../../db/store/retention.ts";
import { putSetting, readSetting } from "../../db/store/settings.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { rollUp } from "../oracle/rollup-oracle.ts";
import { blankBatch, random, withHolds, withParts } from "./batches.ts";
import { readRollups, seededBatch, sorted } from "./rollup-suite.ts";

const at = unixMs(0);
const window = (from: number, to: number) => ({ from: unixMs(from), to: unixMs(to) });

/** A day of a small fleet: most slots, most cards in each, some with several holders. */
function dayOfBatches(dayNo: number, seed: number): SlotBatch[] {
  const next = random(seed);
  return Array.from({ length: 288 }, (_, place) => place)
    .filter(() => next() < 0.95)
    .map((place) => {
      const cards = [101, 102, 103, 104, 105].filter(() => next() < 0.9);
      const batch = seededBatch(dayNo * DAY_MS + place * SLOT_MS, cards, seed * 1000 + place);
      return withHolds(batch, cards.slice(0, 1), [1, 2]);
    });
}

const bySlot = async (db: Database, batches: readonly SlotBatch[]) => {
  for (const batch of batches) await commitSlot(db, { source: "history", seq: 1, batch, events: [], committedAt: at });
};
const oracleOf = (batches: readonly SlotBatch[]) => rollUp(batches.map((batch) => ({ batch, seq: 1, sourceRank: 0 })));

async function pointsOf(db: Database, cardId: number, dayNo: number) {
  const points = await readCardPoints(db, cardId, window(dayNo * DAY_MS, (dayNo + 1) * DAY_MS));
  return points.map((point) => ({ ...point, at: point.at - dayNo * DAY_MS }));
}

/** The days of these tests: far from the days of rollup-suite, a month apart so that retention of one spares the next. */
const DAY = 19_000;

export function storeSuite(db: () => Database): void {
  bulkTests(db);
  packingTests(db);
  journalTests(db);
  slotTests(db);
  registryTests(db);
  boardTests(db);

  test("a setting is what was written last", async () => {
    expect(await readSetting(db(), "demo")).toBeUndefined();
    await putSetting(db(), "demo", { cards: 3 }, at);
    await putSetting(db(), "demo", { cards: 4, list: [1, "二"] }, at);
    expect(await readSetting(db(), "demo")).toEqual({ cards: 4, list: [1, "二"] });
  });

  test("housekeeping statements run on this engine", async () => {
    await vacuum(db());
    await checkpoint(db());
  });

  test("int8 comes back as a number, past 2^53 as a bigint", async () => {
    expect(
      await db().query(
        "SELECT 5::int8 AS a, 9007199254740993::int8 AS b, sum(x)::int8 AS c FROM (VALUES (1::int8), (2)) t (x)",
      ),
    ).toEqual([{ a: 5, b: 9007199254740993n, c: 3 }]);
  });

  test("a transaction that throws leaves nothing behind", async () => {
    const boom = db().transaction(async (tx) => {
      await tx.query("INSERT INTO setting VALUES ('lost', '1', 0)");
      throw new Error("boom");
    });
    await expect(boom).rejects.toThrow("boom");
    expect(await readSetting(db(), "lost")).toBeUndefined();
  });
}

function bulkTests(db: () => Database): void {
  test(
    "a day at once leaves the rows that slot by slot leaves, as rows and as points",
    { timeout: 120_000 },
    async () => {
      const days = [DAY, DAY + 1, DAY + 2].map((dayNo) => dayOfBatches(dayNo, 7)) as [
        SlotBatch[],
        SlotBatch[],
        SlotBatch[],
      ];
      await bySlot(db(), days[0]);
      const asRows = await commitDay(db(), {
        source: "history",
        batches: days[1],
        events: [],
        committedAt: at,
        as: "rows",
      });
      const asPoints = await commitDay(db(), {
        source: "history",
        batches: days[2],
        events: [],
        committedAt: at,
        as: "points",
      });
      expect([asRows.committed, asPoints.committed]).toEqual([days[1].length, days[2].length]);
      for (const [i, batches] of days.entries()) {
        const oracle = sorted(oracleOf(batches));
        const stored = sorted(await readRollups(db(), DAY + i, 1));
        expect({ ...stored, slots: [] }).toEqual({ ...oracle, slots: [] });
        expect(stored.slots).toEqual(i === 2 ? [] : oracle.slots);
      }
      const points = await pointsOf(db(), 103, DAY);
      expect(points.length).toBeGreaterThan(200);
      expect(await pointsOf(db(), 103, DAY + 1)).toEqual(points);
      expect(await pointsOf(db(), 103, DAY + 2)).toEqual(points);
      const ledgers = await Promise.all(
        [0, 1, 2].map((i) => readCommittedSlots(db(), "history", window((DAY + i) * DAY_MS, (DAY + i + 1) * DAY_MS))),
      );
      expect(ledgers[1]?.map(({ slot, ...rest }) => ({ ...rest, place: slot % DAY_MS }))).toEqual(
        ledgers[0]?.map(({ slot, ...rest }) => ({ ...rest, place: slot % DAY_MS })),
      );
      expect(ledgers[2]?.length).toBe(days[2].length);
    },
  );

  test("the same day again does nothing", async () => {
    const before = sorted(await readRollups(db(), DAY + 1, 1));
    const again = await commitDay(db(), {
      source: "history",
      batches: dayOfBatches(DAY + 1, 7),
      events: [],
      committedAt: at,
      as: "rows",
    });
    expect(again.committed).toBe(0);
    expect(sorted(await readRollups(db(), DAY + 1, 1))).toEqual(before);
  });
}

function packingTests(db: () => Database): void {
  const day = DAY + 60;

  test("a packed day shows the same points, and its rows are gone", { timeout: 60_000 }, async () => {
    const batches = dayOfBatches(day, 11);
    await commitDay(db(), { source: "history", batches, events: [], committedAt: at, as: "rows" });
    const before = await pointsOf(db(), 102, day);
    expect(keepsRows(unixMs(day * DAY_MS), unixMs((day + 2) * DAY_MS))).toBe(true);
    const early = await keepHouse(db(), unixMs((day + 3) * DAY_MS - 1));
    expect(early.packedDays).not.toContain(day * DAY_MS);
    expect(keepsRows(unixMs(day * DAY_MS), unixMs((day + 3) * DAY_MS))).toBe(false);
    const kept = await keepHouse(db(), unixMs((day + 3) * DAY_MS));
    expect(kept.packedDays).toContain(day * DAY_MS);
    expect(kept.postponed).toEqual([]);
    expect((await readRollups(db(), day, 1)).slots.size).toBe(0);
    expect(before.length).toBeGreaterThan(200);
    expect(await pointsOf(db(), 102, day)).toEqual(before);
  });

  test("a packed day takes cards it has no point for, and keeps what it has", async () => {
    const slot = day * DAY_MS + 100 * SLOT_MS;
    const before = await pointsOf(db(), 102, day);
    const sums = await readRollups(db(), day, 1);
    const batch = seededBatch(slot, [102, 777], 5);
    const answer = await commitSlot(db(), { source: "late", seq: 1, batch, events: [], committedAt: at });
    const had = before.some((point) => point.at === 100 * SLOT_MS);
    expect(answer).toEqual({ committed: true, stored: had ? 1 : 2, replaced: 0, revised: 0 });
    const after = await readRollups(db(), day, 1);
    expect(after.days.get(`day ${day} card 777`)?.[0]).toBe(1);
    expect(after.days.get(`day ${day} card 101`)).toEqual(sums.days.get(`day ${day} card 101`));
    await keepHouse(db(), unixMs((day + 3) * DAY_MS)); // packs the newcomer too
    expect(await pointsOf(db(), 777, day)).toHaveLength(1);
    expect((await pointsOf(db(), 102, day)).length).toBe(had ? before.length : before.length + 1);
  });

  test("partitions past their time are dropped, whole", async () => {
    const count = async () =>
      (
        await db().query<{ n: number }>("SELECT count(*)::int AS n FROM card_hour WHERE hour_no < $1", [(day + 1) * 24])
      )[0]?.n;
    expect(await count()).toBeGreaterThan(0);
    const kept = await keepHouse(db(), unixMs((day + 120) * DAY_MS));
    expect(kept.dropped.some((name) => name.startsWith("card_hour_"))).toBe(true);
    expect(await count()).toBe(0);
    expect((await readRollups(db(), day, 1)).days.size).toBeGreaterThan(0); // card_day is kept for 25 months
  });
}

function journalTests(db: () => Database): void {
  const slot = (DAY + 200) * DAY_MS;
  const bytes = (...values: number[]) => Uint8Array.from(values);

  test("the journal gives back what was appended, in order, each piece once", async () => {
    const payload = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
    expect(await appendJournal(db(), "scrape", { slot: unixMs(slot), seq: 2, payload: bytes(9) })).toBe(true);
    expect(await appendJournal(db(), "scrape", { slot: unixMs(slot), seq: 1, payload: payload.slice() })).toBe(true);
    expect(await appendJournal(db(), "scrape", { slot: unixMs(slot), seq: 1, payload: bytes(1) })).toBe(false);
    const rows = await readJournal(db(), "scrape");
    expect(rows.map(({ seq, slot: of }) => [of, seq])).toEqual([
      [slot, 1],
      [slot, 2],
    ]);
    expect(Buffer.from(rows[0]?.payload ?? []).equals(payload)).toBe(true);
  });

  test("committing a slot closes its journal and carries over to the next, in one step", async () => {
    const next = unixMs(slot + SLOT_MS);
    await commitSlot(db(), {
      source: "scrape",
      seq: 1,
      batch: seededBatch(slot, [1, 2], 1),
      events: [],
      committedAt: at,
      closeJournalSlot: true,
      carry: { slot: next, payload: bytes(7, 7) },
    });
    const rows = await readJournal(db(), "scrape");
    expect(rows.map((row) => ({ ...row, payload: [...row.payload] }))).toEqual([
      { slot: next, seq: 0, payload: [7, 7] },
    ]);
  });

  test("closing a slot spares what others have in its ring", async () => {
    const ringMate = unixMs(slot + 5 * SLOT_MS); // four slots after the carried one
    await appendJournal(db(), "scrape", { slot: ringMate, seq: 1, payload: bytes(1) });
    await appendJournal(db(), "other", { slot: unixMs(slot + SLOT_MS), seq: 1, payload: bytes(2) });
    await dropJournalSlot(db(), "scrape", unixMs(slot + SLOT_MS));
    expect((await readJournal(db(), "scrape")).map((row) => row.slot)).toEqual([ringMate]);
    expect(await readJournal(db(), "other")).toHaveLength(1);
    await dropJournalSlot(db(), "scrape", ringMate);
    await dropJournalSlot(db(), "other", unixMs(slot + SLOT_MS));
  });
}

function slotTests(db: () => Database): void {
  const slot = (DAY + 210) * DAY_MS;
  const commit = async (seq: number, batch: SlotBatch, events: CardEvent[] = [], source = "scrape") =>
    await commitSlot(db(), { source, seq, batch, events, committedAt: at });

  test("ROL-03: late readings make one revision; the same again makes none", async () => {
    const early = seededBatch(slot, [1, 2, 3], 1);
    early.columns.observedMs.fill(0);
    const late = seededBatch(slot, [1, 2, 3], 2);
    for (let i = 0; i < 3; i++) late.columns.observedMs[i] = late.columns.ownedMs[i] ?? 0;
    expect(await commit(1, early)).toEqual({ committed: true, stored: 3, replaced: 0, revised: 0 });
    expect(await commit(2, late)).toEqual({ committed: true, stored: 3, replaced: 3, revised: 3 });
    expect(await commit(2, late)).toEqual({ committed: false, stored: 0, replaced: 0, revised: 0 });
    expect(await commit(3, late)).toEqual({ committed: true, stored: 3, replaced: 3, revised: 0 });
    expect(await commit(4, early)).toEqual({ committed: true, stored: 0, replaced: 0, revised: 0 }); // coverage only grows
    const committed = await readCommittedSlots(db(), "scrape", window(slot, slot + SLOT_MS));
    expect(committed.map(({ seq, slot: of }) => [of, seq])).toEqual([[slot, 4]]);
    expect(await readLastCommittedSlot(db(), "nobody")).toBeNull();
  });

  test("holders of a slot are replaced together with the card's row, and only then", async () => {
    const own = slot + SLOT_MS;
    const full = (holderId: number, observed: number): SlotBatch => {
      const batch = blankBatch(own, 1);
      batch.cardId[0] = 1;
      batch.poolId[0] = 1;
      batch.columns.ownedMs[0] = SLOT_MS;
      batch.columns.busyMs[0] = 500;
      batch.columns.observedMs[0] = observed;
      return withHolds(batch, [1], [holderId]);
    };
    const holders = async () => (await readCardHolds(db(), 1, window(own, own + SLOT_MS))).map((h) => h.holderId);
    await commit(1, full(11, 1000));
    await commit(2, full(12, 2000));
    expect(await holders()).toEqual([12]);
    await commit(3, full(13, 500));
    expect(await holders()).toEqual([12]);
  });

  test("an event said twice is one row; NUL and half characters cannot stop a commit", async () => {
    const event = {
      cardId: 1,
      at: unixMs(slot + 2 * SLOT_MS),
      kind: "xid",
      code: 79,
      count: 1,
      detail: "a\0b",
    } as const;
    await commit(1, seededBatch(slot + 2 * SLOT_MS, [1], 1), [event, { ...event, code: 48 }]);
    await commit(1, seededBatch(slot + 3 * SLOT_MS, [1], 1), [event]);
    const events = await readCardEvents(db(), 1, window(slot, slot + DAY_MS), 10);
    expect(events.map((e) => [e.code, e.detail])).toEqual([
      [48, "a\ufffdb"],
      [79, "a\ufffdb"],
    ]);
  });

  test("a nonsense count is capped, an impossible time is refused before anything is written", async () => {
    const own = slot + 4 * SLOT_MS;
    const nonsense = seededBatch(own, [1], 1);
    nonsense.columns.nvlinkErrors[0] = 1e15;
    expect((await commit(1, nonsense)).stored).toBe(1);
    const impossible = seededBatch(own + SLOT_MS, [1], 1);
    impossible.columns.busyMs[0] = 700_000;
    await expect(commit(1, impossible)).rejects.toThrow(RangeError);
    const fraction = seededBatch(own + SLOT_MS, [1], 1);
    fraction.columns.utilMs[0] = Number.NaN;
    await expect(commit(1, fraction)).rejects.toThrow(/utilMs of card 1/);
    expect(await readCommittedSlots(db(), "scrape", window(own + SLOT_MS, own + 2 * SLOT_MS))).toEqual([]);
  });

  test("a batch that does not say when and for whom its cards were ours is refused, and nothing is written", async () => {
    const own = slot + 6 * SLOT_MS;
    const make = () => {
      const batch = blankBatch(own, 2);
      batch.cardId.set([1, 2]);
      batch.poolId.fill(4);
      batch.columns.ownedMs.set([SLOT_MS, 1000]);
      batch.columns.busyMs.set([100, 100]);
      return withParts(batch);
    };
    const [part] = make().parts;
    const wrong: [RegExp, SlotBatch][] = [
      [/its part says nothing/, { ...make(), parts: [] }],
      [/its part says .*pool 5/, { ...make(), parts: [{ ...part!, poolId: 5 }] }],
      [/card 2 was ours for 1000 ms/, { ...make(), parts: [{ ...part!, to: unixMs(part!.to + 1) }] }],
      [
        /card 2 was ours/,
        { ...make(), parts: [{ ...part!, from: unixMs(own - 10), to: unixMs(own + 990) }] }, // not of this slot
      ],
      [/card 1 was ours for 300000 ms/, { ...make(), parts: [part!, { ...part!, cardId: 1 }] }],
      [/a card it has no row of/, { ...make(), parts: [part!, { ...part!, cardId: 3 }] }],
      [/a card it has no row of, or two of one/, { ...make(), parts: [part!, part!] }],
      [/have more busyMs than the card/, withHolds(make(), [1], [7, 8], 1.01)],
      [/not shared/, { ...withHolds(make(), [1], [7]), holderId: make().holderId }],
      [/not shared/, { ...make(), holds: withHolds(make(), [1], [7]).holds.map((h) => ({ ...h, cardId: 3 })) }],
      [/holder 0 holds/, withHolds(make(), [1], [0])],
    ];
    for (const [why, batch] of wrong) {
      await expect(commit(1, batch)).rejects.toThrow(why);
      const day = { source: "scrape", batches: [batch], events: [], committedAt: at, as: "rows" } as const;
      await expect(commitDay(db(), day)).rejects.toThrow(why);
    }
    const kept = await readCommittedSlots(db(), "scrape", window(own, own + SLOT_MS));
    expect(kept).toEqual([]);
    expect((await commit(1, withHolds(make(), [1, 2], [7, 8]))).stored).toBe(2);
  });

  test("gaps of a source are kept with their cause", async () => {
    await putSourceGap(db(), "scrape", window(1000, 2000), "source_down");
    await putSourceGap(db(), "scrape", window(1000, 5000), "dapan_down");
    expect(await readSourceGaps(db(), "scrape", window(4999, 9000))).toEqual([
      { from: 1000, to: 5000, cause: "dapan_down" },
    ]);
    expect(await readSourceGaps(db(), "scrape", window(5000, 9000))).toEqual([]);
  });
}

const place: Place = { vendor: "云A", region: "cn-north", zone: "a", cluster: "c1", billing: "monthly" };
const register = async (db: Database, cards: readonly Omit<SeenCard, "at">[], at: UnixMs) =>
  await registerCards(
    db,
    cards.map((card) => ({ ...card, at })),
  );
const seen = (
  uuid: string,
  node: string,
  position: string,
  more: Partial<CardSighting> = {},
): Omit<SeenCard, "at"> => ({
  source: "scrape",
  place,
  model: "A100-80G-SXM",
  card: {
    uuid,
    modelName: "NVIDIA A100-SXM4-80GB",
    node,
    position,
    driver: "550.1",
    migProfiles: ["1g.10gb"],
    holders: null,
    ...more,
  },
});

function registryTests(db: () => Database): void {
  test("a card is known by its uuid, and a move closes one stretch and opens the next", async () => {
    const first = await register(
      db(),
      [seen("GPU-1", "n1", "0000:01"), seen("GPU-2", "n1", "0000:02"), seen("GPU-1", "n1", "0000:01")],
      unixMs(1000),
    );
    expect(first.appeared).toEqual([0, 1]);
    expect(first.cardId[2]).toBe(first.cardId[0]);
    const again = await register(
      db(),
      [seen("GPU-2", "n1", "0000:02"), seen("GPU-1", "n2", "0000:01", { driver: "560" })],
      unixMs(5000),
    );
    expect(again.appeared).toEqual([]);
    expect(again.moved).toEqual([{ row: 1, from: "n1/0000:01", to: "n2/0000:01" }]);
    expect([...again.cardId]).toEqual([first.cardId[1], first.cardId[0]]);
    const card = (await readCards(db())).find((c) => c.uuid === "GPU-1");
    expect(card).toMatchObject({
      node: "n2",
      driver: "560",
      firstSeen: 1000,
      lastSeen: 5000,
      migProfiles: ["1g.10gb"],
    });
    const stretches = (await readOwnership(db(), window(0, 10_000))).filter((o) => o.cardId === card?.id);
    expect(stretches.map(({ from, to }) => [from, to])).toEqual([
      [1000, 5000],
      [5000, null],
    ]);
  });

  test("older sightings lengthen the past and never move a card", async () => {
    const old = await register(db(), [seen("GPU-1", "n1", "0000:01"), seen("GPU-2", "n9", "0000:02")], unixMs(400));
    expect(old.moved).toEqual([]);
    const id = old.cardId[0] as number;
    const stretches = await readOwnership(db(), window(0, 10_000));
    expect(stretches.filter((o) => o.cardId === id).map(({ from, to }) => [from, to])).toEqual([
      [400, 5000],
      [5000, null],
    ]);
    expect(stretches.filter((o) => o.cardId === old.cardId[1]).map(({ from, to }) => [from, to])).toEqual([
      [400, 1000],
      [1000, null],
    ]);
    expect((await readCards(db())).find((c) => c.id === id)).toMatchObject({ node: "n2", firstSeen: 400 });
  });

  test("a released card has no open stretch until it is seen again", async () => {
    const { cardId } = await register(db(), [seen("GPU-2", "n1", "0000:02")], unixMs(6000));
    await releaseCards(db(), [...cardId], unixMs(7000));
    await register(db(), [seen("GPU-2", "n1", "0000:02")], unixMs(9000));
    const stretches = (await readOwnership(db(), window(6500, 10_000))).filter((o) => o.cardId === cardId[0]);
    expect(stretches.map(({ from, to }) => [from, to])).toEqual([
      [1000, 7000],
      [9000, null],
    ]);
  });

  test("hostile names are stored as text", async () => {
    const hostile = seen("__proto__", "a\0b\ud800", "'); DROP TABLE card; --");
    const { cardId } = await register(db(), [hostile], unixMs(1000));
    expect((await readCards(db())).find((c) => c.id === cardId[0])).toMatchObject({
      uuid: "__proto__",
      node: "a\ufffdb\ufffd",
      position: "'); DROP TABLE card; --",
    });
    expect((await register(db(), [hostile], unixMs(2000))).moved).toEqual([]);
  });

  test("holders and pools keep their ids", async () => {
    const holder = (pod: string, podUid: string) => ({
      cluster: "c1",
      namespace: "ns",
      pod,
      container: "c",
      podUid,
      share: 1,
    });
    const ids = await registerHolders(db(), [holder("a", "1"), holder("b", "1"), holder("a", "1"), holder("a", "2")]);
    expect(new Set(ids).size).toBe(3);
    expect(await registerHolders(db(), [holder("a", "2")])).toEqual(ids.slice(3));
    expect((await readHolders(db(), [ids[1] as number, 0, -1])).map((h) => h.pod)).toEqual(["b"]);
    expect((await readPools(db())).filter((p) => p.vendor === "云A")).toHaveLength(1);
  });
}

function boardTests(db: () => Database): void {
  test("the board's figures are the sums of the slots", async () => {
    const day = DAY + 400;
    const twelve = ["v1", "v2"].flatMap((vendor) =>
      Array.from({ length: 6 }, (_, i) => ({
        ...seen(`GPU-${vendor}-${i}`, `node-${vendor}`, String(i)),
        place: { ...place, vendor },
      })),
    );
    const { cardId, poolId } = await register(db(), twelve, unixMs(day * DAY_MS));
    const batches = Array.from({ length: 288 }, (_, i) => {
      const batch = seededBatch(day * DAY_MS + i * SLOT_MS, [...cardId], i);
      batch.poolId.set(poolId);
      return withParts(batch);
    });
    await commitDay(db(), { source: "history", batches, events: [], committedAt: at, as: "rows" });
    const sum = (pick: (batch: SlotBatch, row: number) => number, rows: number[], from: number, to: number) =>
      batches.slice(from, to).reduce((all, batch) => all + rows.reduce((s, row) => s + pick(batch, row), 0), 0);
    const [all, v1, v2] = [[...cardId.keys()], [0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]];
    const noonOn = window(day * DAY_MS + 12 * HOUR_MS, (day + 1) * DAY_MS);

    const pools = await readPoolTime(db(), noonOn);
    expect(pools.map((p) => [p.poolId, p.utilMs])).toEqual(
      [v1, v2]
        .map((rows) => [poolId[rows[0] as number], sum((b, r) => b.columns.utilMs[r] ?? 0, rows, 144, 288)])
        .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
    );
    const vendors = await readTimeBy(db(), "vendor", noonOn);
    expect(vendors.map((v) => [v.name, v.observedMs])).toEqual(
      [
        ["v1", v1],
        ["v2", v2],
      ].map(([name, rows]) => [name, sum((b, r) => b.columns.observedMs[r] ?? 0, rows as number[], 144, 288)]),
    );
    const hours = await readFleetHours(db(), noonOn);
    expect(hours).toHaveLength(12);
    expect(hours[0]).toMatchObject({ at: noonOn.from, busyMs: sum((b, r) => b.columns.busyMs[r] ?? 0, all, 144, 156) });
    const cards = await readCardUtilisation(db(), noonOn);
    expect(cards.map((c) => c.cardId)).toEqual([...cardId].sort((a, b) => a - b));
    expect(cards.reduce((s, c) => s + c.ownedMs, 0)).toBe(sum((b, r) => b.columns.ownedMs[r] ?? 0, all, 144, 288));
    const idle = await readMostIdle(db(), window(day * DAY_MS, (day + 1) * DAY_MS), 3);
    const expected = [...cardId.keys()]
      .map((row) => sum((b, r) => (b.columns.idleHeldMs[r] ?? 0) + (b.columns.freeMs[r] ?? 0), [row], 0, 288))
      .sort((a, b) => b - a);
    expect(idle.map((c) => c.idleMs)).toEqual(expected.slice(0, 3));
    const one = await readCardHours(db(), cardId[0] as number, noonOn);
    expect(one.map((h) => h.busyMs)).toEqual(
      Array.from({ length: 12 }, (_, h) => sum((b, r) => b.columns.busyMs[r] ?? 0, [0], 144 + 12 * h, 156 + 12 * h)),
    );
  });
}
