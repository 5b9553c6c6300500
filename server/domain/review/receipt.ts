import type { ReviewKind, ReviewReceipt } from "../../../db/model/board-views.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import { DAY_MS, type Window } from "../../../db/model/time.ts";
import type { CardUse } from "./facts.ts";

/** What was promised for one card a day, and the same cards in the week before the act and in the week after it. */
export type ReceiptFacts = {
  readonly kind: ReviewKind;
  readonly savingPerDayMicro: Micro; // of all the cards together
  readonly cards: number;
  readonly before: readonly CardUse[];
  readonly after: readonly CardUse[]; // cards given back have no time, and are absent
  readonly week: Window; // of `after`
};

/** Card time the advice was to get rid of: unused time for what was idle, all time for what was to move or shrink. */
function targetMs(kind: ReviewKind, uses: readonly CardUse[]): number {
  const isReclaim = kind === "free_on_demand" || kind === "idle_held" || kind === "term_ends";
  return uses.reduce((sum, use) => sum + (isReclaim ? use.idleHeldMs + use.freeMs : use.ownedMs), 0);
}

/**
 * What an act really saved in the week after it: the card time that went away, at the promised saving of a card-day,
 * rounded towards zero. Negative when there was more of it than before. `coverage` is of the week after; 1 when the cards
 * are gone, because time that nobody owns needs no observation.
 */
export function receiptOf({ kind, savingPerDayMicro, cards, before, after, week }: ReceiptFacts): ReviewReceipt {
  const goneMs = targetMs(kind, before) - targetMs(kind, after);
  const owned = after.reduce((sum, use) => sum + use.ownedMs, 0);
  const observed = after.reduce((sum, use) => sum + use.observedMs, 0);
  return {
    from: week.from,
    to: week.to,
    savedMicro: microText((savingPerDayMicro * BigInt(Math.round(goneMs))) / (BigInt(cards) * BigInt(DAY_MS))),
    coverage: owned > 0 ? observed / owned : 1,
  };
}
