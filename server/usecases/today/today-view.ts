import type { TimeMoney, TodayView } from "../../../db/model/board-views.ts";
import { unveiled } from "../../../db/model/money.ts";
import { DAY_MS, hourOf, shift, type Window } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { Deps, PoolPrice } from "../../context.ts";
import type { Sight } from "../../domain/access/sight.ts";
import { ownedByPool } from "../board/board-view.ts";
import { poolDays } from "../board/pool-days.ts";
import { bookedMoney } from "../costs/booked-money.ts";
import { type PoolDay, todayChanges } from "../../domain/today/changes.ts";
import { todayNeeds } from "../../domain/today/needs.ts";

const TOP = 5;

export type TodayDeps = Pick<
  Deps,
  "arrivals" | "clock" | "config" | "costs" | "live" | "past" | "pricing" | "review" | "sources" | "tiers"
>;

/**
 * What a morning needs: what a person must look at now, what changed in the last 24 hours, what is worth doing. Prices
 * of yesterday are those believed yesterday: a price corrected since is a change of today.
 */
export async function todayView(deps: TodayDeps, sight: Pick<Sight, "money">): Promise<TodayView> {
  const { clock, config, live, pricing } = deps;
  const now = clock.now();
  const yesterday = shift(now, -DAY_MS);
  const day = { from: shift(hourOf(now), -DAY_MS), to: hourOf(now) };
  const dayBefore = { from: shift(day.from, -DAY_MS), to: day.from };
  const [prices, pricesBefore, money, moneyBefore, arrivals, tiers, worth] = await Promise.all([
    pricing.hourlyByPool(now, null),
    pricing.hourlyByPool(yesterday, yesterday),
    moneyIn(deps, day),
    moneyIn(deps, dayBefore),
    deps.arrivals({ from: yesterday, to: now }),
    deps.tiers.events(null, { from: yesterday, to: now }),
    deps.review.worth(TOP, sight),
  ]);
  const rows = live.rows();
  const cards = new Map<number, number>();
  for (const { poolId } of rows) cards.set(poolId, (cards.get(poolId) ?? 0) + 1);
  const pools = [...new Set([...cards.keys(), ...arrivals.map(({ poolId }) => poolId)])].map((poolId): PoolDay => ({
    poolId,
    cards: cards.get(poolId) ?? 0,
    hourly: prices.get(poolId)?.hourlyMicro ?? null,
    hourlyBefore: pricesBefore.get(poolId)?.hourlyMicro ?? null,
    waste: wasteOf(money.get(poolId)),
    wasteBefore: wasteOf(moneyBefore.get(poolId)),
    cameAt: arrivals.filter((one) => one.poolId === poolId && one.kind === "came").map(({ at }) => at),
    wentAt: arrivals.filter((one) => one.poolId === poolId && one.kind === "went").map(({ at }) => at),
  }));
  return {
    asOf: live.asOf() || now,
    zone: config.current().timeZone,
    currency: config.current().currency,
    cards: rows.length,
    needs: todayNeeds(rows, deps.sources.targets(), ratesOf(prices)),
    changesFrom: yesterday,
    changes: todayChanges({ from: yesterday, to: unixMs(now) }, pools, tiers),
    worth,
  };
}

/** What pools cost in some hours: as on every other page, by the ledger. */
async function moneyIn(deps: TodayDeps, window: Window): Promise<ReadonlyMap<number, TimeMoney>> {
  const hours = await deps.past.poolHours(window);
  return await bookedMoney(deps, window, ownedByPool(poolDays(hours, window)));
}

const wasteOf = (money: TimeMoney | undefined) =>
  money === undefined || money.unpricedMs > 0 ? null : unveiled(money.idleMicro);

const ratesOf = (prices: ReadonlyMap<number, PoolPrice>) =>
  new Map(
    [...prices].map(([poolId, { hourlyMicro }]) => [poolId, { poolId, hourlyMicro, noRate: hourlyMicro === null }]),
  );
