import type { Tx } from "../../db/database.ts";
import type { SlotBatch } from "../../db/model/slot.ts";
import type { BookedHour } from "../../db/store/slots.ts";

/** Books hours of pools inside the transaction that stores their card time. */
export type Book = (tx: Tx, hours: readonly BookedHour[]) => Promise<void>;

/** What turns committed card time into lines of the ledger (server/usecases/ledger). */
export type Booker = {
  /**
   * Runs a commit of a source's slots, and hands it what books it. `commit` is run again when prices changed meanwhile, so everything it
   * does it must do in its transaction.
   */
  booked<T>(source: string, batches: readonly SlotBatch[], commit: (book: Book) => Promise<T>): Promise<T>;
};
