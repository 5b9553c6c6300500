import type { PausedTime } from "../../../db/model/patrol.ts";
import type { Window } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { PausedSlots } from "./paused-rules.ts";

/** Adds up what was observed while rules were switched off. Time of a card must come in order, cards may come in any. */
export class PausedSums {
  private readonly slotsOf: (poolId: number) => readonly PausedSlots[];
  private readonly period: Window;
  private readonly sums = new Map<string, { readonly slots: PausedSlots; readonly cards: Set<number>; ms: number }>();

  constructor(slotsOf: (poolId: number) => readonly PausedSlots[], period: Window) {
    this.slotsOf = slotsOf;
    this.period = period;
  }

  /** Observed time of a card between two instants. What is seen of a stretch is taken to be spread over it. */
  add(cardId: number, poolId: number, { from, to }: Window, observedMs: number): void {
    for (const slots of this.slotsOf(poolId)) {
      if (slots.from >= to) return;
      const shared = Math.min(slots.to, to) - Math.max(slots.from, from);
      if (shared <= 0 || observedMs === 0) continue;
      const sum = this.sumOf(slots);
      sum.cards.add(cardId);
      sum.ms += shared === to - from ? observedMs : Math.floor((observedMs * shared) / (to - from));
    }
  }

  finish(): PausedTime[] {
    return [...this.sums.values()]
      .map(({ slots: { from, to, rules }, cards, ms }) => ({
        from: unixMs(Math.max(from, this.period.from)),
        to: unixMs(Math.min(to, this.period.to)),
        rules,
        cards: cards.size,
        ms,
      }))
      .toSorted((a, b) => a.from - b.from || a.to - b.to || (a.rules.join() < b.rules.join() ? -1 : 1));
  }

  private sumOf(slots: PausedSlots) {
    const key = `${slots.from} ${slots.to} ${slots.rules.join()}`;
    const known = this.sums.get(key);
    if (known !== undefined) return known;
    const fresh = { slots, cards: new Set<number>(), ms: 0 };
    this.sums.set(key, fresh);
    return fresh;
  }
}
