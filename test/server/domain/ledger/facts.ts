import { LEDGER_STATES, type LedgerLine, type StateMs } from "../../../../db/model/ledger.ts";
import { HOUR_MS, SLOT_MS, SLOTS_PER_HOUR } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { HourFacts, hourLines } from "../../../../server/domain/ledger/hour-lines.ts";
import { type CardSlot, ledgerOracle, type OracleLine, type PriceSpell } from "../../../oracle/ledger.ts";
import { cardSlotsOf, type Fleet } from "../../../oracle/ledger-fleet.ts";

export type PoolHour = HourFacts & { readonly poolId: number };

/** A fleet as the product is told of it: one entry for every pool and hour in which it had a card. */
export function hourFactsOf(fleet: Fleet): PoolHour[] {
  const slots = cardSlotsOf(fleet);
  const names = new Set(slots.map(({ slot, poolId }) => `${Math.floor(slot / HOUR_MS)} ${poolId}`));
  return [...names].map((name) => {
    const [hourNo, poolId] = name.split(" ").map(Number) as [number, number];
    const hour = hourNo * HOUR_MS;
    const here = slots.filter((card) => card.poolId === poolId && Math.floor(card.slot / HOUR_MS) === hourNo);
    const { prices } = fleet.pools.find((pool) => pool.poolId === poolId)!;
    return { ...factsOf(hour, here, prices), poolId, zone: fleet.zone };
  });
}

function factsOf(hour: number, cards: readonly CardSlot[], prices: readonly PriceSpell[]): Omit<HourFacts, "zone"> {
  const isWhole = ({ from, to }: CardSlot) => to - from === SLOT_MS;
  const whole = Array.from(
    { length: SLOTS_PER_HOUR },
    (_, i) => cards.filter((card) => card.slot === hour + i * SLOT_MS && isWhole(card)).length,
  );
  return {
    hour: unixMs(hour),
    cards: {
      whole,
      parts: cards.filter((card) => !isWhole(card)).map(({ from, to }) => ({ from: unixMs(from), to: unixMs(to) })),
    },
    held: cards.flatMap(({ time }) =>
      time.map(({ featureId, state, ms }) => ({
        featureId,
        ms: LEDGER_STATES.map((_, i) => (i === state ? ms : 0)) as unknown as StateMs,
      })),
    ),
    pieces: prices
      .filter(({ from, to }) => from < hour + HOUR_MS && to > hour)
      .map(({ from, to, price }) => ({ from: unixMs(from), to: unixMs(to), price })),
  };
}

/** What the product makes of a fleet, in the words of the oracle. */
export const linesOf = (fleet: Fleet, hourLinesOf: typeof hourLines): OracleLine[] =>
  hourFactsOf(fleet)
    .flatMap((facts) => hourLinesOf(facts).map((line) => lineOf(facts, line)))
    .sort((a, b) => a.at - b.at || a.poolId - b.poolId || a.featureId - b.featureId || a.priceId - b.priceId);

const lineOf = ({ hour, poolId }: PoolHour, { featureId, priceId, ms, micro }: LedgerLine): OracleLine => ({
  at: hour,
  poolId,
  featureId,
  priceId,
  ms: ms.map(BigInt),
  micro,
});

/** What it must make of it. */
export const oracleOf = (
  fleet: Fleet,
  prices: (poolId: number) => readonly PriceSpell[] = spellsOf(fleet),
): OracleLine[] => ledgerOracle(cardSlotsOf(fleet), prices, fleet.zone);

export const spellsOf =
  ({ pools }: Fleet) =>
  (poolId: number): readonly PriceSpell[] =>
    pools.find((pool) => pool.poolId === poolId)!.prices;

/** The same fleet with other prices. */
export const withPrices = (fleet: Fleet, change: (spell: PriceSpell) => readonly PriceSpell[]): Fleet => ({
  ...fleet,
  pools: fleet.pools.map((pool) => ({ ...pool, prices: pool.prices.flatMap(change) })),
});

/** The same fleet at prices for machines of seven cards: which of its cards a card is counts. */
export const onMachines = (fleet: Fleet): Fleet =>
  withPrices(fleet, ({ price, ...spell }) => [
    {
      ...spell,
      price: price && {
        ...price,
        basis: "instance_hour",
        amountMicro: (price.amountMicro % 1000n) + 1n,
        cardsPerInstance: 7,
        owned: null,
      },
    },
  ]);
