import { LEDGER_STATES, type LedgerState } from "../../db/model/ledger.ts";
import type { Estimate, StateMoney } from "../../db/model/ledger-views.ts";
import { divideHalfEven, type Micro, type MicroText, microOf, microText } from "../../db/model/money.ts";
import { HOUR_MS } from "../../db/model/time.ts";
import type { CostTotal, PeriodFacts, ReportFacts } from "../report-facts.ts";
import {
  FLEET_DIMENSIONS,
  type FleetDimension,
  type FleetPart,
  type FleetRow,
  type PoolNamed,
} from "../report-value.ts";

/** Card-time or money of one state. */
export const msOf = ({ ms }: StateMoney, state: LedgerState): number => ms[LEDGER_STATES.indexOf(state)] ?? 0;
export const microIn = ({ micro }: StateMoney, state: LedgerState): Micro =>
  microOf(micro[LEDGER_STATES.indexOf(state)] ?? "0");

export const ownedOf = ({ ms }: StateMoney): number => ms.reduce((all, one) => all + one, 0);

/** Busy ÷ observed; null = nothing observed. */
export function utilisationOf(time: StateMoney): number | null {
  const observed = ownedOf(time) - msOf(time, "unknown");
  return observed > 0 ? msOf(time, "busy") / observed : null;
}

/** Free and held idle: the waste, as on Today. */
export const wasteOf = (time: StateMoney): Micro => microIn(time, "free") + microIn(time, "idle_held");

/** An amount of time without any price is not known, and not nothing. */
export const knownMicro = (amount: MicroText | null, { unpricedMs }: Estimate): MicroText | null =>
  amount === "0" && unpricedMs > 0 ? null : amount;

/** Nothing is known of what nobody owned, nor of what has no price. */
const costOf = (group: CostTotal, amount: MicroText): MicroText | null =>
  ownedOf(group.byState) > group.estimate.unpricedMs ? amount : null;

/** The fleet by every dimension; each adds up to the total. */
export function fleetOf(facts: ReportFacts): FleetPart {
  const { now, prior } = facts;
  const judgedMs = now.money.through - now.money.from;
  const row = (key: string, group: CostTotal, before: CostTotal | undefined, activity: number | null): FleetRow => ({
    key,
    cards: judgedMs > 0 ? ownedOf(group.byState) / judgedMs : 0,
    ownedMs: ownedOf(group.byState),
    ms: group.byState.ms,
    micro: group.byState.micro,
    costMicro: costOf(group, group.micro),
    costBeforeMicro: before === undefined ? null : costOf(before, before.micro),
    hourlyMicro: hourlyOf(group),
    wasteMicro: costOf(group, microText(wasteOf(group.byState))),
    utilisation: utilisationOf(group.byState),
    utilisationBefore: before === undefined ? null : utilisationOf(before.byState),
    activity,
    estimate: group.estimate,
  });
  const hasBefore = ownedOf(prior.total.byState) > 0;
  return {
    groups: Object.fromEntries(
      FLEET_DIMENSIONS.map((by) => {
        const before = new Map(prior.costs[by].map((group) => [group.key, group]));
        const activity = activityBy(facts, by);
        return [by, now.costs[by].map((one) => row(one.key, one, before.get(one.key), activity(one.key)))];
      }),
    ) as Record<FleetDimension, FleetRow[]>,
    total: row("", now.total, hasBefore ? prior.total : undefined, activityBy(facts, null)("")),
    days: now.days,
    costByDay: now.costs.vendor.map(({ key, byDay }) => ({ vendor: key, micro: byDay })),
  };
}

/** Cost ÷ priced card-hours. */
function hourlyOf({ micro, byState, estimate }: CostTotal): MicroText | null {
  const pricedMs = ownedOf(byState) - estimate.unpricedMs;
  return pricedMs > 0 ? microText(divideHalfEven(microOf(micro) * BigInt(HOUR_MS), BigInt(pricedMs))) : null;
}

/** Mean of what the cards of some pools said. A tier is that of the period's end. */
function activityBy({ now, pools }: ReportFacts, by: FleetDimension | null): (key: string) => number | null {
  const byId = new Map(pools.map((pool) => [pool.id, pool]));
  const sums = new Map<string, { util: number; said: number }>();
  for (const { poolId, utilMs, utilSaidMs } of now.poolSums) {
    const key = by === null ? "" : keyOf(byId.get(poolId), by);
    const sum = sums.get(key) ?? { util: 0, said: 0 };
    sums.set(key, { util: sum.util + utilMs, said: sum.said + utilSaidMs });
  }
  return (key) => {
    const sum = sums.get(key);
    return sum === undefined || sum.said <= 0 ? null : sum.util / sum.said;
  };
}

function keyOf(pool: PoolNamed | undefined, by: FleetDimension): string {
  if (by === "tier") return pool === undefined || pool.tier === null ? "unknown" : `P${String(pool.tier)}`;
  return pool?.[by] ?? "";
}

/** Whether anything was ours in a period: otherwise there is nothing to compare with. */
export const hasCards = ({ total, coverage }: PeriodFacts): boolean =>
  ownedOf(total.byState) > 0 || coverage.ownedMs > 0;
