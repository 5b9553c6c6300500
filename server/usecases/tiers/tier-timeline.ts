import type { TierTimeline } from "../../../db/model/tier-views.ts";
import { DAY_MS, type Window } from "../../../db/model/time.ts";
import type { Deps } from "../../context.ts";
import { ServiceError } from "../../errors.ts";

const MOST_EVENTS = 500;
const LONGEST_MS = 800 * DAY_MS;

/** Changes of tier in a window, newest first, of one pool or of all (null). @throws ServiceError invalid */
export async function tierTimeline(
  { tiers }: Pick<Deps, "tiers">,
  asked: { readonly poolId: number | null; readonly window: Window },
): Promise<TierTimeline> {
  const { from, to } = asked.window;
  if (to <= from || to - from > LONGEST_MS)
    throw new ServiceError("invalid", "the window must end after it begins, and within 800 days");
  const events = await tiers.events(asked.poolId, asked.window, MOST_EVENTS + 1);
  return { events: events.slice(0, MOST_EVENTS), isCut: events.length > MOST_EVENTS };
}
