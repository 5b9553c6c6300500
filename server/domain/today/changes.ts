import type { TodayChange } from "../../../db/model/board-views.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import type { TierEvent } from "../../../db/model/tier.ts";
import type { Window } from "../../../db/model/time.ts";

/** A pool yesterday and now. Money is in one currency; null = not priced then. */
export type PoolDay = {
  readonly poolId: number;
  readonly cards: number; // now
  readonly hourlyBefore: Micro | null;
  readonly hourly: Micro | null;
  readonly wasteBefore: Micro | null; // of the day before; null = some of its time had no price
  readonly waste: Micro | null; // of the last day
  readonly cameAt: readonly number[]; // unix ms of cards that came in the window
  readonly wentAt: readonly number[];
};

/** A difference in waste below this share of the day before is the noise of a day. "ours" */
const WASTE_MOVES = 0.1;
const MOST_WASTE_LINES = 5;

/**
 * What changed on the board in a window, the most money first. A pool's price counts only where it had one before and
 * has one now: a first price is no change of cost. Of a pool's tier changes the last one counts, from where it began.
 */
export function todayChanges(window: Window, pools: readonly PoolDay[], tiers: readonly TierEvent[]): TodayChange[] {
  const changes = [
    ...tierLines(pools, tiers),
    ...pools.flatMap((pool) => [...cardLines(pool), ...priceLines(pool, window)]),
    ...wasteLines(pools, window),
  ];
  const weight = ({ perDayMicro }: TodayChange): bigint => abs(BigInt(perDayMicro ?? "0"));
  return changes.sort((a, b) => Number(weight(b) - weight(a)) || b.at - a.at || a.poolId - b.poolId);
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const perDay = (hourly: Micro | null, cards: number): string | null =>
  hourly === null ? null : microText(hourly * 24n * BigInt(cards));

function tierLines(pools: readonly PoolDay[], events: readonly TierEvent[]): TodayChange[] {
  const byPool = new Map<number, TierEvent[]>();
  for (const event of events.toSorted((a, b) => a.at - b.at))
    byPool.set(event.poolId, [...(byPool.get(event.poolId) ?? []), event]);
  return pools.flatMap((pool) => {
    const own = byPool.get(pool.poolId) ?? [];
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last || first.fromTier === null || first.fromTier === last.toTier) return [];
    const values = { from: first.fromTier, to: last.toTier, cards: pool.cards, reason: last.reasons.at(-1)?.key ?? "" };
    return [{ kind: "tier", at: last.at, poolId: pool.poolId, perDayMicro: perDay(pool.hourly, pool.cards), values }];
  });
}

function cardLines({ poolId, hourly, cameAt, wentAt }: PoolDay): TodayChange[] {
  const line = (kind: "cards_new" | "cards_gone", times: readonly number[]): TodayChange[] =>
    times.length === 0
      ? []
      : [
          {
            kind,
            at: Math.max(...times),
            poolId,
            perDayMicro: perDay(hourly, times.length),
            values: { cards: times.length },
          },
        ];
  return [...line("cards_new", cameAt), ...line("cards_gone", wentAt)];
}

function priceLines({ poolId, cards, hourly, hourlyBefore }: PoolDay, { to }: Window): TodayChange[] {
  if (hourly === null || hourlyBefore === null || hourly === hourlyBefore) return [];
  const ratio = hourlyBefore === 0n ? null : Number(((hourly - hourlyBefore) * 10_000n) / hourlyBefore) / 10_000;
  const values = { cards, before: microText(hourlyBefore), now: microText(hourly), ratio };
  return [{ kind: "price", at: to, poolId, perDayMicro: perDay(hourly - hourlyBefore, cards), values }];
}

/** Days with time that has no price are compared with nothing: a price that begins or ends is no change of waste. */
function wasteLines(pools: readonly PoolDay[], { to }: Window): TodayChange[] {
  return pools
    .flatMap(({ poolId, waste, wasteBefore }) =>
      waste === null || wasteBefore === null ? [] : [{ poolId, waste, wasteBefore, moved: waste - wasteBefore }],
    )
    .filter(({ moved, wasteBefore }) => Number(abs(moved)) > WASTE_MOVES * Number(wasteBefore))
    .sort((a, b) => Number(abs(b.moved) - abs(a.moved)) || a.poolId - b.poolId)
    .slice(0, MOST_WASTE_LINES)
    .map(({ poolId, waste, wasteBefore, moved }) => ({
      kind: "waste",
      at: to,
      poolId,
      perDayMicro: microText(moved),
      values: { before: microText(wasteBefore), now: microText(waste) },
    }));
}
