import fc from "fast-check";
import type { PriceTerms } from "../../../../db/model/price.ts";
import type { SlotBatch, SlotPart } from "../../../../db/model/slot.ts";
import { HOUR_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { blankBatch, random, withHolds } from "../../../db/batches.ts";
import type { LedgerStage } from "./ledger-stage.ts";

/** Where a fleet's first hour lies: a Monday, 2026-01-05 00:00 UTC. */
export const BEGIN = Date.UTC(2026, 0, 5);
/** Slots of the story: three hours, the borders and some in between. */
export const PLACES = [0, 1, 5, 11, 12, 13, 17, 22, 23, 24, 30, 35] as const;

export type SlotTold = { readonly kind: "slot"; readonly place: number; readonly seq: 1 | 2; readonly seed: number };

/** One thing that comes to be known. */
export type Told =
  | SlotTold
  | {
      readonly kind: "price";
      readonly pool: number;
      readonly from: number;
      readonly to: number;
      readonly terms: Partial<PriceTerms>;
    }
  | { readonly kind: "rules"; readonly split: number }
  | { readonly kind: "look" }; // older hours are brought up to date

/** Everything a fleet will ever be told; in whatever order, it comes to the same in the end. */
export type Story = { readonly seed: number; readonly told: readonly Told[] };

const amount = fc.oneof(fc.constant(1n), fc.constant(10n ** 12n), fc.bigInt({ min: 1n, max: 50_000_000n }));
const terms = fc.oneof(
  fc.record({ basis: fc.constant("card_hour" as const), amountMicro: amount }),
  fc.record({ basis: fc.constant("card_month" as const), amountMicro: amount, currency: fc.constant("USD") }),
  fc.record({
    basis: fc.constant("instance_hour" as const),
    amountMicro: amount,
    cardsPerInstance: fc.integer({ min: 2, max: 8 }),
  }),
);
/** Instants prices change at: on the hour, within a slot, and between two milliseconds of nothing. */
const border = fc.oneof(fc.constantFrom(0, HOUR_MS, 2 * HOUR_MS), fc.integer({ min: 1, max: 3 * HOUR_MS - 1 }));

/** Prices of a pool that do not overlap: then it does not matter which was said first. */
const prices = (pool: number) =>
  fc.uniqueArray(border, { minLength: 2, maxLength: 5 }).chain((borders) => {
    const cuts = borders.toSorted((a, b) => a - b);
    const windows = cuts.slice(1).map((to, i) => ({ from: cuts[i]!, to }));
    return fc.tuple(...windows.map((w) => terms.map((t): Told => ({ kind: "price", pool, ...w, terms: t }))));
  });

export const stories: fc.Arbitrary<Story> = fc
  .record({
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
    first: prices(0),
    second: prices(1),
    split: fc.integer({ min: 0, max: 4 }),
    again: fc.uniqueArray(fc.constantFrom(...PLACES), { maxLength: 5 }),
  })
  .map(({ seed, first, second, split, again }) => ({
    seed,
    told: [
      ...first,
      ...second,
      { kind: "rules" as const, split },
      ...PLACES.map((place): Told => ({ kind: "slot", place, seq: 1, seed: seed + place })),
      ...again.map((place): Told => ({ kind: "slot", place, seq: 2, seed: seed + 100 + place })),
    ],
  }));

/** The same story in another order: shuffled, some of it told twice, and older hours brought up to date in between. */
export const retold = (story: Story): fc.Arbitrary<Story> =>
  fc
    .record({
      order: fc.shuffledSubarray([...story.told], { minLength: story.told.length }),
      twice: fc.subarray([...story.told], { maxLength: 4 }),
      looks: fc.array(fc.integer({ min: 0, max: story.told.length }), { maxLength: 3 }),
    })
    .map(({ order, twice, looks }) => {
      const told: Told[] = [...order, ...twice.filter(({ kind }) => kind === "slot")];
      for (const at of looks) told.splice(at, 0, { kind: "look" });
      return { ...story, told };
    });

/** Tells a fleet one thing. */
export async function tell(stage: LedgerStage, told: Told): Promise<void> {
  switch (told.kind) {
    case "slot":
      return await stage.commit(slotBatch(stage, told), told.seq);
    case "price":
      return await stage.price(told.pool, BEGIN + told.from, BEGIN + told.to, told.terms);
    case "rules":
      return await stage.rules([
        { key: "a", holders: stage.holders.map((_, i) => i).filter((i) => i < told.split) },
        { key: "b", holders: stage.holders.map((_, i) => i).filter((i) => i > told.split), from: BEGIN + HOUR_MS },
      ]);
    case "look":
      return await stage.catchUp();
  }
}

/**
 * What a slot said. The second reading of it saw more of every card, and the last card for the first time. Cards stand in
 * their pool; every other slot the second one stands in the first pool, as after a swap.
 */
export function slotBatch(
  stage: Pick<LedgerStage, "cards" | "pools" | "holders">,
  { place, seq, seed }: SlotTold,
): SlotBatch {
  const next = random(seed);
  const count = stage.cards.length - (seq === 1 ? 1 : 0);
  const batch = blankBatch(BEGIN + place * SLOT_MS, count);
  const c = batch.columns;
  const parts: SlotPart[] = [];
  const whole = (upTo: number) => Math.floor(next() * (upTo + 1));
  for (let row = 0; row < count; row++) {
    const card = stage.cards[row]!;
    batch.cardId[row] = card.id;
    batch.poolId[row] = row === 1 && place % 2 === 0 ? stage.pools[0]! : card.poolId;
    const isPart = (place + row) % 7 === 0; // the same for both readings
    const owned = isPart ? 1 + ((place * 31 + row * 17_771) % (SLOT_MS - 1)) : SLOT_MS;
    const from = unixMs(batch.slot + (row % 2 === 0 ? 0 : SLOT_MS - owned));
    if (isPart) parts.push({ cardId: card.id, poolId: batch.poolId[row]!, from, to: unixMs(from + owned) });
    const half = Math.floor(owned / 2);
    const seen = seq === 1 ? whole(half) : Math.min(owned, half + 1 + whole(half));
    const busy = whole(seen);
    const idle = whole(seen - busy);
    const starting = whole(seen - busy - idle);
    const fault = whole(seen - busy - idle - starting);
    [c.ownedMs[row], c.observedMs[row]] = [owned, seen];
    [c.busyMs[row], c.idleHeldMs[row], c.startingMs[row], c.faultMs[row]] = [busy, idle, starting, fault];
    c.freeMs[row] = seen - busy - idle - starting - fault;
    batch.gapCause[row] = seen < owned ? 1 : 0;
    batch.holderId[row] = next() < 0.7 ? stage.holders[Math.floor(next() * stage.holders.length)]! : 0;
    c.readings[row] = seq;
  }
  const shared = place % 3 === 0 ? [stage.cards[0]!.id] : [];
  return { ...withHolds(batch, shared, stage.holders.slice(0, 2), 0.3), parts };
}
