import { expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import type { CardEvent } from "../../db/model/events.ts";
import type { SlotBatch } from "../../db/model/slot.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { readCardLasting } from "../../db/store/card-lasting.ts";
import { putEvents, readEventsAfter } from "../../db/store/events.ts";
import { readNodeCards } from "../../db/store/node-cards.ts";
import { ensurePartitions } from "../../db/store/partitions.ts";
import { registerCards, registerHolders } from "../../db/store/registry.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { PLACE, sighting } from "../tools/frames.ts";
import { blankBatch } from "./batches.ts";

const NOW = unixMs(Date.UTC(2026, 0, 20, 12));
const HELD_ABOVE = 15 * 2 ** 20;

async function cardsOf(db: Database, node: string, uuids: readonly string[], at: UnixMs = unixMs(NOW - 9 * DAY_MS)) {
  const seen = uuids.map((uuid) => ({
    place: PLACE,
    model: "A10",
    card: sighting(uuid, { node }),
    at,
    source: "scrape",
  }));
  await registerCards(db, seen, () => true);
  const rows = await db.query<{ id: number; uuid: string; poolId: number; nodeId: number }>(
    `SELECT id, uuid, pool_id AS "poolId", node_id AS "nodeId" FROM card WHERE uuid = ANY($1)`,
    [uuids],
  );
  return uuids.map((uuid) => rows.find((row) => row.uuid === uuid)!);
}

type Row = { readonly cardId: number; readonly poolId: number; readonly holderId?: number } & Partial<
  Record<keyof SlotBatch["columns"], number>
>;

async function slot(db: Database, at: number, rows: readonly Row[]): Promise<void> {
  const batch = blankBatch(at, rows.length);
  rows.forEach(({ cardId, poolId, holderId = 0, ...columns }, i) => {
    batch.cardId[i] = cardId;
    batch.poolId[i] = poolId;
    batch.holderId[i] = holderId;
    batch.columns.ownedMs[i] = SLOT_MS;
    batch.columns.observedMs[i] = SLOT_MS;
    for (const [name, value] of Object.entries(columns)) batch.columns[name as keyof SlotBatch["columns"]][i] = value;
  });
  await commitSlot(db, { source: "scrape", seq: 1, batch, events: [], committedAt: NOW });
}

/** What the watch over health asks of the tables. */
export function watchStoreSuite(db: () => Database): void {
  test("an event is written with the place of its card and who held it, and read back", async () => {
    const [card] = await cardsOf(db(), "gpu-1", ["GPU-ev"]);
    const [holderId = 0] = await registerHolders(db(), [
      { cluster: "c1", namespace: "a", pod: "p", container: "c", podUid: "", share: 1 },
    ]);
    const at = unixMs(NOW - 2 * SLOT_MS + 1_000);
    await slot(db(), NOW - 2 * SLOT_MS, [{ cardId: card!.id, poolId: card!.poolId, holderId, busyMs: SLOT_MS }]);
    await ensurePartitions(db(), ["card_event"], [at]);
    const event: CardEvent = { cardId: card!.id, at, kind: "xid", code: 79, count: 1, detail: "off the\0bus" };
    const later = { ...event, at: unixMs(at + SLOT_MS), code: 31 }; // the slot it is in is not closed yet
    const long = { ...event, at: unixMs(at + 10 * SLOT_MS), code: 43 };
    await putEvents(db(), [event, later, long]);
    await putEvents(db(), [{ ...event, count: 9 }]);
    const rows = await db().query<{ code: number }>(
      `SELECT code::int4, node_id AS "nodeId", pool_id AS "poolId", holder_id AS "holderId" FROM card_event WHERE card_id = $1 ORDER BY at_ms`,
      [card!.id],
    );
    const { nodeId, poolId } = card!;
    expect(rows).toEqual([
      { code: 79, nodeId, poolId, holderId },
      { code: 31, nodeId, poolId, holderId },
      { code: 43, nodeId, poolId, holderId: 0 },
    ]);
    const read = (await readEventsAfter(db(), unixMs(at - 1), 10, 1000)).filter(({ cardId }) => cardId === card!.id);
    expect(read).toEqual([
      { ...event, detail: "off the�bus" },
      { ...later, detail: "off the�bus" },
      { ...long, detail: "off the�bus" },
    ]);
    const newest = (await readEventsAfter(db(), unixMs(at - 1), 1, 1000)).filter(({ cardId }) => cardId === card!.id);
    expect(newest.map(({ code }) => code)).toEqual([43]);
  });

  test("since when a card has been quiet, free or a zombie, from slots and from hours", async () => {
    const uuids = ["GPU-held", "GPU-free", "GPU-zombie", "GPU-busy", "GPU-back"];
    const cards = await cardsOf(db(), "gpu-2", uuids);
    const [held, free, zombie, busy, back] = cards.map(({ id, poolId }) => ({ cardId: id, poolId }));
    const mib = (n: number) => ({ memorySaidMs: SLOT_MS, memoryMibS: (n * SLOT_MS) / 1000 });
    const power = { powerSaidMs: SLOT_MS };
    for (let at = NOW - 5 * HOUR_MS; at < NOW; at += SLOT_MS)
      await slot(db(), at, [
        { ...held!, ...power, ...(at < NOW - HOUR_MS ? { busyMs: SLOT_MS } : { idleHeldMs: SLOT_MS }) },
        { ...free!, ...power, ...mib(3), freeMs: SLOT_MS },
        { ...zombie!, ...power, ...mib(900), freeMs: SLOT_MS },
        { ...busy!, busyMs: SLOT_MS, ...(at < NOW - 3.5 * HOUR_MS ? power : {}) },
        {
          ...back!,
          ...power,
          ...(at === NOW - SLOT_MS ? { busyMs: 1_000, freeMs: SLOT_MS - 1_000 } : { freeMs: SLOT_MS }),
        },
      ]);
    const found = await readCardLasting(db(), NOW, HELD_ABOVE);
    const of = ({ cardId }: { cardId: number }) => found.find((one) => one.cardId === cardId);
    const none = { quietHeldSince: null, freeSince: null, zombieSince: null, withoutPowerSince: null, readAt: NOW };
    expect(of(held!)).toEqual({ ...held, poolId: undefined, ...none, quietHeldSince: NOW - HOUR_MS });
    expect(of(free!)).toMatchObject({ ...none, freeSince: NOW - 5 * HOUR_MS });
    expect(of(zombie!)).toMatchObject({ ...none, zombieSince: NOW - 5 * HOUR_MS });
    expect(of(busy!)).toMatchObject({ ...none, withoutPowerSince: NOW - 3 * HOUR_MS }); // to the hour
    expect(of(back!)).toMatchObject(none);
  });

  test("how many cards a node carried at the end of each day: who left in between does not count", async () => {
    const day = unixMs(NOW - 3 * DAY_MS);
    const cards = await cardsOf(db(), "gpu-3", ["GPU-n1", "GPU-n2", "GPU-n3"], day);
    const rows = cards.map(({ id, poolId }) => ({ cardId: id, poolId, freeMs: SLOT_MS }));
    await slot(db(), NOW - 2 * DAY_MS, rows);
    await slot(db(), NOW - DAY_MS, rows);
    await db().query("UPDATE card_ownership SET to_ms = $2 WHERE card_id = $1", [cards[2]!.id, NOW - DAY_MS + SLOT_MS]);
    await slot(db(), NOW - 8 * HOUR_MS, rows.slice(0, 2));
    const [node] = (await readNodeCards(db(), NOW, 7)).filter(({ name }) => name === "gpu-3");
    expect(node).toEqual({
      vendor: "cloud-a",
      region: "sh-1",
      zone: "sh-1a",
      cluster: "c1",
      name: "gpu-3",
      counts: [3, 2, 2],
    });
    expect((await readNodeCards(db(), NOW, 1)).find(({ name }) => name === "gpu-3")?.counts).toEqual([2]);
  });
}
