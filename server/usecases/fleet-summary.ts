import type { FleetSummary } from "../../db/model/views.ts";
import type { Deps } from "../context.ts";
import { lastDay, mergeUtilisation, NO_UTILISATION } from "./last-day.ts";

/** The board's head: how many cards are in which state, and how busy the last 24 hours were, by pool and together. */
export async function fleetSummary(
  deps: Pick<Deps, "board" | "clock" | "config" | "demo" | "live" | "sources">,
): Promise<FleetSummary> {
  const window = lastDay(deps.clock.now());
  const byPool = await deps.board.poolUtilisation(window);
  const targets = deps.sources.targets();
  return {
    asOf: deps.live.asOf(),
    zone: deps.config.current().timeZone,
    counts: deps.live.counts(),
    last24h: mergeUtilisation(byPool.values()), // every pool with committed time, also those no live card is in any more
    last24hFrom: window.from,
    last24hTo: window.to,
    pools: deps.live.pools().map((pool) => ({ ...pool, last24h: byPool.get(pool.id) ?? NO_UTILISATION })),
    sources: { total: targets.length, down: targets.filter((t) => t.up === false).length },
    demo: deps.demo,
  };
}
