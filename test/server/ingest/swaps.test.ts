import fc from "fast-check";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import type { CardFrame } from "../../../db/model/frame.ts";
import { SLOT_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { releaseCards } from "../../../db/store/registry.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";
import { CardRegistry, isOurs } from "../../../server/ingest/card-registry.ts";
import { atOnce } from "../../../server/ingest/pieces.ts";
import { summarisePulled } from "../../../server/ingest/pulled-slot.ts";
import { registryStore } from "../../../server/ingest/registry-store.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { frame, sighting } from "../../tools/frames.ts";

const T0 = Date.UTC(2026, 0, 5);
const at = (uuid: string, position: string, node = "node-1") => sighting(uuid, { position, node });
const saw = (time: number, ...cards: ReturnType<typeof at>[]): CardFrame => frame("x", T0 + time, cards, {});

let dataDir = "";
let db: Database;
beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
}, 60_000);
afterAll(async () => {
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  await db.query("TRUNCATE card_ownership, card_event, card, node, pool, card_life RESTART IDENTITY CASCADE");
});

const stretches = () =>
  db.query<{ uuid: string; from: number; to: number | null; position: string }>(
    `SELECT c.uuid, o.from_ms - ${T0} AS "from", o.to_ms - ${T0} AS "to", o.position
     FROM card_ownership o JOIN card c ON c.id = o.card_id ORDER BY o.from_ms, c.uuid`,
  );
const events = () =>
  db.query<{ uuid: string; kind: string; detail: string; at: number }>(
    `SELECT c.uuid, kind, detail, at_ms - ${T0} AS at FROM card_event e JOIN card c ON c.id = e.card_id ORDER BY kind, c.uuid`,
  );

describe("a new card at the position of one that vanished", () => {
  test("takes its place from then on, and both are told so", async () => {
    const registry = new CardRegistry(registryStore(db));
    await registry.settle([saw(0, at("a", "p0"), at("b", "p1"))], "scrape");
    await registry.settle([saw(1_000, at("b", "p1"))], "scrape"); // it drops
    const changed = await registry.settle([saw(60_000, at("b", "p1"), at("c", "p0"))], "scrape");
    expect(await stretches()).toEqual([
      { uuid: "a", from: 0, to: 60_000, position: "p0" },
      { uuid: "b", from: 0, to: null, position: "p1" },
      { uuid: "c", from: 60_000, to: null, position: "p0" },
    ]);
    expect(await events()).toEqual([
      { uuid: "c", kind: "swapped_in", detail: "a", at: 60_000 },
      { uuid: "a", kind: "swapped_out", detail: "c", at: 60_000 },
    ]);
    expect(changed.map((card) => [card.uuid, isOurs(card)])).toEqual([
      ["c", true],
      ["a", false],
    ]);
  });

  test("is the same swap when the past is read backwards", async () => {
    const registry = new CardRegistry(registryStore(db));
    await registry.settle([saw(60_000, at("c", "p0"))], "prom");
    await registry.settle([saw(0, at("a", "p0"))], "prom");
    expect(await stretches()).toEqual([
      { uuid: "a", from: 0, to: 60_000, position: "p0" },
      { uuid: "c", from: 60_000, to: null, position: "p0" },
    ]);
  });

  test("replaces nobody who is still named, or heard by another exporter", async () => {
    const heard = new CardRegistry(registryStore(db), (uuid, origin) => uuid === "a" && origin !== "y");
    await heard.settle([frame("y", T0, [at("a", "p0"), at("b", "p0")], {})], "scrape"); // two in one frame
    await heard.settle([frame("x", T0 + 1_000, [at("c", "p0")], {})], "scrape");
    const open = (await stretches()).filter((s) => s.to === null).map((s) => s.uuid);
    expect(open).toEqual(["a", "c"]); // b is heard of nobody
  });

  test("a number of a card is not a place: cards that shift up replace nobody", async () => {
    const registry = new CardRegistry(registryStore(db));
    await registry.settle([saw(0, at("a", "index:0"), at("b", "index:1"))], "scrape");
    await registry.settle([saw(1_000, at("b", "index:0"))], "scrape");
    expect((await stretches()).filter((s) => s.uuid === "a").map((s) => s.to)).toEqual([null]);
  });

  test("a card that was swapped out and is seen elsewhere is ours again from then on", async () => {
    const registry = new CardRegistry(registryStore(db));
    await registry.settle([saw(0, at("a", "p0"))], "scrape");
    await registry.settle([saw(60_000, at("c", "p0"))], "scrape");
    const spare = frame("y", T0 + 90_000, [at("a", "p7", "node-2")], {});
    await registry.settle([spare], "scrape");
    expect((await stretches()).filter((s) => s.uuid === "a")).toEqual([
      { uuid: "a", from: 0, to: 60_000, position: "p0" },
      { uuid: "a", from: 90_000, to: null, position: "p7" },
    ]);
    expect(isOurs(registry.get("a")!)).toBe(true);
  });
});

