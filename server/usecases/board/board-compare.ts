import type { BoardCompare, CompareBack } from "../../../db/model/board-views.ts";
import { DAY_MS, shift } from "../../../db/model/time.ts";
import { boardAt } from "./board-view.ts";
import { type AskedMoment, momentOf, refuseBeyondKept } from "./board-moment.ts";
import type { BoardDeps } from "./ports.ts";

const BACK_MS: Readonly<Record<CompareBack, number>> = { day: DAY_MS, week: 7 * DAY_MS };

/**
 * The same hours a day or a week before, with today's knowledge of prices.
 * @throws ServiceError invalid for a moment ahead or beyond what is kept
 */
export async function boardCompare(
  deps: BoardDeps,
  asked: AskedMoment & { readonly back: CompareBack },
): Promise<BoardCompare> {
  const now = await momentOf(deps, asked);
  const backMs = BACK_MS[asked.back];
  const at = shift(now.at, -backMs);
  refuseBeyondKept(deps, at);
  const day = { from: shift(now.day.from, -backMs), to: shift(now.day.to, -backMs) };
  const slot = await deps.past.slotBefore(at);
  const before = slot === null ? null : await boardAt(deps, { at, isLive: false, knownAt: now.knownAt, slot, day });
  return {
    back: asked.back,
    asOf: now.at,
    beforeAsOf: before?.asOf ?? null,
    dayFrom: day.from,
    dayTo: day.to,
    before: before?.pools ?? [],
  };
}
