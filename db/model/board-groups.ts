/**
 * The board's arithmetic: pools together. One file for the pivot table, the totals row, the KPI strip, the comparison and
 * the CSV, so that they can never say different figures. Money adds up exactly (whole micro-units), counts and times too.
 */
import type { BoardPool, TimeMoney } from "./board-views.ts";
import { CARD_STATES, type CardState } from "./fleet.ts";
import type { PoolCounts } from "./inventory.ts";
import { type Currency, type Micro, microOf, microText, type MicroText, sumOf } from "./money.ts";
import type { StateCounts, Utilisation } from "./views.ts";

/** What the board can be grouped by. A team owns features, which no pool names yet. */
export const GROUP_KEYS = ["vendor", "region", "zone", "cluster", "model", "billing", "tier"] as const;
export type GroupKey = (typeof GROUP_KEYS)[number];

/** What a card-hour costs on the mean, each pool weighted by its cards. Pools without a price in the currency are counted apart. */
export type MeanPrice = {
  readonly micro: MicroText | null; // null = no card has a price
  readonly pricedCards: number;
  readonly unpricedCards: number;
  readonly isList: boolean; // rests on a list price somewhere
};

/** Figures of pools together: what a line of the pivot table shows. */
export type BoardSum = {
  readonly pools: number;
  readonly counts: StateCounts;
  readonly cardCounts: PoolCounts;
  readonly day: Utilisation;
  readonly money: TimeMoney;
  readonly price: MeanPrice;
  readonly spark: readonly (number | null)[];
};

export type BoardGroup = {
  readonly key: string; // the value of its own level, "" = the pools do not say it; tiers are "P0" … "P3"
  readonly path: readonly string[]; // keys of the levels above and its own
  readonly poolIds: readonly number[]; // as they stand in the view
  readonly sum: BoardSum;
  readonly groups: readonly BoardGroup[]; // the next level; [] on the last
};

/** The value a pool is grouped under. */
export function groupValue(pool: BoardPool, key: GroupKey): string {
  return key === "tier" ? `P${pool.tier.tier}` : pool[key];
}

/**
 * Pools by the given keys, level under level, groups in the order in which they first occur. On each level every pool is
 * in exactly one group. @param currency the one of the view: a price in another is no price here
 */
export function groupPools(
  pools: readonly BoardPool[],
  keys: readonly GroupKey[],
  currency: Currency,
  above: readonly string[] = [],
): BoardGroup[] {
  const [first, ...rest] = keys;
  if (first === undefined) return [];
  const groups = new Map<string, BoardPool[]>();
  for (const pool of pools) {
    const value = groupValue(pool, first);
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [pool]);
    else group.push(pool);
  }
  return [...groups].map(([key, inside]) => {
    const path = [...above, key];
    const poolIds = inside.map((pool) => pool.id);
    return { key, path, poolIds, sum: sumBoard(inside, currency), groups: groupPools(inside, rest, currency, path) };
  });
}

/** Everything together: the totals row, and the figures of the KPI strip. */
export function sumBoard(pools: readonly BoardPool[], currency: Currency): BoardSum {
  return {
    pools: pools.length,
    counts: addStates(pools.map((pool) => pool.counts)),
    cardCounts: addCounts(pools.map((pool) => pool.cardCounts)),
    day: meanOf(pools.map((pool) => pool.day)),
    money: addMoney(pools.map((pool) => pool.money)),
    price: meanPrice(pools, currency),
    spark: addSparks(pools),
  };
}

export const NO_MONEY: TimeMoney = { costMicro: "0", idleMicro: "0", sunkIdleMicro: "0", unpricedMs: 0 };

/** Sums of money of card time: exact; null where a part is hidden. */
export function addMoney(parts: readonly TimeMoney[]): TimeMoney {
  const isEstimate = parts.some((part) => part.isEstimate === true);
  return {
    costMicro: sumOf(parts.map((part) => part.costMicro)),
    idleMicro: sumOf(parts.map((part) => part.idleMicro)),
    sunkIdleMicro: sumOf(parts.map((part) => part.sunkIdleMicro)),
    unpricedMs: parts.reduce((sum, part) => sum + part.unpricedMs, 0),
    ...(isEstimate && { isEstimate }),
  };
}

/** Utilisation of many together, each weighted by the time it spoke for. */
export function meanOf(parts: readonly Utilisation[]): Utilisation {
  let [saidMs, weighted, observedMs, ownedMs] = [0, 0, 0, 0];
  for (const part of parts) {
    saidMs += part.saidMs;
    weighted += (part.meanRatio ?? 0) * part.saidMs;
    observedMs += part.observedMs;
    ownedMs += part.ownedMs;
  }
  return { meanRatio: saidMs > 0 ? weighted / saidMs : null, saidMs, observedMs, ownedMs };
}

export const NO_STATES: StateCounts = Object.fromEntries(CARD_STATES.map((state) => [state, 0])) as Record<
  CardState,
  number
>;

function addStates(parts: readonly StateCounts[]): StateCounts {
  const sum = { ...NO_STATES } as Record<CardState, number>;
  for (const part of parts) for (const state of CARD_STATES) sum[state] += part[state];
  return sum;
}

/** `declared` adds up what was declared; null only where nothing was declared for any of them. */
function addCounts(parts: readonly PoolCounts[]): PoolCounts {
  const sum = { declared: null as number | null, delivered: 0, healthy: 0, held: 0, busy: 0, ghost: 0, missing: 0 };
  for (const part of parts) {
    if (part.declared !== null) sum.declared = (sum.declared ?? 0) + part.declared;
    sum.delivered += part.delivered;
    sum.healthy += part.healthy;
    sum.held += part.held;
    sum.busy += part.busy;
    sum.ghost += part.ghost;
    sum.missing += part.missing;
  }
  return sum;
}

function meanPrice(pools: readonly BoardPool[], currency: Currency): MeanPrice {
  let [total, cards, unpricedCards, isList]: [Micro, number, number, boolean] = [0n, 0, 0, false];
  for (const { tier, cardCounts } of pools) {
    if (tier.hourlyMicro === null || tier.currency !== currency) {
      unpricedCards += cardCounts.delivered;
      continue;
    }
    total += microOf(tier.hourlyMicro) * BigInt(cardCounts.delivered);
    cards += cardCounts.delivered;
    isList ||= tier.isList;
  }
  return { micro: cards === 0 ? null : microText(total / BigInt(cards)), pricedCards: cards, unpricedCards, isList };
}

/** Hour by hour, each pool weighted by the time of the day it spoke for: a line to look at, not a figure to reckon with. */
function addSparks(pools: readonly BoardPool[]): (number | null)[] {
  const hours = pools.reduce((most, pool) => Math.max(most, pool.spark.length), 0);
  return Array.from({ length: hours }, (_, hour) => {
    let [weight, weighted] = [0, 0];
    for (const { spark, day } of pools) {
      const mean = spark[hour] ?? null;
      if (mean === null) continue;
      weight += day.saidMs;
      weighted += mean * day.saidMs;
    }
    return weight > 0 ? weighted / weight : null;
  });
}

/** What the counts of states alone say of a pool: nothing is declared, and a card nobody reads is not called healthy. */
export function countsOfStates(states: StateCounts): PoolCounts {
  const delivered = CARD_STATES.reduce((sum, state) => sum + states[state], 0);
  const held = states.busy + states.idle_held + states.starting;
  const healthy = delivered - states.fault - states.unknown;
  return { declared: null, delivered, healthy, held, busy: states.busy, ghost: 0, missing: 0 };
}