test("T-09: whatever is seen, and in whatever order, a position never counts more than one card-second a second", async () => {
  const seen = fc.record({ uuid: fc.constantFrom("a", "b", "c"), spot: fc.constantFrom("p0", "p1"), slot: fc.nat(6) });
  await fc.assert(
    fc.asyncProperty(fc.array(seen, { minLength: 1, maxLength: 12 }), async (all) => {
      await db.query("TRUNCATE card_ownership, card_event, card, node, pool, card_life RESTART IDENTITY CASCADE");
      const registry = new CardRegistry(registryStore(db));
      // A card stands in one place at a time, and a place holds one card at a time: what a real node can show.
      const bySlot = new Map<number, Map<string, string>>();
      for (const { uuid, spot, slot } of all) {
        const there = bySlot.get(slot) ?? new Map<string, string>();
        if (![...there.values()].includes(spot)) there.set(uuid, spot);
        bySlot.set(slot, there);
      }
      for (const [slot, there] of bySlot)
        await registry.settle([saw(slot * SLOT_MS, ...[...there].map(([uuid, spot]) => at(uuid, spot)))], "prom");
      const stays = await stretches();
      for (const one of stays)
        for (const other of stays) {
          if (one.uuid === other.uuid || one.position !== other.position) continue;
          const overlap = Math.min(one.to ?? Infinity, other.to ?? Infinity) - Math.max(one.from, other.from);
          expect(overlap, JSON.stringify([one, other, [...bySlot].map(([s, m]) => [s, ...m])])).toBeLessThanOrEqual(0);
        }
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("the past of a moved card is booked to the pool it stood in, also when it is read backwards", async () => {
  const registry = new CardRegistry(registryStore(db));
  const later = saw(2 * SLOT_MS, at("a", "p0"));
  await registry.settle([{ ...later, place: { ...later.place, cluster: "c2" } }], "prom");
  const moved = registry.get("a")!.pool.id;
  await registry.settle([saw(0, at("a", "p0"))], "prom");
  const poolOf = (card: CardRegistry, slot: number) => {
    const { batch } = atOnce(summarisePulled(card, DEFAULT_STATE_RULES, "prom", unixMs(T0 + slot * SLOT_MS), []));
    return [...batch.poolId];
  };
  const restarted = new CardRegistry(registryStore(db));
  await restarted.load();
  for (const known of [registry, restarted]) {
    const [before] = poolOf(known, 0);
    expect(before).not.toBe(moved);
    expect([poolOf(known, 1), poolOf(known, 2)]).toEqual([[before], [moved]]);
  }
});

describe("a card that was given back", () => {
  test("stays given back while it still reports, which is noted once, and is ours again when it is handed over again", async () => {
    const registry = new CardRegistry(registryStore(db));
    await registry.settle([saw(0, at("a", "p0"))], "scrape");
    const id = registry.get("a")!.id;
    await releaseCards(db, [id], unixMs(T0 + 1_000));
    await db.query(
      `INSERT INTO card_life (at_ms, card, stage, contract, who, why, recorded_at_ms) VALUES (${T0 + 1_000}, 'a', 'returned', '', '', '', 0)`,
    );
    expect(isOurs((await registry.giveBack("a", T0 + 1_000))!)).toBe(false);
    await registry.settle([saw(2_000, at("a", "p0"))], "scrape");
    await registry.settle([saw(3_000, at("a", "p0"))], "scrape");
    const again = new CardRegistry(registryStore(db));
    await again.load();
    await again.settle([saw(4_000, at("a", "p0"))], "scrape");
    expect((await stretches()).map((s) => s.to)).toEqual([1_000]);
    expect(await events()).toEqual([{ uuid: "a", kind: "seen_after_return", detail: "", at: 2_000 }]);

    await db.query(
      `INSERT INTO card_life (at_ms, card, stage, contract, who, why, recorded_at_ms) VALUES (${T0 + 4_500}, 'a', 'delivered', '', '', '', 0)`,
    );
    await registry.giveBack("a", null);
    await registry.settle([saw(5_000, at("a", "p0"))], "scrape");
    expect((await stretches()).map((s) => [s.from, s.to])).toEqual([
      [0, 1_000],
      [5_000, null],
    ]);
    expect(registry.slotCards("scrape")[0]!.stays).toEqual([
      { from: T0, to: T0 + 1_000, poolId: 1 },
      { from: T0 + 5_000, to: Infinity, poolId: 1 },
    ]);
  });
});

test("frames that were being settled while a card was given back are looked at again", async () => {
  const store = registryStore(db);
  let meanwhile: () => unknown = () => undefined;
  const registry = new CardRegistry({
    ...store,
    ensureCards: async (...asked) => {
      const known = await store.ensureCards(...asked);
      await meanwhile();
      return known;
    },
  });
  const one = saw(0, at("a", "p0"));
  meanwhile = () => registry.giveBack("a", T0);
  await registry.settle([one], "scrape");
  expect(registry.isSettled(one)).toBe(false);
  const other = saw(1_000, at("b", "p1"));
  meanwhile = () => registry.setSources(["scrape"]);
  await registry.settle([other], "scrape");
  expect(registry.isSettled(other)).toBe(false);
  await registry.settle([other], "scrape");
  expect(registry.isSettled(other)).toBe(true);
});
