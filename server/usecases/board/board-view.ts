import { countsOfStates, NO_MONEY, NO_STATES } from "../../../db/model/board-groups.ts";
import type { BoardPool, BoardView, TimeMoney } from "../../../db/model/board-views.ts";
import type { PoolCounts } from "../../../db/model/inventory.ts";
import { type Currency, microText } from "../../../db/model/money.ts";
import type { TierVerdict } from "../../../db/model/tier.ts";
import { SLOT_MS, type Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { StateCounts } from "../../../db/model/views.ts";
import type { PoolRecord } from "../../../db/store/registry.ts";
import { bookedMoney } from "../costs/booked-money.ts";
import { type AskedMoment, type Moment, momentOf } from "./board-moment.ts";
import { type PoolDay, poolDays } from "./pool-days.ts";
import type { PoolPrice } from "../../context.ts";
import type { BoardDeps } from "./ports.ts";

/**
 * Everything the board shows of pools: live, or at a past moment as it was known at a moment. Asked for again later with
 * the same two moments it answers the same, but for readings that arrived late: those only ever fill gaps.
 * @throws ServiceError invalid for a moment ahead or beyond what is kept
 */
export async function boardView(deps: BoardDeps, asked: AskedMoment = {}): Promise<BoardView> {
  return await boardAt(deps, await momentOf(deps, asked));
}

/** The board of a moment. */
export async function boardAt(deps: BoardDeps, moment: Moment): Promise<BoardView> {
  const { timeZone, currency } = deps.config.current();
  const facts = await factsOf(deps, moment);
  const asOf = moment.isLive ? deps.live.asOf() || moment.at : moment.slot === null ? moment.at : moment.slot + SLOT_MS;
  return {
    asOf,
    knownAt: moment.knownAt ?? moment.at,
    isLive: moment.isLive,
    zone: timeZone,
    currency,
    dayFrom: moment.day.from,
    dayTo: moment.day.to,
    pools: facts.pools
      .filter(({ id }) => facts.states.has(id) || facts.days.has(id) || (facts.counts.get(id)?.declared ?? 0) > 0)
      .map((pool) => toBoardPool(pool, facts, currency)),
    missingRates: missingRates(facts.prices.values()),
  };
}

type BoardFacts = {
  readonly pools: readonly PoolRecord[];
  readonly states: ReadonlyMap<number, StateCounts>;
  readonly days: ReadonlyMap<number, PoolDay>;
  readonly counts: ReadonlyMap<number, PoolCounts>;
  readonly money: ReadonlyMap<number, TimeMoney>;
  readonly prices: ReadonlyMap<number, PoolPrice>;
  readonly tiers: ReadonlyMap<number, TierVerdict>;
};

async function factsOf(deps: BoardDeps, { at, isLive, knownAt, slot, day }: Moment): Promise<BoardFacts> {
  const { past, pricing, tiers, inventory } = deps;
  const [pools, states, hours, counts, prices, verdicts] = await Promise.all([
    past.pools(knownAt),
    isLive ? liveStates(deps) : slot === null ? NOTHING : past.statesAt(slot),
    past.poolHours(day),
    inventory?.counts(isLive ? null : at, knownAt) ?? NOTHING,
    pricing?.hourlyByPool(at, knownAt) ?? NOTHING,
    isLive ? (tiers?.current() ?? NOTHING) : (tiers?.at(at, knownAt ?? deps.clock.now()) ?? NOTHING),
  ]);
  const days = poolDays(hours, day);
  return { pools, states, days, counts, money: await moneyOf(deps, day, knownAt, days), prices, tiers: verdicts };
}

/** As known now, what the ledger booked: every page has it from there. As known at a past instant, by the prices of then. */
async function moneyOf(
  { config, costs, pricing }: BoardDeps,
  day: Window,
  knownAt: UnixMs | null,
  days: ReadonlyMap<number, PoolDay>,
): Promise<ReadonlyMap<number, TimeMoney>> {
  if (pricing === undefined) return NOTHING;
  if (knownAt !== null || costs === undefined) return await pricing.poolMoney(day, knownAt);
  return await bookedMoney({ config, costs, pricing }, day, ownedByPool(days));
}

/** Card-time by pool. */
export const ownedByPool = (days: ReadonlyMap<number, PoolDay>): ReadonlyMap<number, number> =>
  new Map([...days].map(([poolId, { utilisation }]) => [poolId, utilisation.ownedMs]));

const NOTHING: ReadonlyMap<number, never> = new Map<number, never>();

const liveStates = ({ live }: BoardDeps): ReadonlyMap<number, StateCounts> =>
  new Map(live.pools().map(({ id, counts }) => [id, counts]));

function toBoardPool({ id, ...key }: PoolRecord, facts: BoardFacts, currency: Currency): BoardPool {
  const states = facts.states.get(id) ?? NO_STATES;
  const day = facts.days.get(id);
  const ownedMs = day?.utilisation.ownedMs ?? 0;
  return {
    id,
    ...key,
    counts: states,
    cardCounts: facts.counts.get(id) ?? countsOfStates(states),
    day: day?.utilisation ?? { meanRatio: null, saidMs: 0, observedMs: 0, ownedMs: 0 },
    money: facts.money.get(id) ?? { ...NO_MONEY, unpricedMs: ownedMs },
    tier: withPrice(facts.tiers.get(id) ?? unjudged(currency), facts.prices.get(id), currency),
    spark: day?.spark ?? [],
  };
}

/** No verdict yet: the last resort, and no reason is made up for it. */
export const unjudged = (currency: Currency): TierVerdict => ({
  tier: 3,
  reasons: [],
  wouldChange: [],
  cardClass: "unknown",
  currency,
  hourlyMicro: null,
  effectiveMicro: null,
  index: null,
  availability: null,
  bestMicro: null,
  bestPoolId: null,
  since: null,
  isList: false,
});

/** The verdict says why; the price is the one of the moment asked for, which may be newer than the verdict's words. */
function withPrice(verdict: TierVerdict, price: PoolPrice | undefined, currency: Currency): TierVerdict {
  const hourlyMicro = price === undefined || price.hourlyMicro === null ? null : microText(price.hourlyMicro);
  return { ...verdict, currency, hourlyMicro, isList: price?.price.isList ?? false };
}

/** Currencies in which a price stands that no rate leads out of. */
function missingRates(prices: Iterable<PoolPrice>): Currency[] {
  const missing = new Set<Currency>();
  for (const { price, hourlyMicro } of prices) if (hourlyMicro === null) missing.add(price.currency);
  return [...missing].sort();
}
