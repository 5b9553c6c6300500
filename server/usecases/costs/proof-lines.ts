import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { CostDimension, CostFilter } from "../../../db/model/ledger-views.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import type { LinesAsked, PoolStretch } from "../../../db/store/ledger-proof.ts";
import { dayBorders } from "../../domain/usage/calendar.ts";
import { featureKey, type PoolDimension, poolKeyOf } from "./dimensions.ts";
import type { LedgerFacts, TierDays } from "./ledger-facts.ts";

const OF_FEATURES = ["feature", "team"] as const;

/** The lines a question is about: pools and hours, features and states, as the tables know them. */
export function linesAsked(facts: LedgerFacts, tiers: TierDays, filter: CostFilter): LinesAsked {
  const states = LEDGER_STATES.filter((state) => filter.state?.includes(state) ?? true);
  return { stretches: stretchesOf(facts, tiers, filter), featureIds: featuresOf(facts, filter), states };
}

/** null = every feature, and nobody. */
function featuresOf(facts: LedgerFacts, filter: CostFilter): number[] | null {
  const named = OF_FEATURES.filter((by) => filter[by] !== undefined);
  if (named.length === 0) return null;
  return [...facts.featureIds].filter((id) => named.every((by) => filter[by]?.includes(featureKey(facts, by, id))));
}

/** Days in a row are one stretch: a tier comes and goes, everything else of a pool stays. */
function stretchesOf(facts: LedgerFacts, tiers: TierDays, filter: CostFilter): PoolStretch[] {
  const named = (Object.keys(filter) as CostDimension[]).filter(isOfPools);
  const lets = (place: number, poolId: number): boolean =>
    named.every((by) => filter[by]?.includes(poolKeyOf(facts, tiers, by, { place, poolId })) ?? true);
  const hours = dayBorders(facts.asked, facts.zone).map((at) => Math.ceil(at / HOUR_MS)); // an hour is of the day it begins in
  const open = new Map<number, PoolStretch>();
  const done: PoolStretch[] = [];
  for (const { place, poolIds } of facts.days) {
    const [fromHour, toHour] = [hours[place]!, hours[place + 1]!];
    for (const poolId of poolIds) {
      if (!lets(place, poolId)) continue;
      const last = open.get(poolId);
      if (last !== undefined && last.toHour !== fromHour) done.push(last);
      open.set(poolId, { poolId, fromHour: last?.toHour === fromHour ? last.fromHour : fromHour, toHour });
    }
  }
  return [...done, ...open.values()];
}

const isOfPools = (by: CostDimension): by is PoolDimension => by !== "state" && by !== "feature" && by !== "team";
