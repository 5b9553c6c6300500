/** A process that ingests until it is killed: `tsx ingest-child.ts <url or dir>`. Says "ready", then "ack <slot>" after each commit. */
import { writeSync } from "node:fs";
import { SLOT_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { appendJournal } from "../../db/store/journal.ts";
import { readLastCommittedSlot } from "../../db/store/ledger.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { systemClock } from "../../server/clock.ts";
import { openDatabase } from "../../db/open.ts";
import { fleetBatch } from "./batches.ts";

const CARDS = 200;
const FIRST_SLOT = Date.UTC(2026, 0, 5);

const target = process.argv[2] ?? "";
const say = (line: string) => writeSync(1, `${line}\n`);

const db = await openDatabase({
  at: target.startsWith("postgres:") ? { url: target } : { dataDir: target },
  clock: systemClock,
  onFatal: () => process.exit(3),
});
say("ready");
// The last committed slot is committed again, as after a lost answer: it must change nothing.
for (let slot = (await readLastCommittedSlot(db, "child")) ?? unixMs(FIRST_SLOT); ; slot = unixMs(slot + SLOT_MS)) {
  const payload = new Uint8Array(50_000).fill(slot % 251);
  await appendJournal(db, "child", { slot, seq: 1, payload });
  await commitSlot(db, {
    source: "child",
    seq: 1,
    batch: fleetBatch(slot, CARDS, 5),
    events: [{ cardId: 1, at: slot, kind: "xid", code: 31, count: 1, detail: "" }],
    committedAt: systemClock.now(),
    closeJournalSlot: true,
  });
  say(`ack ${slot}`);
}
