import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database, Tx } from "../../../../db/database.ts";
import { DAY_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { appendStep, REGISTRY_LOCK } from "../../../../db/store/card-life.ts";
import { commitSlot } from "../../../../db/store/slots.ts";
import type { InventoryPort } from "../../../../server/usecases/inventory/inventory-port.ts";
import { createInventory } from "../../../../server/usecases/inventory/inventory-port.ts";
import { applyCapacity, previewCapacity } from "../../../../server/usecases/inventory/import-capacity.ts";
import { NO_KUBE } from "../../../../server/usecases/inventory/inventory-view.ts";
import { DEFAULT_STATE_RULES } from "../../../../server/domain/card-state.ts";
import { CardRegistry } from "../../../../server/ingest/card-registry.ts";
import { LiveFleet } from "../../../../server/ingest/live-fleet.ts";
import { atOnce } from "../../../../server/ingest/pieces.ts";
import { summarisePulled } from "../../../../server/ingest/pulled-slot.ts";
import { registryStore } from "../../../../server/ingest/registry-store.ts";
import type { AliasesPort } from "../../../../server/context.ts";
import { createAliases } from "../../../../server/usecases/pricing/aliases-port.ts";
import { createBoardPast } from "../../../../server/usecases/board/board-past.ts";
import { freshDataDir, open } from "../../../db/databases.ts";
import { frame, PLACE, sighting } from "../../../tools/frames.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { pino } from "pino";
import { holdConfig } from "../../../../server/config/holder.ts";
import { readConfig } from "../../../../server/config/read.ts";

const T0 = Date.UTC(2026, 0, 5);
const clock = manualClock(unixMs(T0));
const BUSY = { utilRatio: 0.9, memoryUsedBytes: 2 ** 33 };
const node = (name: string, ...uuids: string[]) => uuids.map((uuid) => sighting(uuid, { node: name }));

let dataDir = "";
let db: Database;
let live: LiveFleet;
let registry: CardRegistry;
let inventory: InventoryPort;
let aliases: AliasesPort;
beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
  live = new LiveFleet(DEFAULT_STATE_RULES);
  registry = new CardRegistry(registryStore(db), (...said) => live.isHeard(...said));
  const onCard = (card: Parameters<LiveFleet["know"]>[0]) => live.know(card);
  aliases = await createAliases(db, clock);
  const zone = () => "Asia/Shanghai";
  inventory = createInventory({ db, clock, zone, live, registry, onCard, kube: NO_KUBE, aliases });
}, 60_000);
afterAll(async () => {
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function hear(origin: string, cards: ReturnType<typeof node>): Promise<void> {
  const one = frame(origin, clock.now(), cards, BUSY);
  for (const card of await registry.settle([one], "scrape")) live.know(card);
  live.hear(one);
}
const reading = readConfig("timeZone: Asia/Shanghai", "dapan.yaml", {});
if (!reading.ok) throw new Error("the test's config is wrong");
const config = holdConfig(reading.config, null, pino({ level: "silent" }));
const deps = () => ({ clock, inventory, config, past: createBoardPast(db) });
const csv = (...rows: string[]) =>
  new TextEncoder().encode(["vendor,model,node,count,contract,from,to", ...rows].join("\n"));
const load = async (...rows: string[]) => {
  const file = { name: "c.csv", bytes: csv(...rows), whole: false };
  const { fingerprint } = await previewCapacity(deps(), file);
  return applyCapacity(deps(), { ...file, fingerprint, who: "t", why: "test", via: "c.csv" });
};
const pool = async () => [...(await inventory.counts(null, null)).values()][0];

test("what is declared is compared with what is seen: two missing, one nobody declared", async () => {
  await hear("n1", node("gpu-1", "a", "b", "c"));
  await hear("n2", node("gpu-2", "d", "e"));
  expect(await pool()).toMatchObject({ declared: null, delivered: 5, healthy: 5, busy: 5, missing: 0, ghost: 0 });
  await load("cloud-a,A10,gpu-1,2,C-1,2026-01-01,", "cloud-a,A10,gpu-2,4,C-1,2026-01-01,");
  expect(await pool()).toMatchObject({ declared: 6, delivered: 5, missing: 2, ghost: 1 });
  const view = await inventory.view({ at: null, knownAt: null, everyNode: false });
  expect(view.nodes.map((n) => [n.node, n.missing, n.ghost, n.hint])).toEqual([
    ["gpu-2", 2, [], "never_seen"],
    ["gpu-1", 0, ["c"], null],
  ]);
  expect(await inventory.contractsOf(view.pools[0]!.id)).toEqual(["C-1"]);
});

test("a card that its exporter no longer names is missing; one of a silent exporter is not", async () => {
  await clock.advance(10_000);
  await hear("n2", node("gpu-2", "d"));
  expect(await pool()).toMatchObject({ delivered: 5, healthy: 4, missing: 3 });
  live.silence({ kind: "silence", origin: "n1", at: clock.now(), cause: "source_down" });
  live.sweep(clock.now());
  expect(await pool()).toMatchObject({ delivered: 5, healthy: 1, missing: 3, silent: 3, ghost: 0 });
  await hear("n1", node("gpu-1", "a", "b", "c"));
});

test("a file says row by row what it changes, and the same file again changes nothing", async () => {
  const rows = ["cloud-a,A10,gpu-1,2,C-1,2026-01-01,", "cloud-a,A10,gpu-2,2,C-1,2026-03-01,", "cloud-b,,,7,C-2,,"];
  const file = { name: "c.csv", bytes: csv(...rows), whole: true };
  const shown = await previewCapacity(deps(), file);
  expect(shown.changes.map((c) => [c.row, c.kind, c.pools])).toEqual([
    [2, "same", 1],
    [3, "changed", 1],
    [4, "added", 0],
  ]);
  const apply = () =>
    applyCapacity(deps(), { ...file, fingerprint: shown.fingerprint, who: "t", why: "w", via: "c.csv" });
  expect(await apply()).toEqual({ changed: true });
  await expect(apply()).rejects.toThrow("somebody changed what is declared");
  expect(await load(...rows)).toEqual({ changed: false });
  const stretches = (await inventory.capacity(null)).filter((c) => c.node === "gpu-2");
  expect(stretches.map((c) => [c.count, c.to === null])).toEqual([
    [4, false],
    [2, true],
  ]);
});

test("every wrong row is named, and then nothing is declared", async () => {
  const rows = [
    "cloud-a,A10,,x,,,",
    "cloud-a,A10,,,,,",
    "cloud-a,A10,,5,,2026-02-30,",
    ",,,5,,,",
    "a,,,1,,2026-02-01,2026-01-01",
    "b,,,1,,,",
    "b,,,2,,,",
  ];
  const file = { name: "c.csv", bytes: csv(...rows), whole: false };
  const { errors, fingerprint } = await previewCapacity(deps(), file);
  expect(errors.map((e) => [e.row, e.key])).toEqual([
    [2, "number"],
    [3, "blank"],
    [4, "date"],
    [5, "nothing_said"],
    [6, "order"],
    [8, "overlap"],
  ]);
  const before = await inventory.capacity(null);
  await expect(applyCapacity(deps(), { ...file, fingerprint, who: "t", why: "w", via: "" })).rejects.toThrow(
    "6 rows are wrong",
  );
  expect(await inventory.capacity(null)).toEqual(before);
});

test("YAML says the same, and 包年包月 is a billing type", async () => {
  const bytes = new TextEncoder().encode(
    "capacity:\n  - {vendor: x, billing: 包年包月, count: 3, from: 2026-01-01}\n  - {vendor: x, cuont: 3}\n",
  );
  const { changes, errors } = await previewCapacity(deps(), { name: "c.yaml", bytes, whole: false });
  expect(changes[0]?.after).toMatchObject({ count: 3, selector: { vendor: "x", billing: "monthly" } });
  expect(errors.map((e) => [e.row, e.key])).toEqual([
    [2, "unknown_column"],
    [2, "blank"],
  ]);
});

test("a card given back is no longer ours, missing or shown; its slot ends at that instant", async () => {
  await clock.advance(60_000);
  await hear("n1", node("gpu-1", "a", "b", "c"));
  const at = clock.now();
  await expect(
    inventory.addStep({ card: "a", stage: "delivered", at, contract: "", who: "t", why: "w" }),
  ).rejects.toThrow("delivered cannot follow nothing; what can: accepted, in_use, fault, rma, returned");
  await inventory.addStep({ card: "a", stage: "returned", at, contract: "C-1", who: "t", why: "end of term" });
  expect(live.row("a")).toBeNull();
  expect(await pool()).toMatchObject({ delivered: 4 });
  await clock.advance(10_000);
  await hear("n1", node("gpu-1", "a", "b", "c"));
  expect(live.row("a")).toBeNull();
  const { returned } = await inventory.view({ at: null, knownAt: null, everyNode: false });
  expect(returned).toMatchObject([{ uuid: "a", returnedAt: at, seenAt: clock.now() }]);
  const slot = unixMs(Math.floor(at / SLOT_MS) * SLOT_MS);
  const ownedMs = () => {
    const { batch } = atOnce(summarisePulled(registry, DEFAULT_STATE_RULES, "scrape", slot, []));
    return batch.columns.ownedMs[batch.cardId.indexOf(registry.get("a")!.id)];
  };
  expect(ownedMs()).toBe(at - T0);

  await inventory.addStep({
    card: "a",
    stage: "delivered",
    at: clock.now(),
    contract: "C-3",
    who: "t",
    why: "kept it",
  });
  await hear("n1", node("gpu-1", "a", "b", "c"));
  expect(live.row("a")?.state).toBe("busy");
  expect((await inventory.places("a")).map((stay) => [stay.from - T0, stay.to === null])).toEqual([
    [0, false],
    [clock.now() - T0, true],
  ]);
  expect(ownedMs()).toBe(slot + SLOT_MS - clock.now()); // two stretches in one slot: the longer one
});

test("as of a past moment the counts are those of the last slot, against what was declared as known then", async () => {
  const slot = unixMs(T0 + DAY_MS);
  await clock.advance(slot - clock.now());
  const cards = node("gpu-1", "b", "c");
  const reports = [frame("n1", slot, cards, BUSY, SLOT_MS), frame("n2", slot, node("gpu-2", "d"), BUSY, SLOT_MS)];
  await registry.settle(reports, "scrape");
  const closed = atOnce(summarisePulled(registry, DEFAULT_STATE_RULES, "scrape", slot, reports));
  await clock.advance(SLOT_MS + 1_000);
  await commitSlot(db, { source: "scrape", seq: 1, ...closed, committedAt: clock.now() });
  const then = clock.now();
  const before = await inventory.counts(then, null);
  expect([...before.values()][0]).toMatchObject({ declared: 6, busy: 3, healthy: 3 });
  await clock.advance(60_000);
  await load("cloud-a,A10,gpu-1,9,C-1,2026-01-01,");
  expect(await inventory.counts(then, null)).toEqual(before);
  expect([...(await inventory.counts(then, clock.now())).values()][0]).toMatchObject({ declared: 13 });
  expect(PLACE.vendor).toBe("cloud-a");
});

test("a card is not given back before it was first seen: what it did would be lost", async () => {
  const early = { card: "b", stage: "returned", at: T0 - 1, contract: "", who: "t", why: "wrong year" } as const;
  const places = await inventory.places("b");
  await expect(inventory.addStep(early)).rejects.toThrow(
    "returned at 2026-01-04T23:59:59.999Z is before the card was first seen at 2026-01-05T00:00:00Z; enter an instant",
  );
  expect(await inventory.places("b")).toEqual(places);
  expect(live.row("b")).not.toBeNull();
});

test("a card that was being registered while it was given back stays given back", async () => {
  const store = registryStore(db);
  let release: () => Promise<void> = async () => undefined;
  const late = new CardRegistry({
    ...store,
    ensureCards: async (...asked) => {
      await release();
      return store.ensureCards(...asked);
    },
  });
  await late.load();
  const at = clock.now();
  const one = frame("n2", at, node("gpu-9", "e"), BUSY); // moved: wanted
  release = () => inventory.addStep({ card: "e", stage: "returned", at, contract: "", who: "t", why: "sold" });
  const [card] = await late.settle([one], "scrape");
  expect(card).toMatchObject({ uuid: "e" });
  expect((await inventory.places("e")).map((stay) => stay.to)).toEqual([at]);

  await inventory.addStep({ card: "z", stage: "delivered", at, contract: "", who: "t", why: "never seen" });
  release = () => inventory.addStep({ card: "z", stage: "returned", at, contract: "", who: "t", why: "wrong ones" });
  await late.settle([frame("n2", at - 5_000, node("gpu-9", "z"), BUSY)], "scrape");
  expect((await inventory.places("z")).map((stay) => [stay.from, stay.to])).toEqual([[at - 5_000, at]]);
});

test("a pool of a name tied to a model is declared as that model", async () => {
  const odd = [sighting("odd", { node: "gpu-7", modelName: "Our own L20" })];
  await hear("n7", odd);
  await load("cloud-a,L20,gpu-7,1,C-7,2026-01-01,");
  const id = registry.get("odd")!.pool.id;
  const seen = async () => [(await inventory.counts(null, null)).get(id)?.declared, await inventory.contractsOf(id)];
  expect(await seen()).toEqual([null, []]);
  await aliases.set("Our own L20", "L20", { who: "t", why: "it is", source: "" });
  expect(await seen()).toEqual([1, ["C-7"]]);
  const { pools } = await inventory.view({ at: null, knownAt: null, everyNode: false });
  expect(pools.find((one) => one.id === id)?.model).toBe("L20");
});

test("no card is registered while a step is written", async () => {
  let held: readonly { readonly key: number }[] = [];
  const said = { card: "y", stage: "ordered", at: T0, contract: "", who: "t", why: "w", recordedAt: T0 } as const;
  const look = async (tx: Tx) => {
    held = await tx.query(`SELECT objid::int8 AS key FROM pg_locks WHERE locktype = 'advisory' AND granted`);
  };
  await appendStep(
    db,
    said,
    (_, tx) => look(tx),
    () => Promise.resolve(),
  );
  expect(held.map(({ key }) => key)).toContain(REGISTRY_LOCK);
});
