import type { Price } from "../../db/model/price.ts";
import { costUntil } from "./ledger-price.ts";

/** What one card did in one slot: which part of it was ours, and whose each of its milliseconds was. */
export type CardSlot = {
  readonly slot: number; // start, unix ms
  readonly poolId: number;
  readonly from: number;
  readonly to: number;
  readonly time: readonly OracleTime[]; // adds up to `to - from`
};
/** @param state place in LEDGER_STATES */
export type OracleTime = { readonly featureId: number; readonly state: number; readonly ms: number };

/** What a card of a pool costs in a stretch of time; null = nobody said. Stretches do not overlap. */
export type PriceSpell = { readonly from: number; readonly to: number; readonly price: Price | null };

/** What the ledger must say of one hour, pool, feature and price. */
export type OracleLine = {
  readonly at: number; // start of the hour
  readonly poolId: number;
  readonly featureId: number;
  readonly priceId: number; // 0 = unpriced
  readonly ms: readonly bigint[]; // by state
  readonly micro: readonly bigint[];
};

const HOUR = 3_600_000;
const STATES = 6;

/**
 * The ledger, slowly: walks over every card of every slot, asks what it cost until each moment at which anything changes,
 * and hands the hour's money out over the hour's time as docs/ledger.md says. It shares no code with the product.
 */
export function ledgerOracle(
  cards: readonly CardSlot[],
  pricesOf: (poolId: number) => readonly PriceSpell[],
  zone: string,
): OracleLine[] {
  const lines: OracleLine[] = [];
  const hours = new Set(cards.map(({ slot, poolId }) => `${Math.floor(slot / HOUR) * HOUR} ${poolId}`));
  for (const name of hours) {
    const [at, poolId] = name.split(" ").map(Number) as [number, number];
    const here = cards.filter((card) => card.poolId === poolId && card.slot >= at && card.slot < at + HOUR);
    lines.push(...oracleHour(at, poolId, here, pricesOf(poolId), zone));
  }
  return lines.sort((a, b) => a.at - b.at || a.poolId - b.poolId || a.featureId - b.featureId || a.priceId - b.priceId);
}

/** Money and time of one price in an hour, and the first moment a card of ours was under it. */
type Pot = { readonly priceId: number; first: number; ms: bigint; micro: bigint };

function oracleHour(
  at: number,
  poolId: number,
  cards: readonly CardSlot[],
  prices: readonly PriceSpell[],
  zone: string,
): OracleLine[] {
  const pots = potsOf(cards, prices, zone).sort((a, b) => a.first - b.first);
  const cells = cellsOf(cards);
  let left = cells.map(({ ms }) => ms);
  return pots.flatMap(({ priceId, ms, micro }) => {
    const time = handOut(ms, left);
    left = left.map((rest, i) => rest - time[i]!);
    const money = handOut(micro, time);
    const features = new Set(cells.filter((_, i) => time[i]! > 0n).map(({ featureId }) => featureId));
    const of = (featureId: number, amounts: readonly bigint[]) =>
      Array.from({ length: STATES }, (_, state) => {
        const place = cells.findIndex((cell) => cell.featureId === featureId && cell.state === state);
        return place < 0 ? 0n : amounts[place]!;
      });
    return [...features].map((featureId) => ({
      at,
      poolId,
      featureId,
      priceId,
      ms: of(featureId, time),
      micro: of(featureId, money),
    }));
  });
}

function potsOf(cards: readonly CardSlot[], prices: readonly PriceSpell[], zone: string): Pot[] {
  const pots = new Map<number, Pot>();
  for (const slot of new Set(cards.map((card) => card.slot))) {
    const queue = cards.filter((card) => card.slot === slot).sort(wholeFirst);
    for (const [rank, card] of queue.entries())
      for (const { from, to, price } of prices) {
        const [a, b] = [Math.max(from, card.from), Math.min(to, card.to)];
        if (a >= b) continue;
        const priceId = price?.id ?? 0;
        const pot = pots.get(priceId) ?? { priceId, first: a, ms: 0n, micro: 0n };
        pots.set(priceId, pot);
        pot.first = Math.min(pot.first, a);
        pot.ms += BigInt(b - a);
        if (price === null) continue;
        const place = rank % price.cardsPerInstance;
        pot.micro += costUntil(price, b, zone, place) - costUntil(price, a, zone, place);
      }
  }
  return [...pots.values()];
}

/** Cards that were ours for the whole slot stand in front, the others by when they came and went. */
function wholeFirst(a: CardSlot, b: CardSlot): number {
  const isPart = ({ from, to }: CardSlot) => (to - from === 300_000 ? 0 : 1);
  return isPart(a) - isPart(b) || a.from - b.from || a.to - b.to;
}

/** The hour's time by feature and state, smaller feature ids first, then states in their order. */
function cellsOf(cards: readonly CardSlot[]) {
  const sums = new Map<string, { featureId: number; state: number; ms: bigint }>();
  for (const { featureId, state, ms } of cards.flatMap(({ time }) => time)) {
    const key = `${featureId} ${state}`;
    const cell = sums.get(key) ?? { featureId, state, ms: 0n };
    sums.set(key, { ...cell, ms: cell.ms + BigInt(ms) });
  }
  return [...sums.values()].sort((a, b) => a.featureId - b.featureId || a.state - b.state);
}

/**
 * Hands out `total` pieces: everybody gets the whole pieces of its share; what is left goes one by one to whoever still
 * misses most of a piece, the one in front first.
 */
export function handOut(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map(() => 0n);
  const got = weights.map((weight) => (total * weight) / sum);
  const missing = weights.map((weight, i) => total * weight - got[i]! * sum);
  for (let left = total - got.reduce((a, b) => a + b, 0n); left > 0n; left--) {
    let most = 0;
    for (const [i, rest] of missing.entries()) if (rest > missing[most]!) most = i;
    got[most]! += 1n;
    missing[most] = -1n;
  }
  return got;
}
