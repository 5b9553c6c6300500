import type { Database } from "../../../db/database.ts";
import {
  type DayLines,
  type PricedBy,
  readDayLines,
  readDayMarks,
  readPricedBy,
} from "../../../db/store/ledger-reads.ts";
import type { DayNos } from "../../domain/usage/calendar.ts";

/** Lines kept in memory, 108 bytes each: a quarter of a year of 10,000 cards and 200 features is 72,000. */
const MOST_LINES = 500_000;

/** Days of the ledger as they stand now. */
export type DayBook = {
  /** Days with lines, ascending. A day that is as it was is the same object. */
  days(asked: DayNos): Promise<readonly DayLines[]>;
  /** What the lines were priced with, of these ids and maybe others. */
  prices(ids: Iterable<number>): Promise<ReadonlyMap<number, PricedBy>>;
};

/**
 * Keeps days in memory. Each question looks first which of its days were written since (readDayMarks) and reads those
 * anew: yesterday's days stay, today's is read every five minutes, and a day that was priced again is seen at once, by
 * whomever it was written.
 */
export function createDayBook(db: Database): DayBook {
  const kept = new Map<number, DayLines>(); // the day asked for longest ago first
  const prices = new Map<number, PricedBy>();

  const read = async ({ from, to }: DayNos): Promise<readonly DayLines[]> => {
    const marks = await readDayMarks(db, from, to);
    const stale = [...marks].filter(([dayNo, mark]) => kept.get(dayNo)?.mark !== mark).map(([dayNo]) => dayNo);
    const fresh = stale.length === 0 ? [] : await readDayLines(db, stale);
    const days = new Map(fresh.map((day) => [day.dayNo, day]));
    for (let dayNo = from; dayNo < to; dayNo++) {
      const day = days.get(dayNo) ?? (marks.has(dayNo) ? kept.get(dayNo) : undefined);
      kept.delete(dayNo);
      if (day === undefined) continue;
      days.set(dayNo, day);
      kept.set(dayNo, day);
    }
    dropOldest(kept);
    return [...days.values()].toSorted((a, b) => a.dayNo - b.dayNo);
  };

  return {
    days: shareRunning(read),
    async prices(ids) {
      const missing = [...new Set(ids)].filter((id) => id > 0 && !prices.has(id));
      for (const price of await readPricedBy(db, missing)) prices.set(price.id, price);
      return prices;
    },
  };
}

function dropOldest(kept: Map<number, DayLines>): void {
  let lines = 0;
  for (const { count } of kept.values()) lines += count;
  for (const [dayNo, { count }] of kept) {
    if (lines <= MOST_LINES) return;
    kept.delete(dayNo);
    lines -= count;
  }
}

/** A page asks several questions of the same days at once: they share one look at the tables. */
function shareRunning(read: (asked: DayNos) => Promise<readonly DayLines[]>): DayBook["days"] {
  const running = new Map<string, Promise<readonly DayLines[]>>();
  return ({ from, to }) => {
    const key = `${from} ${to}`;
    const known = running.get(key);
    if (known !== undefined) return known;
    const promise = read({ from, to }).finally(() => running.delete(key));
    running.set(key, promise);
    return promise;
  };
}
