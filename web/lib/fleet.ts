/** Small sums that several parts of the page show. */
import { CARD_STATES } from "../../db/model/fleet.ts";
import type { StateCounts, Utilisation } from "../../db/model/views.ts";

export const NO_CARDS: StateCounts = { busy: 0, idle_held: 0, free: 0, starting: 0, fault: 0, unknown: 0 };

export const totalOf = (counts: StateCounts): number => CARD_STATES.reduce((sum, state) => sum + counts[state], 0);

/** Observed share of owned time; null when nothing was owned. */
export function coverageOf(util: Pick<Utilisation, "observedMs" | "ownedMs">): number | null {
  return util.ownedMs === 0 ? null : util.observedMs / util.ownedMs;
}
