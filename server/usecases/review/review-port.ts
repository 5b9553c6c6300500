import type { ReviewItem, ReviewList, ReviewState } from "../../../db/model/board-views.ts";
import { unveiled, microText } from "../../../db/model/money.ts";
import { countReview, readReview } from "../../../db/store/review.ts";
import type { Sight } from "../../domain/access/sight.ts";
import { type ReviewParts, reviewRound } from "./review-round.ts";
import { reviewStep, type ReviewStepAsked } from "./review-step.ts";

/** The review list, for the pages and the job that keeps it. */
export type ReviewPort = {
  list(state: ReviewState): Promise<ReviewList>;
  /** Advice open or accepted, the largest saving first, or the first given where money is not seen, and what it would save. */
  worth(
    most: number,
    sight: Pick<Sight, "money">,
  ): Promise<Pick<ReviewList, "nowPerDayMicro" | "laterPerDayMicro"> & { count: number; top: ReviewItem[] }>;
  /** @throws ServiceError not_found, invalid */
  step(asked: ReviewStepAsked): Promise<ReviewItem>;
  /** Judges the last week anew. */
  round(): Promise<{ opened: number; renewed: number; withdrawn: number; receipts: number }>;
};

const MOST_ITEMS = 500;

export function createReview(parts: ReviewParts): ReviewPort {
  const { db, clock, currency } = parts;
  const live = () => readReview(db, ["open", "accepted"], MOST_ITEMS);
  return {
    async list(state) {
      const [items, counts, all] = await Promise.all([readReview(db, [state], MOST_ITEMS), countReview(db), live()]);
      return { asOf: clock.now(), currency: currency(), counts, items, ...savings(all, clock.now(), currency()) };
    },
    async worth(most, { money }) {
      const all = await live();
      const first = money ? all : all.toSorted((a, b) => a.id - b.id); // which are worth most tells amounts
      return { count: all.length, top: first.slice(0, most), ...savings(all, clock.now(), currency()) };
    },
    step: (asked) => reviewStep(parts, asked),
    round: () => reviewRound(parts),
  };
}

/** What the advice would save a day: at once, and once terms have ended. Another currency's, from before a change, is left out. */
function savings(items: readonly ReviewItem[], now: number, currency: string) {
  const sum = (isNow: boolean) =>
    items
      .filter((item) => item.currency === currency && item.savingFrom <= now === isNow)
      .reduce((total, item) => total + unveiled(item.savingPerDayMicro), 0n);
  return { nowPerDayMicro: microText(sum(true)), laterPerDayMicro: microText(sum(false)) };
}
