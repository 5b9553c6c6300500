import type { PoolHourCards } from "../../../db/model/ledger.ts";
import type { Price } from "../../../db/model/price.ts";
import { shift, SLOT_MS, SLOTS_PER_HOUR, type Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Micro } from "../../../db/model/money.ts";
import { cumulativeMicro } from "../pricing/hourly.ts";

/** Cards that were ours for one window: `count` of them, ranked `rank`, `rank + 1`, … among the pool's cards of the slot. */
export type CardStretch = Window & { readonly count: number; readonly rank: number };

/**
 * When the cards of a pool's hour were ours, as stretches; slots in a row with equally many whole cards are one. In a slot
 * the whole cards come first, then the others by when their window begins and ends: the same cards have the same ranks in
 * whatever order they are told.
 * @throws RangeError for other than twelve slots, cards that are no whole number, or a window that leaves its slot or hour
 */
export function cardStretches(hour: UnixMs, { whole, parts }: PoolHourCards): CardStretch[] {
  if (whole.length !== SLOTS_PER_HOUR) throw new RangeError(`${whole.length} slots of an hour, not ${SLOTS_PER_HOUR}`);
  const stretches: CardStretch[] = [];
  let start = 0;
  for (let slot = 0; slot < SLOTS_PER_HOUR; slot++) {
    const count = whole[slot] as number;
    if (!Number.isSafeInteger(count) || count < 0)
      throw new RangeError(`${count} cards in slot ${slot} of hour ${hour}`);
    if (whole[slot + 1] === count) continue;
    if (count > 0) stretches.push({ from: slotAt(hour, start), to: slotAt(hour, slot + 1), count, rank: 0 });
    start = slot + 1;
  }
  return parts.length === 0 ? stretches : [...stretches, ...partStretches(hour, whole, parts)];
}

const slotAt = (hour: UnixMs, slot: number): UnixMs => shift(hour, slot * SLOT_MS);

function partStretches(hour: UnixMs, whole: readonly number[], parts: readonly Window[]): CardStretch[] {
  const ranked = whole.slice();
  return parts
    .toSorted((a, b) => a.from - b.from || a.to - b.to)
    .map(({ from, to }) => {
      const slot = Math.floor((from - hour) / SLOT_MS);
      const rank = ranked[slot];
      if (rank === undefined || from >= to || to > slotAt(hour, slot + 1))
        throw new RangeError(`a card's window [${from}, ${to}) is in no slot of hour ${hour}`);
      ranked[slot] = rank + 1;
      return { from, to, count: 1, rank };
    });
}

/** Milliseconds of a stretch's cards inside a window. */
export function cardMsIn({ from, to, count }: CardStretch, window: Window): number {
  return Math.max(Math.min(to, window.to) - Math.max(from, window.from), 0) * count;
}

/**
 * What a stretch's cards cost at a price while they were ours inside a window, in micro-units of the price's currency:
 * F(b) − F(a) for each card. Of a price for machines card number j has place j mod cardsPerInstance, so that every full
 * set of cards costs exactly the machine.
 * @param zone IANA zone contract months are counted in
 */
export function stretchMicro(price: Price, stretch: CardStretch, window: Window, zone: string): Micro {
  const from = stretch.from > window.from ? stretch.from : window.from;
  const to = stretch.to < window.to ? stretch.to : window.to;
  if (from >= to) return 0n;
  const cost = (of: Price, place: number): Micro =>
    cumulativeMicro(of, to, zone, place) - cumulativeMicro(of, from, zone, place);
  const { count, rank } = stretch;
  if (price.basis !== "instance_hour") return BigInt(count) * cost(price, 0);
  const { cardsPerInstance } = price;
  let sum = 0n;
  if (count >= cardsPerInstance)
    sum = BigInt(Math.floor(count / cardsPerInstance)) * cost({ ...price, cardsPerInstance: 1 }, 0);
  for (let i = 0; i < count % cardsPerInstance; i++) sum += cost(price, (rank + i) % cardsPerInstance);
  return sum;
}
