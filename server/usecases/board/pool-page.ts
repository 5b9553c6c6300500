import type { BoardPool, TimeMoney } from "../../../db/model/board-views.ts";
import { microOf } from "../../../db/model/money.ts";
import type { PoolOffer, PoolPage, PriceLine } from "../../../db/model/page-views.ts";
import { DAY_MS, shift, type Window } from "../../../db/model/time.ts";
import { ServiceError } from "../../errors.ts";
import { bookedMoney } from "../costs/booked-money.ts";
import { boardAt } from "./board-view.ts";
import { momentOf } from "./board-moment.ts";
import { poolDays } from "./pool-days.ts";
import { toPriceLine } from "./price-lines.ts";
import type { PageDeps } from "./ports.ts";

const WEEK_MS = 7 * DAY_MS;
/** How far back prices and tiers are shown; before that, `pricing` has the whole book. */
const PAST_MS = 90 * DAY_MS;
/** A price that ends or changes soon is part of the answer. */
const AHEAD_MS = 30 * DAY_MS;

/** One pool: its figures as on the board, a week of use, prices and tiers over time, and the same model elsewhere. @throws ServiceError not_found */
export async function poolPage(deps: PageDeps, asked: { readonly id: number }): Promise<PoolPage> {
  const moment = await momentOf(deps, {});
  const view = await boardAt(deps, moment);
  const pool = view.pools.find(({ id }) => id === asked.id);
  if (pool === undefined) throw await unknownPool(deps, asked.id);
  const week: Window = { from: shift(moment.day.to, -WEEK_MS), to: moment.day.to };
  const span: Window = { from: shift(moment.at, -PAST_MS), to: shift(moment.at, AHEAD_MS) };
  const [hours, poolHours, prices, here, tiers] = await Promise.all([
    deps.board.fleetHours(week, [pool.id]),
    deps.past.poolHours(week),
    priceLines(deps, pool.id, span),
    deps.pricing?.hourlyByPool(moment.at, null),
    deps.tiers?.events(pool.id, { from: span.from, to: shift(moment.at, 1) }),
  ]);
  const weekDay = poolDays(poolHours, week).get(pool.id);
  return {
    asOf: view.asOf,
    zone: view.zone,
    currency: view.currency,
    pool,
    dayFrom: view.dayFrom,
    dayTo: view.dayTo,
    week: weekDay?.utilisation ?? {
      meanRatio: null,
      saidMs: 0,
      observedMs: 0,
      ownedMs: 0,
    },
    weekMoney: await weekMoney(deps, pool.id, week, weekDay?.utilisation.ownedMs ?? 0),
    weekFrom: week.from,
    hours,
    prices,
    pricesFrom: span.from,
    pricesTo: span.to,
    isSunk: here?.get(pool.id)?.isSunk ?? false,
    tiers: tiers === undefined ? null : tiers.toSorted((a, b) => b.at - a.at),
    offers: view.pools
      .filter(({ id, model }) => id !== pool.id && model === pool.model)
      .map(toOffer)
      .toSorted(byPrice),
  };
}

/** What its card-time of a week cost, by the ledger. */
async function weekMoney(
  { config, costs, pricing }: PageDeps,
  poolId: number,
  week: Window,
  ownedMs: number,
): Promise<TimeMoney | null> {
  if (pricing === undefined) return null;
  if (costs === undefined) return (await pricing.poolMoney(week, null)).get(poolId) ?? null;
  return (
    (await bookedMoney({ config, costs, pricing }, week, new Map([[poolId, ownedMs]]), [poolId])).get(poolId) ?? null
  );
}

async function unknownPool({ past }: PageDeps, id: number): Promise<ServiceError> {
  const known = (await past.pools()).some((pool) => pool.id === id);
  const why = known ? "has had no card for a day" : "does not exist: a link may be of another installation";
  return new ServiceError("not_found", `pool ${id} ${why}`);
}

async function priceLines({ pricing, config }: PageDeps, poolId: number, span: Window): Promise<PriceLine[] | null> {
  if (pricing === undefined) return null;
  const [pieces, rates] = await Promise.all([pricing.piecesByPool(span, null), pricing.rates(null)]);
  const { timeZone: zone, currency } = config.current();
  return (pieces.get(poolId) ?? [{ ...span, price: null }]).map((piece) =>
    toPriceLine(piece, { zone, currency, rates }),
  );
}

function toOffer(pool: BoardPool): PoolOffer {
  const { id, vendor, region, zone, cluster, model, billing, counts, cardCounts, tier } = pool;
  return { id, vendor, region, zone, cluster, model, billing, counts, cardCounts, tier };
}

/** Cheapest first; what has no price stands last. */
function byPrice(a: PoolOffer, b: PoolOffer): number {
  const [x, y] = [a.tier.hourlyMicro, b.tier.hourlyMicro];
  if (x === null || y === null) return x === y ? a.id - b.id : x === null ? 1 : -1;
  const difference = microOf(x) - microOf(y);
  return difference === 0n ? a.id - b.id : difference < 0n ? -1 : 1;
}
