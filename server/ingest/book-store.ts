import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import { SLOT_MS, shift } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { appendJournal, readJournal } from "../../db/store/journal.ts";
import { readLastCommittedSlot } from "../../db/store/ledger.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { ingestInstruments, timedStep } from "./ingest-telemetry.ts";
import type { BookStore } from "./slot-book.ts";

/** The book's tables. Journal rows of a slot are numbered by us; number 0 is what the slot before carried over. */
export function bookStore(db: Database, source: string, clock: Clock): BookStore {
  const lastSeq = new Map<UnixMs, number>();
  return {
    async readJournal() {
      const entries = await readJournal(db, source);
      for (const { slot, seq } of entries) lastSeq.set(slot, seq);
      return entries;
    },
    async appendJournal(entries) {
      for (const { slot, payload } of entries) {
        const seq = (lastSeq.get(slot) ?? 0) + 1;
        const { length } = payload;
        await timedStep("journal", clock, () => appendJournal(db, source, { slot, seq, payload }));
        ingestInstruments().journalBytes.add(length);
        lastSeq.set(slot, seq);
      }
    },
    async commitSlot({ source, batch, events, carry }) {
      const commit = {
        source,
        seq: 1, // a slot of the book is closed once; the same again after a crash is already there
        batch,
        events,
        committedAt: clock.now(),
        carry: { slot: shift(batch.slot, SLOT_MS), payload: carry },
        closeJournalSlot: true,
      };
      await timedStep("commit", clock, () => commitSlot(db, commit));
      ingestInstruments().slots.add(1, { source });
      lastSeq.delete(batch.slot);
    },
    lastSlot: (name) => readLastCommittedSlot(db, name),
  };
}
