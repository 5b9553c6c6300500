import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { SLOT_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";
import { CardRegistry, type KnownCard, type RegistryStore } from "../../../server/ingest/card-registry.ts";
import { Ingest } from "../../../server/ingest/ingest.ts";
import { LiveFleet } from "../../../server/ingest/live-fleet.ts";
import { type BookStore, SlotBook } from "../../../server/ingest/slot-book.ts";
import { frame, sighting } from "../../tools/frames.ts";
import { NO_RETURNS, staysAfter } from "../../tools/known-cards.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const T0 = Date.UTC(2026, 0, 5);
const [A, B] = [sighting("a"), sighting("b")];

function open() {
  const clock = manualClock(unixMs(T0));
  const journal: UnixMs[] = [];
  const committed: number[] = [];
  let ids = 0;
  const store: BookStore & RegistryStore = {
    ...NO_RETURNS,
    loadCards: async () => [],
    ensureCards: async (cards) => {
      if (cards.some((c) => c.uuid === "b")) throw new Error("one card too many");
      return cards.map((c): KnownCard => ({
        ...c,
        id: (ids += 1),
        pool: { ...c.pool, id: 1 },
        ownedFrom: c.firstSeenAt,
        stays: staysAfter(undefined, c, 1),
      }));
    },
    ensureHolders: async (holders) => holders.map((_, i) => i + 1),
    readJournal: async () => [],
    appendJournal: async (entries) => void journal.push(...entries.map((e) => e.slot)),
    commitSlot: async ({ batch }) => void committed.push(batch.slot),
    lastSlot: async () => null,
  };
  const registry = new CardRegistry(store);
  const book = new SlotBook({ source: "scrape", clock, store, registry, rules: DEFAULT_STATE_RULES, graceMs: 15_000 });
  const live = new LiveFleet(DEFAULT_STATE_RULES);
  const ingest = new Ingest({ clock, log: pino({ level: "silent" }), book, registry, live, journalMs: 15_000 });
  return { clock, journal, committed, book, live, ingest, registry };
}

describe("Ingest", () => {
  test("a card that cannot be registered waits alone: the known ones are saved and closed", async () => {
    const { clock, journal, committed, ingest } = open();
    ingest.take(frame("x", T0, [A], { utilRatio: 1 }));
    await ingest.step();
    ingest.take(frame("y", T0 + 1000, [B], { utilRatio: 1 }));
    ingest.take(frame("x", T0 + 15_000, [A], { utilRatio: 1 }));
    await clock.advance(SLOT_MS + 20_000);
    await expect(ingest.step()).rejects.toThrow("one card too many");
    expect(journal.length).toBeGreaterThan(0);
    expect(committed).toEqual([T0]);
    await expect(ingest.stop()).rejects.toThrow("one card too many");
  });

  test("a clock that ran ahead and was set right refuses nothing, and the board shows what is read now", async () => {
    const { clock, committed, ingest, book, live } = open();
    clock.jump(8 * 3_600_000);
    const ahead = clock.now();
    ingest.take(frame("x", ahead, [A], { utilRatio: 1 }));
    await ingest.step();
    await clock.advance(SLOT_MS + 20_000);
    await ingest.step();
    expect(committed).toHaveLength(1);
    clock.jump(-8 * 3_600_000);
    ingest.take(frame("x", clock.now(), [A], { utilRatio: 0 }));
    await ingest.step();
    expect(book.late).toBe(0);
    expect(live.asOf()).toBe(clock.now());
    expect(live.row("a")).toMatchObject({ state: "free" });
  });

  test("cards of a source that left the configuration go to the next that sees them", async () => {
    const { registry } = open();
    registry.setSources(["prom-a"]);
    await registry.settle([frame("x", T0, [A], {})], "prom-a");
    await registry.settle([frame("y", T0 + 1, [A], {})], "prom-b");
    expect(registry.slotCards("prom-a")).toHaveLength(1); // both there: the first keeps it
    registry.setSources(["prom-b"]);
    await registry.settle([frame("y", T0 + 2, [A], {})], "prom-b");
    expect([registry.slotCards("prom-a").length, registry.slotCards("prom-b").length]).toEqual([0, 1]);
  });
});
