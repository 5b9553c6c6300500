import type { UnpricedHole } from "../../../db/model/pricing-views.ts";
import type { Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Deps } from "../../context.ts";

/** Where card time has no price, or a price no rate: most card time first. These hours cost money nobody sees. */
export async function unpricedHoles(
  { live, pricing }: Pick<Deps, "live" | "pricing">,
  window: Window,
  knownAt: UnixMs | null,
): Promise<readonly UnpricedHole[]> {
  const pools = new Map(live.pools().map((pool) => [pool.id, pool]));
  const holes = (await pricing.unpriced(window, knownAt)).flatMap((hole): UnpricedHole[] => {
    const pool = pools.get(hole.poolId);
    if (pool === undefined) return []; // a pool without a card any more is asked for by its own page
    const { vendor, region, zone, cluster, model, billing } = pool;
    return [{ ...hole, vendor, region, zone, cluster, model, billing }];
  });
  return holes.toSorted((a, b) => b.cardMs - a.cardMs || a.poolId - b.poolId || a.from - b.from);
}
