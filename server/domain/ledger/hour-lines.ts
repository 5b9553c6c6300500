import {
  type HeldTime,
  LEDGER_STATES,
  type LedgerLine,
  type PoolHourCards,
  type StateMicro,
  type StateMs,
  UNPRICED,
} from "../../../db/model/ledger.ts";
import type { Micro } from "../../../db/model/money.ts";
import type { PricePiece } from "../../../db/model/price.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { splitExactly } from "../split.ts";
import { cardMsIn, cardStretches, stretchMicro } from "./card-stretches.ts";
import { splitMicro } from "./split-micro.ts";

/** Everything one pool's hour is worked out from. */
export type HourFacts = {
  readonly hour: UnixMs; // its start
  readonly cards: PoolHourCards; // when the pool's cards were ours
  readonly held: readonly HeldTime[]; // whose their time was; several entries of a feature are added up
  readonly pieces: readonly PricePiece[]; // tile at least the hour
  readonly zone: string; // IANA zone contract months are counted in
};

/**
 * The ledger lines of one pool's hour, by feature and price: a pure function of the hour, the same whatever came to be
 * known first.
 *
 * 1. Each price that applies in the hour gets the card-milliseconds and the money of its time: F(b) − F(a) of every card.
 * 2. The milliseconds of every feature and state are split over the prices by those card-milliseconds, prices in the order
 *    in which they first apply, so that features keep their time and prices theirs. Inside an hour a change of price thus
 *    blends over everybody who held the pool's cards in it: who held which minute is not asked.
 * 3. The money of a price is split over features and states by their milliseconds: largest remainder, ties to the smaller
 *    feature id, then to the earlier of LEDGER_STATES.
 *
 * Milliseconds add up to what the cards were ours, money to what they cost, exactly. Time without a price is a line with
 * price UNPRICED and no money. Lines without time are left out; they come by feature, then by price id.
 * @throws RangeError when cards and holders do not tell the same time (both sums are named), or the prices leave a gap
 */
export function hourLines({ hour, cards, held, pieces, zone }: HourFacts): LedgerLine[] {
  const time = timeByCell(held);
  const prices = pricesOf({ hour, cards, pieces, zone });
  const heldMs = time.cells.reduce((sum, ms) => sum + ms, 0);
  if (heldMs !== prices.ownedMs)
    throw new RangeError(`hour ${hour}: cards were ours for ${prices.ownedMs} ms, states tell ${heldMs} ms`);
  if (prices.pricedMs !== prices.ownedMs)
    throw new RangeError(`hour ${hour}: of ${prices.ownedMs} card-ms prices speak for ${prices.pricedMs} ms`);
  return linesOf(time.featureIds, shareTime(time.cells, prices.list));
}

type Cells = { readonly featureIds: readonly number[]; readonly cells: readonly number[] };

/** Milliseconds by feature, ascending, and state: six cells a feature. */
function timeByCell(held: readonly HeldTime[]): Cells {
  const byFeature = new Map<number, number[]>();
  for (const { featureId, ms } of held) {
    let sums = byFeature.get(featureId);
    if (sums === undefined) byFeature.set(featureId, (sums = [0, 0, 0, 0, 0, 0]));
    for (let i = 0; i < sums.length; i++) {
      const part = ms[i] as number;
      if (!Number.isSafeInteger(part) || part < 0)
        throw new RangeError(`feature ${featureId} was ${LEDGER_STATES[i]} for ${part} ms`);
      sums[i]! += part;
    }
  }
  const featureIds = [...byFeature.keys()].sort((a, b) => a - b);
  return { featureIds, cells: featureIds.flatMap((id) => byFeature.get(id) as number[]) };
}

/** What one price has of an hour: the time of the cards it speaks for, and their money. */
type PricedTime = { readonly priceId: number; cardMs: number; micro: Micro };

/** The prices of the hour in the order in which they first apply; one that comes back later in the hour is one still. */
function pricesOf({ hour, cards, pieces, zone }: Omit<HourFacts, "held">) {
  const stretches = cardStretches(hour, cards);
  const byId = new Map<number, PricedTime>();
  for (const piece of pieces) {
    const priceId = piece.price?.id ?? UNPRICED;
    const sum = byId.get(priceId) ?? { priceId, cardMs: 0, micro: 0n };
    for (const stretch of stretches) {
      const ms = cardMsIn(stretch, piece);
      if (ms === 0) continue;
      sum.cardMs += ms;
      if (piece.price !== null) sum.micro += stretchMicro(piece.price, stretch, piece, zone);
    }
    if (sum.cardMs > 0) byId.set(priceId, sum);
  }
  const list = [...byId.values()];
  return {
    list,
    pricedMs: list.reduce((sum, { cardMs }) => sum + cardMs, 0),
    ownedMs: stretches.reduce((sum, { from, to, count }) => sum + (to - from) * count, 0),
  };
}

type PricedCells = { readonly priceId: number; readonly ms: readonly number[]; readonly micro: readonly Micro[] };

/** Each price takes its card-time from what the prices before it have left of every cell; the last one gets the rest. */
function shareTime(cells: readonly number[], prices: readonly PricedTime[]): PricedCells[] {
  let left = cells;
  return prices.map(({ priceId, cardMs, micro }, i) => {
    const ms = i === prices.length - 1 ? left : splitExactly(cardMs, left);
    left = left.map((rest, cell) => rest - (ms[cell] as number));
    return { priceId, ms, micro: micro === 0n ? cells.map(() => 0n) : splitMicro(micro, ms) };
  });
}

const STATES = LEDGER_STATES.length;

function linesOf(featureIds: readonly number[], prices: readonly PricedCells[]): LedgerLine[] {
  const byId = prices.toSorted((a, b) => a.priceId - b.priceId);
  return featureIds.flatMap((featureId, i) =>
    byId
      .map(({ priceId, ms, micro }) => ({
        featureId,
        priceId,
        ms: ms.slice(i * STATES, (i + 1) * STATES) as unknown as StateMs,
        micro: micro.slice(i * STATES, (i + 1) * STATES) as unknown as StateMicro,
      }))
      .filter(({ ms }) => ms.some((part) => part > 0)),
  );
}
