import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import type { Silence } from "../../../../db/model/frame.ts";
import { GAP_CAUSES } from "../../../../db/model/coverage.ts";
import { WHOLE_FLEET } from "../../../../db/model/report.ts";
import type { SlotBatch } from "../../../../db/model/slot.ts";
import { MINUTE_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { DEFAULT_STATE_RULES } from "../../../../server/domain/card-state.ts";
import { bookStore } from "../../../../server/ingest/book-store.ts";
import { CardRegistry } from "../../../../server/ingest/card-registry.ts";
import { writeHistory } from "../../../../server/ingest/history.ts";
import { registryStore } from "../../../../server/ingest/registry-store.ts";
import { type NodeDown, SlotBook } from "../../../../server/ingest/slot-book.ts";
import { certify } from "../../../../server/usecases/patrol/coverage.ts";
import { freshDataDir, open } from "../../../db/databases.ts";
import { frame, sighting } from "../../../tools/frames.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { NO_BOOKING } from "../../../tools/no-booking.ts";

const T0 = unixMs(Date.UTC(2026, 10, 20, 8));
const minute = (n: number) => unixMs(T0 + n * MINUTE_MS);
const EVERY = 15_000;
const FROM = minute(10);
const TO = minute(20);
const NODES = ["calm", "exporter", "node", "card"] as const;
const cardsOf = (node: string) => [0, 1].map((i) => sighting(`${node}-${i}`, { node, position: String(i) }));
const CARDS = new Map(NODES.map((node) => [node, cardsOf(node)]));
const FEWER = cardsOf("card").slice(0, 1);

let dataDir = "";
let db: Database;
beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
});
afterAll(async () => {
  await db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("killing an exporter, a node, a card and the process each gives its own cause, and nothing else is missing", async () => {
  const clock = manualClock(T0);
  const isNodeDown: NodeDown = (uuid, window) => uuid.startsWith("node-") && window.from < TO && window.to > FROM;
  const start = async () => {
    const registry = new CardRegistry(registryStore(db));
    await registry.load();
    const store = bookStore(db, "scrape", clock, NO_BOOKING);
    const book = new SlotBook({
      source: "scrape",
      clock,
      store,
      registry,
      rules: DEFAULT_STATE_RULES,
      graceMs: EVERY,
      isNodeDown,
    });
    await book.restore();
    return { book, registry };
  };
  let running = await start();
  const scrape = async (): Promise<void> => {
    const at = clock.now();
    const isTrouble = at >= FROM && at < TO;
    for (const node of NODES) {
      const silence: Silence = { kind: "silence", origin: node, at, cause: "source_down" };
      const cards = isTrouble && node === "card" ? FEWER : (CARDS.get(node) ?? []);
      const said =
        isTrouble && (node === "exporter" || node === "node") ? silence : frame(node, at, cards, {}, 2 * EVERY);
      if (said.kind === "frame") await running.registry.settle([said], "scrape");
      running.book.add(said);
    }
    if (at % MINUTE_MS === 0) await running.book.save();
    await running.book.closeDue();
  };
  for (; clock.now() < minute(25); await clock.advance(EVERY)) await scrape();
  await running.book.save();
  await clock.advance(10 * MINUTE_MS); // nobody is there
  running = await start();
  for (; clock.now() < minute(50); await clock.advance(EVERY)) await scrape();

  const { byCause, holes, ownedMs, observedMs } = await certify(db, {
    from: T0,
    to: minute(45),
    scope: WHOLE_FLEET,
    zone: "UTC",
  });
  expect(ownedMs).toBe(8 * 45 * MINUTE_MS);
  expect(new Map(byCause.map(({ cause, ms, cards }) => [cause, [ms, cards]]))).toEqual(
    new Map([
      ["dapan_down", [8 * (10 * MINUTE_MS - EVERY), 8]], // the last reading spoke twice its interval
      ["source_down", [2 * 10 * MINUTE_MS, 2]],
      ["node_down", [2 * 10 * MINUTE_MS, 2]],
      ["card_gone", [10 * MINUTE_MS, 1]],
    ]),
  );
  expect(ownedMs - observedMs).toBe(byCause.reduce((sum, { ms }) => sum + ms, 0));
  const at = (cause: string) =>
    holes.filter((hole) => hole.cause === cause).map(({ node, from, to }) => [node, from, to]);
  expect(at("node_down")).toEqual([["node", FROM, TO]]);
  expect(at("source_down")).toEqual([["exporter", FROM, TO]]);
  expect(at("card_gone")).toEqual([["card", FROM, TO]]);
  expect(at("dapan_down").map(([node]) => node)).toEqual(["calm", "card", "exporter", "node"]);
  expect(holes.every(({ from, to }) => from % SLOT_MS === 0 && to % SLOT_MS === 0)).toBe(true);
});

test("a card gone for days is gone on each of them, in a past written at once too", async () => {
  const registry = new CardRegistry(registryStore(db));
  await registry.load();
  const both = [0, 1].map((i) => sighting(`past-${i}`, { node: "past", position: String(i) }));
  const one = both.slice(0, 1);
  const past = Array.from({ length: 3 * 288 }, (_, i) => [
    frame("past", T0 + i * SLOT_MS, i < 12 ? both : one, {}, 2 * SLOT_MS),
  ]);
  const causes = new Set<string>();
  const commitDay = async ({ batches }: { readonly batches: readonly SlotBatch[] }): Promise<void> => {
    for (const batch of batches.slice(-12)) causes.add(GAP_CAUSES[batch.gapCause[1] ?? 0] ?? "");
  };
  await writeHistory(past, {
    from: T0,
    to: unixMs(T0 + past.length * SLOT_MS),
    source: "past",
    store: { commitDay },
    registry,
    rules: DEFAULT_STATE_RULES,
    progress: () => undefined,
    stopping: new AbortController().signal,
  });
  expect([...causes]).toEqual(["card_gone"]);
});
