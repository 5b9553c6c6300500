import { expect, test } from "vitest";
import { unixMs } from "../../../db/model/units.ts";
import { appendJournal } from "../../../db/store/journal.ts";
import { systemClock } from "../../../server/clock.ts";
import { bookStore } from "../../../server/ingest/book-store.ts";
import { onPglite } from "../../db/databases.ts";
import { NO_BOOKING } from "../../tools/no-booking.ts";

const SLOT = unixMs(Date.UTC(2026, 0, 5));
const bytes = (...list: number[]) => Uint8Array.from(list);

onPglite("the book's tables", (db) => {
  test("what follows a commit whose answer got lost goes behind it, and nothing is taken for saved that is not", async () => {
    const store = bookStore(db(), "scrape", systemClock, NO_BOOKING);
    await appendJournal(db(), "scrape", { slot: SLOT, seq: 1, payload: bytes(1) }); // committed; nobody heard
    await store.appendJournal([{ slot: SLOT, payload: bytes(1, 2) }]);
    await store.appendJournal([{ slot: SLOT, payload: bytes(3) }]);
    const journal = await bookStore(db(), "scrape", systemClock, NO_BOOKING).readJournal();
    expect(journal.map(({ payload }) => [...payload])).toEqual([[1], [1, 2], [3]]);
  });
});
