import type { TierVerdict } from "../../../db/model/tier.ts";
import type { Deps } from "../../context.ts";

export type PoolTier = { readonly poolId: number; readonly verdict: TierVerdict };

/** The verdict on every pool that has cards, by pool. */
export const currentTiers = ({ tiers }: Pick<Deps, "tiers">): PoolTier[] =>
  [...tiers.current()].map(([poolId, verdict]) => ({ poolId, verdict })).sort((a, b) => a.poolId - b.poolId);
