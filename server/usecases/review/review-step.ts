import type { Database } from "../../../db/database.ts";
import type { ReviewItem, ReviewState } from "../../../db/model/board-views.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { readReviewItem, stepReview } from "../../../db/store/review.ts";
import { refuseStep } from "../../domain/review/life.ts";
import { ServiceError } from "../../errors.ts";

export type ReviewStepAsked = {
  readonly id: number;
  readonly to: ReviewState;
  readonly by: string;
  readonly reason: string;
};

/**
 * Moves one piece of advice on and answers how it stands then.
 * @throws ServiceError not_found; invalid when the step is not allowed or somebody else was faster
 */
export async function reviewStep(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  { id, to, by, reason }: ReviewStepAsked,
): Promise<ReviewItem> {
  const item = await readReviewItem(db, id);
  if (item === null) throw new ServiceError("not_found", `there is no advice number ${id}: reload the list`);
  const refusal = refuseStep(item.state, to, reason);
  if (refusal !== null) throw new ServiceError("invalid", refusal);
  const moved = await stepReview(db, { id, from: item.state, to, at: clock.now(), by, reason: reason.trim() });
  if (!moved)
    throw new ServiceError(
      "invalid",
      "somebody else has just changed this advice, or the same advice is open already: reload the list",
    );
  return (await readReviewItem(db, id)) ?? item;
}
