import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import { SLOT_MS, shift } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { appendJournal, readJournal } from "../../db/store/journal.ts";
import { readCommittedSlots, readLastCommittedSlot } from "../../db/store/ledger.ts";
import { commitSlot } from "../../db/store/slots.ts";
import type { Booker } from "./booker.ts";
import { ingestInstruments, timedStep } from "./ingest-telemetry.ts";
import type { BookStore } from "./slot-book.ts";

/**
 * The book's tables. Journal rows of a slot are numbered by us; number 0 is what the slot before carried over.
 * @param ledger books what is committed, in the same transaction
 */
export function bookStore(db: Database, source: string, clock: Clock, ledger: Booker): BookStore {
  const lastSeq = new Map<UnixMs, number>();
  return {
    async readJournal() {
      const entries = await readJournal(db, source);
      for (const { slot, seq } of entries) lastSeq.set(slot, seq);
      return entries;
    },
    async appendJournal(entries) {
      for (const { slot, payload } of entries) {
        let seq = (lastSeq.get(slot) ?? 0) + 1;
        // A number that is taken was committed without our hearing of it: what we have now is more, so it goes behind.
        const append = () => appendJournal(db, source, { slot, seq, payload: payload.slice() });
        while (!(await timedStep("journal", clock, append))) seq += 1;
        ingestInstruments().journalBytes.add(payload.length);
        lastSeq.set(slot, seq);
      }
    },
    async commitSlot({ source, batch, events, carry }) {
      const next = shift(batch.slot, SLOT_MS);
      const [before] = await readCommittedSlots(db, source, { from: batch.slot, to: next });
      const commit = {
        source,
        seq: (before?.seq ?? 0) + 1, // closed once, unless the clock was set back or an answer got lost
        batch,
        events,
        committedAt: clock.now(),
        carry: { slot: next, payload: carry },
        closeJournalSlot: true,
      };
      await timedStep("commit", clock, () =>
        ledger.booked(source, [batch], (book) => commitSlot(db, { ...commit, book: (tx, hour) => book(tx, [hour]) })),
      );
      ingestInstruments().slots.add(1, { source });
      lastSeq.delete(batch.slot);
    },
    lastSlot: (name) => readLastCommittedSlot(db, name),
  };
}
