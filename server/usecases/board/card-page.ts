import type { CardCostView, CardPage, CardPlace, StripHour } from "../../../db/model/page-views.ts";
import { mainStateOf } from "../../../db/model/main-state.ts";
import { microOf, microText } from "../../../db/model/money.ts";
import { DAY_MS, HOUR_MS, hourOf, shift, type Window } from "../../../db/model/time.ts";
import type { TierVerdict } from "../../../db/model/tier.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { CardRow } from "../../../db/model/views.ts";
import type { CardHourTime } from "../../../db/store/card-history.ts";
import type { CardPlaceRow } from "../../../db/store/card-past.ts";
import type { PoolRecord } from "../../../db/store/registry.ts";
import { cardVerdict } from "../../domain/tiers/card-verdict.ts";
import { unknownCard } from "../card-detail.ts";
import { lastDay, withLastDay } from "../last-day.ts";
import { knownCard } from "./known-card.ts";
import { type MoneyWords, costPiece, cutPieces, toPriceLine } from "./price-lines.ts";
import type { PageDeps } from "./ports.ts";

const STRIP_DAYS = 14;

/** One card's identity, places, price, tier and cost to date. Its readings are asked for apart. @throws ServiceError not_found */
export async function cardPage(deps: PageDeps, asked: { readonly uuid: string }): Promise<CardPage> {
  const { live, past, clock } = deps;
  const { row, identity } = await knownCard(deps, asked.uuid);
  const now = clock.now();
  const { timeZone: zone, currency } = deps.config.current();
  const strip = { from: shift(hourOf(now), HOUR_MS - STRIP_DAYS * DAY_MS), to: shift(hourOf(now), HOUR_MS) };
  const [pools, stays, hours, byCard] = await Promise.all([
    past.pools(),
    past.places(row.id),
    past.cardHours(row.id, strip),
    deps.board.cardUtilisation(lastDay(now)),
  ]);
  const poolById = new Map(pools.map((pool) => [pool.id, pool]));
  const pool = poolById.get(row.poolId);
  if (pool === undefined) throw unknownCard(asked.uuid);
  const money = await moneyOf(deps, row, stays, now);
  return {
    asOf: live.asOf() || now,
    zone,
    currency,
    row: withLastDay(row, byCard),
    pool,
    ...identity,
    now: live.readings(asked.uuid),
    places: stays.toReversed().flatMap((stay) => toPlace(stay, poolById)),
    tier: tierOf(deps, row),
    ...money,
    stripFrom: strip.from,
    stripTo: strip.to,
    strip: hours.map(toStrip),
  };
}

function toPlace(stay: CardPlaceRow, pools: ReadonlyMap<number, PoolRecord>): CardPlace[] {
  const pool = pools.get(stay.poolId);
  if (pool === undefined) return [];
  const { id: _id, ...key } = pool;
  return [{ ...stay, ...key }];
}

function tierOf({ tiers }: PageDeps, row: CardRow): TierVerdict | null {
  const verdict = tiers?.current().get(row.poolId);
  return verdict === undefined ? null : cardVerdict(verdict, row.state === "fault");
}

type CardMoney = Pick<CardPage, "price" | "isSunk" | "cost">;

async function moneyOf(
  { pricing, config }: PageDeps,
  row: CardRow,
  stays: readonly CardPlaceRow[],
  now: UnixMs,
): Promise<CardMoney> {
  const first = stays[0];
  if (pricing === undefined || first === undefined) return { price: null, isSunk: false, cost: null };
  const window: Window = { from: first.from, to: now };
  const [pieces, rates, prices] = await Promise.all([
    pricing.piecesByPool({ from: window.from, to: shift(now, 1) }, null),
    pricing.rates(null),
    pricing.hourlyByPool(now, null),
  ]);
  const { timeZone: zone, currency } = config.current();
  const words: MoneyWords = { currency, zone, rates };
  const here = cutPieces(pieces.get(row.poolId) ?? [], { from: now, to: shift(now, 1) })[0];
  const cost = costOf(stays, window, (poolId) => pieces.get(poolId) ?? [], words);
  return {
    price: here === undefined ? null : toPriceLine(here, words),
    isSunk: prices.get(row.poolId)?.isSunk ?? false,
    cost,
  };
}

type Pieces = Parameters<typeof cutPieces>[0];

function costOf(
  stays: readonly CardPlaceRow[],
  window: Window,
  piecesOf: (poolId: number) => Pieces,
  words: MoneyWords,
): CardCostView {
  const pieces = stays.flatMap((stay) => {
    const within = { from: stay.from, to: stay.to === null || stay.to > window.to ? window.to : stay.to };
    return cutPieces(piecesOf(stay.poolId), within).map((piece) => costPiece(piece, stay.poolId, words));
  });
  const total = pieces.reduce((sum, { costMicro }) => sum + (costMicro === null ? 0n : microOf(costMicro)), 0n);
  const unpricedMs = pieces.reduce((sum, { from, to, costMicro }) => sum + (costMicro === null ? to - from : 0), 0);
  return { ...window, totalMicro: microText(total), unpricedMs, pieces: pieces.toReversed() };
}

function toStrip({ at, ownedMs, observedMs, ...times }: CardHourTime): StripHour {
  const { busyMs, idleHeldMs, freeMs, startingMs, faultMs } = times;
  const unknownMs = ownedMs - busyMs - idleHeldMs - freeMs - startingMs - faultMs;
  return { at, observedMs, ownedMs, state: mainStateOf({ ...times, unknownMs }) };
}
