import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GAP_CAUSES } from "../../../db/model/coverage.ts";
import type { Report } from "../../../db/model/frame.ts";
import { SLOT_COLUMNS } from "../../../db/model/slot.ts";
import { SLOT_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { CardRegistry, type KnownCard, type RegistryStore } from "../../../server/ingest/card-registry.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";
import { type BookStore, SlotBook } from "../../../server/ingest/slot-book.ts";
import { frame, pod, sighting } from "../../tools/frames.ts";
import { NO_RETURNS, staysAfter } from "../../tools/known-cards.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const T0 = Date.UTC(2026, 0, 5);
const CARDS = ["a", "b"].map((uuid) => sighting(uuid, { holders: [pod(`pod-${uuid}`)] }));

/** A database that keeps what was committed and nothing else. */
class MemoryStore implements BookStore, RegistryStore {
  readonly cards: KnownCard[] = [];
  readonly holders: string[] = [];
  journal: { slot: UnixMs; payload: Uint8Array }[] = [];
  readonly slots = new Map<number, unknown>();
  commits = 0;
  failing = false;

  loadCards = async () => this.cards;
  loadReturned = NO_RETURNS.loadReturned;
  noteReturned = NO_RETURNS.noteReturned;
  loadCard = NO_RETURNS.loadCard;
  ensureCards: RegistryStore["ensureCards"] = async (wanted) =>
    wanted.map((w) => {
      const had = this.cards.findIndex((c) => c.uuid === w.uuid);
      const card: KnownCard = {
        ...w,
        id: had < 0 ? this.cards.length + 1 : had + 1,
        pool: { ...w.pool, id: 1 },
        ownedFrom: had < 0 ? w.firstSeenAt : this.cards[had]!.ownedFrom,
        stays: staysAfter(this.cards[had], w, 1),
      };
      if (had < 0) this.cards.push(card);
      else this.cards[had] = card;
      return card;
    });
  ensureHolders: RegistryStore["ensureHolders"] = async (wanted) =>
    wanted.map((h) => {
      if (!this.holders.includes(h.pod)) this.holders.push(h.pod);
      return this.holders.indexOf(h.pod) + 1;
    });
  readJournal = async () => this.journal;
  appendJournal: BookStore["appendJournal"] = async (entries) => {
    if (this.failing) throw new Error("database is away");
    this.journal.push(...entries.map(({ slot, payload }) => ({ slot, payload: payload.slice() })));
  };
  commitSlot: BookStore["commitSlot"] = async ({ batch, events, carry }) => {
    if (this.failing) throw new Error("database is away");
    this.commits += 1;
    const rows = Array.from({ length: batch.count }, (_, i) => [
      batch.cardId[i],
      batch.holderId[i],
      batch.gapCause[i],
      ...SLOT_COLUMNS.map((c) => batch.columns[c.name][i]),
    ]);
    this.slots.set(batch.slot, { rows, holds: batch.holds, events });
    this.journal = this.journal.filter((e) => e.slot !== batch.slot);
    const next = this.journal.findIndex((e) => e.slot > batch.slot);
    this.journal.splice(next < 0 ? 0 : next, 0, { slot: unixMs(batch.slot + SLOT_MS), payload: carry.slice() });
  };
  lastSlot = async () => (this.slots.size === 0 ? null : unixMs(Math.max(...this.slots.keys())));
}

async function open(store: MemoryStore, clock = manualClock(unixMs(T0))) {
  const registry = new CardRegistry(store);
  await registry.load();
  const book = new SlotBook({ source: "scrape", clock, store, registry, rules: DEFAULT_STATE_RULES, graceMs: 15_000 });
  await book.restore();
  const take = async (report: Report) => {
    if (report.kind === "frame") await registry.settle([report], "scrape");
    return book.add(report);
  };
  return { book, take, clock };
}

/** A quarter of an hour of scrapes every 15 s, with a hole and an exporter that forgets a card. */
const SCRAPES: Report[] = Array.from({ length: 62 }, (_, i) => T0 + i * 15_000)
  .filter((at) => at < T0 + 200_000 || at > T0 + 400_000)
  .map((at, i) =>
    frame("x", at, at > T0 + 700_000 ? CARDS.slice(0, 1) : CARDS, {
      utilRatio: i % 3 === 0 ? 0 : 0.9,
      memoryUsedBytes: 2 ** 33,
      energyJoules: i * 1000,
    }),
  );

describe("SlotBook", () => {
  test("a process killed at any moment after a save, and started again, ends with the same slots", async () => {
    const calm = new MemoryStore();
    const one = await open(calm);
    for (const report of SCRAPES) {
      await one.clock.advance(report.at - one.clock.now());
      await one.take(report);
      await one.book.save();
      await one.book.closeDue();
    }
    expect(calm.slots.size).toBe(3);

    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(SCRAPES.length - 1), { maxLength: 6 }), async (kills) => {
        const store = new MemoryStore();
        const clock = manualClock(unixMs(T0));
        let process = await open(store, clock);
        for (const [i, report] of SCRAPES.entries()) {
          await clock.advance(report.at - clock.now());
          await process.take(report);
          await process.book.save();
          if (kills.includes(i)) process = await open(store, clock);
          await process.book.closeDue();
        }
        expect(Object.fromEntries(store.slots)).toEqual(Object.fromEntries(calm.slots));
      }),
      { numRuns: 60 },
    );
  });

  test("what came while the database was away is kept and saved when it is back", async () => {
    const store = new MemoryStore();
    const { book, take } = await open(store);
    await take(SCRAPES[0]!);
    store.failing = true;
    await expect(book.save()).rejects.toThrow("away");
    await take(SCRAPES[1]!);
    expect(book.unsaved).toBe(2);
    store.failing = false;
    await book.save();
    expect((await open(store)).book.unsaved).toBe(0);
    expect(store.journal).toHaveLength(1);
  });

  test("time in which nobody ran is missing because Dapan was down, and every slot of it is settled", async () => {
    const store = new MemoryStore();
    const first = await open(store);
    await first.take(frame("x", T0, CARDS, { utilRatio: 1 }));
    await first.book.save();
    const later = await open(store, manualClock(unixMs(T0 + 3 * SLOT_MS + 20_000)));
    await later.book.closeDue();
    const rows = [...store.slots.values()].map((s) => (s as { rows: number[][] }).rows[0]!);
    expect(rows.map((r) => r[2])).toEqual([4, 4, 4]); // dapan_down
    expect(rows.map((r) => r[4])).toEqual([30_000, 0, 0]); // observed: the reach of the last reading
  });

  test("a card that changed its pool after a slot, before it was closed, is booked where it stood", async () => {
    const store = new MemoryStore();
    const ensure = store.ensureCards;
    let pool = 1;
    const known = new Map<string, KnownCard>();
    store.ensureCards = async (wanted, isThere) =>
      (await ensure(wanted, isThere)).map((c, i) => {
        const stays = staysAfter(known.get(c.uuid), wanted[i]!, pool);
        known.set(c.uuid, { ...c, stays, pool: { ...c.pool, id: pool } });
        return known.get(c.uuid)!;
      });
    const { book, take, clock } = await open(store);
    const pools: number[] = [];
    const commit = store.commitSlot;
    store.commitSlot = async (closed) => {
      pools.push(closed.batch.poolId[0]!);
      await commit(closed);
    };
    await take(frame("x", T0, CARDS, { utilRatio: 1 }));
    pool = 2;
    const moved = frame("x", T0 + SLOT_MS + 11_000, CARDS.slice(), { utilRatio: 1 });
    await take({ ...moved, place: { ...moved.place, cluster: "c2" } });
    await clock.advance(2 * SLOT_MS + 20_000);
    await book.closeDue();
    await take(frame("x", T0 + 2 * SLOT_MS + 20_000, CARDS, { utilRatio: 1 }));
    await clock.advance(SLOT_MS);
    await book.closeDue();
    expect(pools).toEqual([1, 1, 2]); // it left within the second
  });

  test.each([false, true])(
    "a card that drops over the border of slots and comes back with another XID has that event (restarted: %s)",
    async (isRestarted) => {
      const store = new MemoryStore();
      const clock = manualClock(unixMs(T0));
      let process = await open(store, clock);
      const say = async (minute: number, cards: typeof CARDS, xidCode: number) => {
        await clock.advance(T0 + minute * 60_000 - clock.now());
        await process.take(
          frame("x", T0 + minute * 60_000, cards, { utilRatio: 0, xidCode, eccUncorrectedTotal: xidCode }),
        );
        await process.book.save();
        await process.book.closeDue();
        if (isRestarted) process = await open(store, clock);
      };
      for (let minute = 0; minute < 18; minute += 1) {
        const isGone = minute >= 3 && minute < 13;
        if (minute === 3)
          process.book.add({ kind: "silence", origin: "x", at: unixMs(clock.now() + 1), cause: "source_down" });
        await say(minute, isGone ? CARDS.slice(0, 1) : CARDS, minute < 13 ? 0 : 79);
      }
      const slots = [...store.slots.values()] as { rows: number[][]; events: { cardId: number; kind: string }[] }[];
      expect(slots.map(({ events }) => events.length)).toEqual([0, 0, 4]);
      expect(slots[2]!.events).toMatchObject([
        { cardId: 1, kind: "xid", code: 79, at: T0 + 13 * 60_000 },
        { cardId: 1, kind: "ecc_uncorrected", count: 79 },
        { cardId: 2, kind: "xid", code: 79, at: T0 + 13 * 60_000 },
        { cardId: 2, kind: "ecc_uncorrected", count: 79 },
      ]);
      const gone = slots[1]!.rows[1]!;
      expect([gone[2], gone[4]]).toEqual([GAP_CAUSES.indexOf("card_gone"), 0]);
    },
  );

  test("a piece of the journal that cannot be read is missing, and the process starts all the same", async () => {
    const store = new MemoryStore();
    const { book, take } = await open(store);
    await take(SCRAPES[0]!);
    await book.save();
    await take(frame("y", T0 + 15_000, [CARDS[0]!], {}));
    await book.save();
    store.journal.shift(); // the piece that explained the names of the next is gone
    const registry = new CardRegistry(store);
    const clock = manualClock(unixMs(T0 + 20_000));
    const again = new SlotBook({
      source: "scrape",
      clock,
      store,
      registry,
      rules: DEFAULT_STATE_RULES,
      graceMs: 15_000,
    });
    expect(await again.restore()).toMatchObject({ reports: 0, unreadable: 1 });
  });

  test("a report for a slot that is closed is counted, not added", async () => {
    const { book, take, clock } = await open(new MemoryStore());
    await take(SCRAPES[0]!);
    await clock.advance(SLOT_MS + 20_000);
    await book.closeDue();
    expect(await take(SCRAPES[1]!)).toBe(false);
    expect(book.late).toBe(1);
  });
});
