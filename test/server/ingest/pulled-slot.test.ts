import { rmSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import type { Report } from "../../../db/model/frame.ts";
import { HOUR_MS, SLOT_MS } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";
import { CardRegistry } from "../../../server/ingest/card-registry.ts";
import { commitPulledSlot } from "../../../server/ingest/pulled-slot.ts";
import { registryStore } from "../../../server/ingest/registry-store.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { frame, pod, sighting } from "../../tools/frames.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { NO_BOOKING } from "../../tools/no-booking.ts";

const HOLE = Date.UTC(2026, 0, 5, 9);
const H0 = HOLE - 2 * SLOT_MS;
const REACH = 60_000;
const CARDS = ["GPU-1", "GPU-2"].map((uuid) => sighting(uuid, { holders: [pod(`of-${uuid}`)] }));
/** Readings every 30 s; the last before the hole speaks until 08:59:30, the next comes at 10:00. */
const READINGS: Report[] = Array.from({ length: 200 }, (_, i) => H0 + i * 30_000)
  .filter((at) => at < HOLE - REACH || at >= HOLE + HOUR_MS)
  .map((at) => frame("prom/a", at, CARDS, { utilRatio: 0.5, memoryUsedBytes: 2 ** 33 }, REACH));
const SLOTS = Array.from({ length: 20 }, (_, i) => unixMs(H0 + i * SLOT_MS));

let dirs: string[] = [];
let db: Database;
const freshDatabase = async () => {
  const dataDir = await freshDataDir();
  dirs.push(dataDir);
  return (db = await open({ dataDir }));
};
afterEach(async () => {
  await db.close();
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  dirs = [];
});

/** Pulls slots in the order given, and again what turned out to be needed, as the source does. */
async function pull(order: readonly UnixMs[]): Promise<void> {
  const registry = new CardRegistry(registryStore(db));
  const deps = {
    db,
    registry,
    clock: manualClock(unixMs(H0 + 3 * HOUR_MS)),
    rules: DEFAULT_STATE_RULES,
    onCards: () => undefined,
    ledger: NO_BOOKING,
  };
  const seqs = new Map<UnixMs, number>();
  const queue = [...order];
  for (let slot = queue.shift(); slot !== undefined; slot = queue.shift()) {
    const [from, until] = [slot - REACH, slot + SLOT_MS];
    const reports = READINGS.filter((r) => r.at >= from && r.at < until);
    const seq = (seqs.get(slot) ?? 0) + 1;
    seqs.set(slot, seq);
    queue.push(...(await commitPulledSlot(deps, "prom", slot, reports, seq)));
  }
}

const hours = () =>
  db.query<Record<string, unknown>>(
    "SELECT hour_no, card_id, owned_ms::text AS owned, observed_ms::text AS observed, busy_ms::text AS busy, util_ms::text AS util FROM card_hour ORDER BY card_id, hour_no",
  );

describe("a Prometheus read slot by slot", () => {
  test("an hour without data is exactly 3,600,000 ms of gap per card, whichever end was read first", async () => {
    await freshDatabase();
    await pull(SLOTS.toReversed());
    const newestFirst = await hours();
    const ofCard = newestFirst.slice(0, 3);
    expect(ofCard.map((h) => Number(h["owned"]))).toEqual([2 * SLOT_MS, HOUR_MS, HOUR_MS / 2]);
    expect(ofCard.map((h) => Number(h["owned"]) - Number(h["observed"]))).toEqual([30_000, 3_600_000, 0]);

    await db.close();
    await freshDatabase();
    await pull(SLOTS);
    expect(await hours()).toEqual(newestFirst);
  }, 120_000);
});
