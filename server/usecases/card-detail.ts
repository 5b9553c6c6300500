import { DAY_MS, shift, slotOf, SLOT_MS } from "../../db/model/time.ts";
import type { CardDetail } from "../../db/model/views.ts";
import type { Deps } from "../context.ts";
import { ServiceError } from "../errors.ts";
import { lastDay, NO_UTILISATION, withLastDay } from "./last-day.ts";

/** Most events of an answer; older ones stay in the table. */
const EVENTS_SHOWN = 200;

/** Who a card is, what it does now, and the last day of its life. @throws ServiceError not_found */
export async function cardDetail(
  deps: Pick<Deps, "board" | "clock" | "live">,
  asked: { readonly uuid: string },
): Promise<CardDetail> {
  const { live, board } = deps;
  const row = live.row(asked.uuid);
  const identity = live.identity(asked.uuid);
  const pool = row === null ? undefined : live.pools().find((p) => p.id === row.poolId);
  if (row === null || identity === null || pool === undefined) throw unknownCard(asked.uuid);
  const now = deps.clock.now();
  const to = shift(slotOf(now), SLOT_MS);
  const window = { from: shift(to, -DAY_MS), to };
  const [points, events, byCard, byPool] = await Promise.all([
    board.cardPoints(row.id, window, row.memoryTotalBytes),
    board.cardEvents(row.id, window, EVENTS_SHOWN),
    board.cardUtilisation(lastDay(now)),
    board.poolUtilisation(lastDay(now)),
  ]);
  return {
    asOf: live.asOf(),
    row: withLastDay(row, byCard),
    pool: { ...pool, last24h: byPool.get(pool.id) ?? NO_UTILISATION },
    ...identity,
    ...window,
    points,
    events,
  };
}

/** Nobody in the fleet has this UUID. */
export const unknownCard = (uuid: string): ServiceError =>
  new ServiceError("not_found", `no card ${uuid.slice(0, 100)} in the fleet: it may have been renamed or never read`);
