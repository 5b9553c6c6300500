import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { DAY_MS, SECOND_MS } from "../../../db/model/time.ts";
import {
  type DayLines,
  type PricedBy,
  readDayLines,
  readDayMarks,
  readPricedBy,
} from "../../../db/store/ledger-reads.ts";
import { ServiceError } from "../../errors.ts";
import type { DayNos } from "../../domain/usage/calendar.ts";

/** Lines kept in memory, 108 bytes each: a quarter of a year of 10,000 cards and 200 features is 72,000. */
const MOST_LINES = 500_000;

/** Lines one statement reads: on the embedded database nothing else runs meanwhile. */
const LINES_AT_ONCE = 10_000;

/** Days of the ledger as they stand now. */
export type DayBook = {
  /**
   * Days with lines, ascending. A day that is as it was is the same object.
   * @throws ServiceError invalid for days with more lines than are kept, with how many days may be asked for
   */
  days(asked: DayNos): Promise<readonly DayLines[]>;
  /** What the lines were priced with, of these ids and maybe others. */
  prices(ids: Iterable<number>): Promise<ReadonlyMap<number, PricedBy>>;
};

/** For so long days that are over are taken for what they are, unless somebody says they were written. */
const SURE_MS = 10 * SECOND_MS;
/** Today and yesterday, in whatever zone: written every five minutes, and looked at with every question. */
const OPEN_DAYS = 2;

export type DayBookParts = {
  readonly db: Database;
  readonly clock: Clock;
  /** Calls back when lines were written by this process. */
  readonly onWritten?: (tell: () => void) => void;
};

/**
 * Keeps days in memory. Questions look which of their days were written since (readDayMarks) and read those anew: closed
 * days stay, today's is read every five minutes. A day that was priced again is seen at once when this process did it,
 * and within SURE_MS when another one did.
 */
export function createDayBook({ db, clock, onWritten }: DayBookParts): DayBook {
  const kept = new Map<number, DayLines>(); // the day asked for longest ago first
  const prices = new Map<number, PricedBy>();
  let sure: (DayNos & { readonly at: number }) | null = null; // every day of it was looked at, and is kept
  let writes = 0;
  onWritten?.(() => {
    sure = null;
    writes++;
  });

  const read = async ({ from, to }: DayNos): Promise<readonly DayLines[]> => {
    const at = clock.monotonicMs();
    const open = Math.floor(clock.now() / DAY_MS) - OPEN_DAYS;
    const isSure = sure !== null && sure.from <= from && to <= sure.to && at - sure.at < SURE_MS;
    const first = isSure ? Math.max(from, open) : from;
    const writesThen = writes;
    const marks = await readDayMarks(db, first, to);
    for (let dayNo = from; dayNo < first; dayNo++) {
      const day = kept.get(dayNo);
      if (day !== undefined) marks.set(dayNo, day.mark);
    }
    refuseTooMany({ from, to }, marks);
    const stale = [...marks].filter(([dayNo, mark]) => kept.get(dayNo)?.mark !== mark);
    const fresh: DayLines[] = [];
    for (const dayNos of inParts(stale)) {
      if (fresh.length > 0) await clock.sleep(0);
      fresh.push(...(await readDayLines(db, dayNos)));
    }
    const days = new Map(fresh.map((day) => [day.dayNo, day]));
    for (let dayNo = from; dayNo < to; dayNo++) {
      const day = days.get(dayNo) ?? (marks.has(dayNo) ? kept.get(dayNo) : undefined);
      kept.delete(dayNo);
      if (day === undefined) continue;
      days.set(dayNo, day);
      kept.set(dayNo, day);
    }
    if (dropOldest(kept)) sure = null;
    else if (!isSure && writes === writesThen) sure = { from, to, at };
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

/** How many lines a day has. */
const linesOf = (mark: string): number => Number(mark.slice(0, mark.indexOf(" ")));

function refuseTooMany({ from, to }: DayNos, marks: ReadonlyMap<number, string>): void {
  const lines = [...marks.values()].reduce((sum, mark) => sum + linesOf(mark), 0);
  if (lines <= MOST_LINES) return;
  const most = Math.max(1, Math.floor(((to - from) * MOST_LINES) / lines));
  throw new ServiceError(
    "invalid",
    `range: the ledger has ${lines} lines in these ${to - from} days, and at most ${MOST_LINES} are looked at at once; ask for about ${most} days`,
  );
}

/** Days that are read by one statement. */
function inParts(stale: readonly (readonly [number, string])[]): number[][] {
  const parts: number[][] = [];
  let left = 0;
  for (const [dayNo, mark] of stale) {
    const lines = linesOf(mark);
    if (left < lines) {
      parts.push([]);
      left = LINES_AT_ONCE;
    }
    parts.at(-1)!.push(dayNo);
    left -= lines;
  }
  return parts;
}

/** Whether a day was dropped. */
function dropOldest(kept: Map<number, DayLines>): boolean {
  let lines = 0;
  for (const { count } of kept.values()) lines += count;
  const wasFull = lines > MOST_LINES;
  for (const [dayNo, { count }] of kept) {
    if (lines <= MOST_LINES) return wasFull;
    kept.delete(dayNo);
    lines -= count;
  }
  return wasFull;
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
