import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { CostDimension, CostFilter } from "../../../db/model/ledger-views.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import type { LinesAsked, PoolStretch } from "../../../db/store/ledger-proof.ts";
import { dayBorders } from "../../domain/usage/calendar.ts";
import { groupBy, sieveOf } from "./dimensions.ts";
import type { LedgerFacts, TierDays } from "./ledger-facts.ts";

const OF_FEATURES: readonly CostDimension[] = ["feature", "team"];

/** The lines a question is about: pools and hours, features and states, as the tables know them. */
export function linesAsked(facts: LedgerFacts, tiers: TierDays, filter: CostFilter): LinesAsked {
  const states = LEDGER_STATES.filter((state) => filter.state?.includes(state) ?? true);
  return { stretches: stretchesOf(facts, tiers, filter), featureIds: featuresOf(facts, tiers, filter), states };
}

/** null = every feature, and nobody. */
function featuresOf(facts: LedgerFacts, tiers: TierDays, filter: CostFilter): number[] | null {
  const named = OF_FEATURES.filter((by) => filter[by] !== undefined);
  if (named.length === 0) return null;
  const lets = named.map((by) => {
    const { keys, of } = groupBy(facts, tiers, by);
    return { by, keys, of };
  });
  const found = new Set<number>();
  for (const day of facts.days)
    for (let line = 0; line < day.lines.count; line++)
      if (lets.every(({ by, keys, of }) => filter[by]?.includes(keys[of(day, line, 0)]!)))
        found.add(day.lines.featureId[line]!);
  return [...found];
}

/** Days in a row are one stretch: a tier comes and goes, everything else of a pool stays. */
function stretchesOf(facts: LedgerFacts, tiers: TierDays, filter: CostFilter): PoolStretch[] {
  const pools = Object.fromEntries(Object.entries(filter).filter(([by]) => !isOfLine(by as CostDimension)));
  const { lets } = sieveOf(facts, tiers, pools);
  const hours = dayBorders(facts.asked, facts.zone).map((at) => Math.ceil(at / HOUR_MS)); // an hour is of the day it begins in
  const open = new Map<number, PoolStretch>();
  const done: PoolStretch[] = [];
  for (const day of facts.days) {
    const [fromHour, toHour] = [hours[day.place]!, hours[day.place + 1]!];
    const seen = new Set<number>();
    for (let line = 0; line < day.lines.count; line++) {
      const poolId = day.lines.poolId[line]!;
      if (seen.has(poolId) || !lets(day, line)) continue;
      seen.add(poolId);
      const last = open.get(poolId);
      if (last !== undefined && last.toHour !== fromHour) done.push(last);
      open.set(poolId, { poolId, fromHour: last?.toHour === fromHour ? last.fromHour : fromHour, toHour });
    }
  }
  return [...done, ...open.values()];
}

const isOfLine = (by: CostDimension): boolean => by === "state" || OF_FEATURES.includes(by);
