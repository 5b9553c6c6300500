import { FIELD } from "../../db/model/card-fields.ts";
import type { Holder } from "../../db/model/frame.ts";
import type { DerivedSignal } from "../../db/model/health.ts";
import { memoryHolds, type StateRules } from "../domain/card-state.ts";

/** What may last, of a card that is read. */
export const CLOCKS = [
  "heldQuietMs",
  "freeMs",
  "zombieMs",
  "powerMissingMs",
] as const satisfies readonly DerivedSignal[];
export type Clock = (typeof CLOCKS)[number];

/** Since when each of CLOCKS holds for each card, unix ms; NaN = it does not just now. */
export class HealthClocks {
  private since = new Float64Array(0);

  /** Since when, as far as was seen; NaN = it does not hold. */
  sinceOf(card: number, clock: Clock): number {
    return this.since[card * CLOCKS.length + CLOCKS.indexOf(clock)] ?? Number.NaN;
  }

  /**
   * One reading.
   * @param activity NaN = not said: then nothing begins and nothing ends
   * @param saysPower whether its exporter tells power of any card
   * @param before since when it held before the start, for a card's first reading; NaN = it did not
   */
  note(
    card: number,
    at: number,
    reading: {
      readonly values: Float64Array;
      readonly offset: number;
      readonly activity: number;
      readonly holders: readonly Holder[] | null;
      readonly saysPower: boolean;
    },
    rules: StateRules,
    before: Readonly<Record<Clock, number>> | null,
  ): void {
    const { values, offset, activity, holders, saysPower } = reading;
    if (activity !== activity) return;
    if ((card + 1) * CLOCKS.length > this.since.length) this.grow(card + 1);
    const isQuiet = activity < rules.kinds.other.busyFrom;
    const isNamed = holders !== null && holders.length > 0;
    const hasMemory = isQuiet && !isNamed ? memoryHolds(values, offset, rules) : null;
    const power = values[offset + FIELD.powerWatts]!;
    const first = card * CLOCKS.length;
    // Where pods are not mapped, memory in use is the only sign of a holder, and no zombie.
    this.set(first, "heldQuietMs", isQuiet && (isNamed || (holders === null && hasMemory === true)), at, before);
    this.set(first, "freeMs", isQuiet && !isNamed && isFree(holders, hasMemory), at, before);
    this.set(first, "zombieMs", isQuiet && holders !== null && !isNamed && hasMemory === true, at, before);
    this.set(first, "powerMissingMs", saysPower && power !== power, at, before);
  }

  /** What holds now held before the start already. */
  recall(card: number, before: Readonly<Record<Clock, number>>): void {
    CLOCKS.forEach((clock, i) => {
      const place = card * CLOCKS.length + i;
      if (before[clock] < this.since[place]!) this.since[place] = before[clock]; // false for NaN
    });
  }

  forget(card: number): void {
    this.since.fill(Number.NaN, card * CLOCKS.length, (card + 1) * CLOCKS.length);
  }

  private set(
    first: number,
    clock: Clock,
    holds: boolean,
    at: number,
    before: Readonly<Record<Clock, number>> | null,
  ): void {
    const place = first + CLOCKS.indexOf(clock);
    const since = this.since[place]!;
    if (!holds) this.since[place] = Number.NaN;
    else if (since !== since) {
      const began = before === null ? at : before[clock];
      this.since[place] = began < at ? began : at;
    }
  }

  private grow(cards: number): void {
    const grown = new Float64Array(Math.max(cards * CLOCKS.length, this.since.length * 2, 256)).fill(Number.NaN);
    grown.set(this.since);
    this.since = grown;
  }
}

const isFree = (holders: readonly Holder[] | null, hasMemory: boolean | null): boolean =>
  holders === null ? hasMemory === false : hasMemory !== true;
