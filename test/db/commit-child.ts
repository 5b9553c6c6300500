/** Commits so many slots, one after the other, and says so: `tsx commit-child.ts <dir> <count>`. Ends with 3 when the engine dies. */
import { writeSync } from "node:fs";
import { SLOT_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { openDatabase } from "../../db/open.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { systemClock } from "../../server/clock.ts";
import { fleetBatch } from "./batches.ts";

const [dataDir = "", count = "1"] = process.argv.slice(2);
const die = (error: unknown): never => {
  writeSync(2, `${String(error)}\n`);
  process.exit(3);
};

try {
  const db = await openDatabase({ at: { dataDir }, clock: systemClock, onFatal: die });
  for (let i = 0; i < Number(count); i++) {
    const slot = unixMs(Date.UTC(2026, 0, 5) + i * SLOT_MS);
    const batch = fleetBatch(slot, 50, 5);
    await commitSlot(db, { source: "child", seq: 1, batch, events: [], committedAt: systemClock.now() });
    writeSync(1, `ack ${slot}\n`);
  }
  await db.close();
  writeSync(1, `committed ${count}\n`);
} catch (error) {
  die(error);
}
