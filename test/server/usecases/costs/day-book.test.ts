import { expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { LEDGER_STATES } from "../../../../db/model/ledger.ts";
import { DAY_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { createDayBook } from "../../../../server/usecases/costs/day-book.ts";
import { manualClock } from "../../../tools/manual-clock.ts";

const FIRST = 20_000;

/** A database that has so many lines every day, and counts what each statement reads. */
function stage(linesADay: number) {
  const read: number[][] = [];
  const clock = { ...manualClock(unixMs((FIRST + 800) * DAY_MS)), sleep: async () => undefined };
  const query = async (sql: string, params: readonly unknown[]): Promise<unknown[]> => {
    if (sql.includes("array_agg(day_no)")) {
      const [from, to] = params as [number, number];
      const dayNo = Array.from({ length: to - from }, (_, i) => from + i);
      return [{ dayNo, lines: dayNo.map(() => linesADay), written: dayNo.map(() => 1) }];
    }
    const [dayNos] = params as [number[]];
    read.push(dayNos);
    const bytes = (width: number) => new Uint8Array(linesADay * width);
    const ids = ["feature_id", "pool_id", "price_id"].map((name) => [name, bytes(4)]);
    const amounts = LEDGER_STATES.flatMap((state) => [`${state}_ms`, `${state}_micro`]).map((name) => [name, bytes(8)]);
    const columns = Object.fromEntries([...ids, ...amounts]) as Record<string, Uint8Array>;
    return dayNos.map((day_no) => ({ day_no, lines: linesADay, written: 1, ...columns }));
  };
  const book = createDayBook({ db: { query } as unknown as Database, clock });
  return { read, days: (count: number) => book.days({ from: FIRST, to: FIRST + count }) };
}

test("a year of 200 features is read in parts, none of which holds the database for long", async () => {
  const { days, read } = stage(800);
  expect(await days(366)).toHaveLength(366);
  expect(read.flat()).toHaveLength(366);
  expect(Math.max(...read.map((part) => part.length * 800))).toBeLessThanOrEqual(10_000);
  const before = read.length;
  await days(366);
  expect(read).toHaveLength(before); // kept
});

test("more lines than are kept are refused before they are read, with the days that fit", async () => {
  const { days, read } = stage(2_000);
  await expect(days(400)).rejects.toThrow(
    "range: the ledger has 800000 lines in these 400 days, and at most 500000 are looked at at once; ask for about 250 days",
  );
  expect(read).toEqual([]);
  expect(await days(250)).toHaveLength(250);
});

test("a shorter question while a longer one is being read gets all of its days", async () => {
  const { days } = stage(800);
  const [long, short] = await Promise.all([days(90), days(7)]);
  expect([long.length, short.length]).toEqual([90, 7]);
});

test("one day is read whole, however many lines it has", async () => {
  const { days, read } = stage(40_000);
  expect(await days(2)).toHaveLength(2);
  expect(read).toEqual([[FIRST], [FIRST + 1]]);
});
