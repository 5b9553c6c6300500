import type { Executor } from "../../../db/database.ts";
import type { Micro } from "../../../db/model/money.ts";
import type { Window } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { readStretchSums, type StoredLine, type StretchSum } from "../../../db/store/usage.ts";
import { dayBorders, type DayNos } from "../../domain/usage/calendar.ts";
import { partOf } from "../../domain/usage/spread.ts";

/** What one source says of one day. */
export type DaySum = Omit<StretchSum, "stretch" | "sourceId">;
type Day = { readonly bySource: Map<number, DaySum>; readonly window: Window };

/** Days kept in memory: two years and a bit. */
const MOST_DAYS = 800;

/**
 * What each source counted a day, from memory where it was asked before: a quarter of hourly lines of two hundred features
 * is half a million rows, and all but the last few days never change. Whoever writes lines says so by `forget`.
 */
export class DaySums {
  private readonly db: Executor;
  private zone = "";
  private readonly days = new Map<number, Day>();
  private generation = 0;

  constructor(db: Executor) {
    this.db = db;
  }

  /** By day and source id; a source that says nothing of a day is absent. */
  async of(days: DayNos, zone: string): Promise<ReadonlyMap<number, ReadonlyMap<number, DaySum>>> {
    if (zone !== this.zone) this.forgetAll();
    this.zone = zone;
    const missing = range(days).filter((day) => !this.days.has(day));
    const read = new Map<number, Day>();
    const began = this.generation;
    for (const some of stretches(missing)) for (const [day, sums] of await this.read(some, zone)) read.set(day, sums);
    if (began === this.generation) for (const [day, sums] of read) this.days.set(day, sums);
    for (const day of this.days.keys()) if (this.days.size > MOST_DAYS) this.days.delete(day);
    return new Map(range(days).map((day) => [day, (read.get(day) ?? this.days.get(day))?.bySource ?? new Map()]));
  }

  /** Lines of a window were written. */
  forget(window: Window): void {
    this.generation += 1;
    for (const [day, known] of this.days)
      if (known.window.from < window.to && window.from < known.window.to) this.days.delete(day);
  }

  forgetAll(): void {
    this.generation += 1;
    this.days.clear();
  }

  private async read(days: DayNos, zone: string): Promise<Map<number, Day>> {
    const borders = dayBorders(days, zone);
    const { sums, crossing } = await readStretchSums(this.db, borders);
    const read = new Map<number, Day>();
    for (const [i, from] of borders.slice(0, -1).entries())
      read.set(days.from + i, { bySource: new Map(), window: { from, to: borders[i + 1]! } });
    for (const { stretch, sourceId, ...sum } of sums) read.get(days.from + stretch)?.bySource.set(sourceId, sum);
    for (const { bySource, window } of read.values())
      for (const line of crossing) {
        const part = partIn(line, window);
        if (part !== null) bySource.set(line.sourceId, plus(bySource.get(line.sourceId), part));
      }
    return read;
  }
}

const range = ({ from, to }: DayNos): number[] => Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i);

/** Runs of neighbouring days. */
function stretches(days: readonly number[]): DayNos[] {
  const runs: { from: number; to: number }[] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last?.to === day) last.to = day + 1;
    else runs.push({ from: day, to: day + 1 });
  }
  return runs;
}

/** What of a line that reaches beyond a window is the window's; null = they do not meet. */
function partIn(line: StoredLine, window: Window): DaySum | null {
  const [from, to] = [Math.max(line.from, window.from), Math.min(line.to, window.to)];
  if (from >= to) return null;
  const of = (amount: Micro): Micro => partOf(amount, line, unixMs(from), unixMs(to));
  return {
    okMicro: line.okMicro === null ? null : of(line.okMicro),
    failedMicro: line.failedMicro === null ? null : of(line.failedMicro),
    coveredMs: Number(of(BigInt(line.coveredMs))),
    missingMs: line.okMicro === null ? to - from : 0,
  };
}

function plus(a: DaySum | undefined, b: DaySum): DaySum {
  if (a === undefined) return b;
  return {
    okMicro: added(a.okMicro, b.okMicro),
    failedMicro: added(a.failedMicro, b.failedMicro),
    coveredMs: a.coveredMs + b.coveredMs,
    missingMs: a.missingMs + b.missingMs,
  };
}

/** Nothing said and something said is something said. */
const added = (a: Micro | null, b: Micro | null): Micro | null => (a === null ? b : b === null ? a : a + b);
