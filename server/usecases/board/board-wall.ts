import type { BoardWall } from "../../../db/model/board-views.ts";
import { SLOT_MS } from "../../../db/model/time.ts";
import { momentOf } from "./board-moment.ts";
import type { BoardDeps } from "./ports.ts";

/**
 * What every card did at a past moment, from the last slot that was over then. The live wall is fed by the live fleet.
 * @throws ServiceError invalid for a moment ahead or beyond what is kept
 */
export async function boardWall(
  deps: Pick<BoardDeps, "clock" | "config" | "past">,
  asked: { readonly at: number },
): Promise<BoardWall> {
  const { at, slot } = await momentOf(deps, asked);
  if (slot === null) return { asOf: at, cardId: [], uuid: [], poolId: [], node: [], state: [], utilRatio: [] };
  return { asOf: slot + SLOT_MS, ...(await deps.past.cardsAt(slot)) };
}
