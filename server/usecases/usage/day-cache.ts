import type { Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { dayBorders, type DayNos } from "../../domain/usage/calendar.ts";

/** Days kept in memory: two years and a bit. */
const MOST_DAYS = 800;

type Day<T> = { readonly said: T; readonly window: Window };

/**
 * What the lines of a day add up to, from memory where it was asked before: a quarter of hourly lines of two hundred
 * features is half a million rows, and all but the last few days never change. Whoever writes lines says so by `forget`.
 */
export class DayCache<T> {
  private readonly load: (borders: readonly UnixMs[]) => Promise<readonly T[]>;
  private zone = "";
  private readonly days = new Map<number, Day<T>>();
  private generation = 0;

  /** @param load answers one value for each stretch between two borders */
  constructor(load: (borders: readonly UnixMs[]) => Promise<readonly T[]>) {
    this.load = load;
  }

  /** By day, ascending. */
  async of(days: DayNos, zone: string): Promise<ReadonlyMap<number, T>> {
    if (zone !== this.zone) this.forget(null);
    this.zone = zone;
    const asked = Array.from({ length: Math.max(days.to - days.from, 0) }, (_, i) => days.from + i);
    const found = new Map<number, Day<T>>();
    for (const day of asked) {
      const known = this.days.get(day);
      if (known !== undefined) found.set(day, known);
    }
    const began = this.generation;
    for (const some of runsOf(asked.filter((day) => !found.has(day)))) {
      const borders = dayBorders(some, zone);
      for (const [i, said] of (await this.load(borders)).entries())
        found.set(some.from + i, { said, window: { from: borders[i]!, to: borders[i + 1]! } });
    }
    if (began === this.generation && zone === this.zone) this.keep(found); // else what was read may be of before
    return new Map(asked.map((day) => [day, found.get(day)!.said])); // load answers every day
  }

  /** Lines of a window were written; null = of any time. */
  forget(window: Window | null): void {
    this.generation += 1;
    for (const [day, known] of this.days)
      if (window === null || (known.window.from < window.to && window.from < known.window.to)) this.days.delete(day);
  }

  private keep(found: ReadonlyMap<number, Day<T>>): void {
    for (const [day, known] of found) this.days.set(day, known);
    for (const day of this.days.keys()) if (this.days.size > MOST_DAYS) this.days.delete(day);
  }
}

/** Runs of neighbouring days. */
function runsOf(days: readonly number[]): DayNos[] {
  const runs: { from: number; to: number }[] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last?.to === day) last.to = day + 1;
    else runs.push({ from: day, to: day + 1 });
  }
  return runs;
}
