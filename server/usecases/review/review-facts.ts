import type { Database } from "../../../db/database.ts";
import { cardModel } from "../../../db/model/card-models.ts";
import { DAY_MS, type Window } from "../../../db/model/time.ts";
import type { TierVerdict } from "../../../db/model/tier.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { readCardPoints } from "../../../db/store/card-history.ts";
import { readPools } from "../../../db/store/registry.ts";
import { type CardDays, readCardDays } from "../../../db/store/review.ts";
import type { PoolPrice } from "../../context.ts";
import type { CardPeak, CardUse, PoolFacts, ReviewFacts } from "../../domain/review/facts.ts";

const GIGABYTE = 1_073_741_824; // data sheets say GB and mean GiB
const MEBIBYTE = 1_048_576;
/** Only cards this quiet on average are looked at point by point: reading a week of points costs milliseconds a card. */
const QUIET_MEMORY = 0.5;
const QUIET_ACTIVITY = 0.5;
const MOST_PEAKS = 200;

export type ReviewSources = {
  readonly db: Database;
  readonly prices: ReadonlyMap<number, PoolPrice>;
  readonly tiers: ReadonlyMap<number, TierVerdict>;
};

/** The week behind the advice: what every card did, where it stands and what that costs. Pools without a verdict count as P3. */
export async function reviewFacts(
  { db, prices, tiers }: ReviewSources,
  week: Window,
  now: UnixMs,
): Promise<ReviewFacts> {
  const [days, pools] = [await readCardDays(db, week, null), await readPools(db)];
  const facts = pools.map(({ id, model, billing }): PoolFacts => {
    const [price, verdict, sheet] = [prices.get(id), tiers.get(id), cardModel(model)];
    return {
      poolId: id,
      model,
      billing,
      tier: verdict?.tier ?? 3,
      hourlyMicro: price?.hourlyMicro ?? null,
      termTo: price?.price.termTo ?? null,
      maker: sheet?.vendor ?? "",
      memoryBytes: sheet === null ? null : sheet.memoryGB * GIGABYTE,
      index: verdict?.index?.index ?? null,
    };
  });
  const peaks = await peaksOf(db, days, new Map(facts.map((pool) => [pool.poolId, pool])), week);
  return {
    now,
    windowMs: week.to - week.from,
    cards: days.map((day) => toUse(day, peaks.get(day.cardId))),
    pools: facts,
  };
}

export const toUse = (day: CardDays, peak: CardPeak | undefined): CardUse => ({
  uuid: day.uuid,
  poolId: day.poolId,
  ownedMs: day.ownedMs,
  observedMs: day.observedMs,
  busyMs: day.busyMs,
  idleHeldMs: day.idleHeldMs,
  freeMs: day.freeMs,
  peak: peak ?? null,
});

/** 95th percentiles of the cards that may be too large for their work, the dearest first. */
async function peaksOf(
  db: Database,
  days: readonly CardDays[],
  pools: ReadonlyMap<number, PoolFacts>,
  week: Window,
): Promise<ReadonlyMap<number, CardPeak>> {
  const price = (card: CardDays): number => Number(pools.get(card.poolId)?.hourlyMicro ?? 0n);
  const candidates = days
    .filter((card) => mayBeTooLarge(card, pools.get(card.poolId)))
    .sort((a, b) => price(b) - price(a) || a.cardId - b.cardId)
    .slice(0, MOST_PEAKS);
  const peaks = new Map<number, CardPeak>();
  for (const { cardId } of candidates) {
    const points = await readCardPoints(db, cardId, week);
    const memory = points.flatMap(({ memoryMib }) => (memoryMib === null ? [] : [memoryMib * MEBIBYTE]));
    const activity = points.flatMap(({ utilRatio }) => (utilRatio === null ? [] : [utilRatio]));
    if (memory.length > 0 && activity.length > 0)
      peaks.set(cardId, { memoryBytes: p95(memory), activityRatio: p95(activity) });
  }
  return peaks;
}

function mayBeTooLarge(card: CardDays, pool: PoolFacts | undefined): boolean {
  if (!pool?.hourlyMicro || pool.memoryBytes === null || card.utilRatio === null || card.memoryMib === null)
    return false;
  return (
    card.busyMs > 0 &&
    card.ownedMs >= DAY_MS &&
    card.utilRatio <= QUIET_ACTIVITY &&
    card.memoryMib * MEBIBYTE <= QUIET_MEMORY * pool.memoryBytes
  );
}

/** Nearest rank: the smallest value that at least 95 % do not pass. */
function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(0.95 * values.length) - 1]!;
}
