import fc from "fast-check";
import { LEDGER_STATES, type LedgerState } from "../../db/model/ledger.ts";
import type { Price } from "../../db/model/price.ts";
import { HOUR_MS, SLOT_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import type { CardSlot, OracleTime, PriceSpell } from "./ledger.ts";

/** A random fleet over a few hours: everything the ledger rests on, down to the millisecond. */
export type Fleet = {
  readonly zone: string;
  readonly from: number; // whole UTC hours
  readonly to: number;
  readonly pools: readonly FleetPool[];
};
export type FleetPool = {
  readonly poolId: number;
  readonly prices: readonly PriceSpell[]; // tile the fleet's time
  readonly cards: readonly FleetCard[];
};
/** Cards of a swap are two: the one goes when the other comes. */
export type FleetCard = { readonly from: number; readonly to: number; readonly spells: readonly Spell[] };

/** Who has which part of a card for a time; the rest is nobody's. */
export type Spell = {
  readonly from: number;
  readonly to: number;
  readonly parts: readonly { readonly featureId: number; readonly state: LedgerState; readonly of84: number }[];
  readonly rest: LedgerState;
};

/** Halves, thirds, quarters and sevenths of a card are whole 84ths. */
const CARD = 84;

/** Instants around which clocks and calendars do what they do. */
const AROUND = [
  ["America/New_York", "2026-03-08T07:00:00Z"], // an hour is left out
  ["America/New_York", "2026-11-01T06:00:00Z"], // an hour comes twice
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"], // half an hour comes twice
  ["Asia/Shanghai", "2026-02-28T16:00:00Z"], // the end of a short month
  ["Asia/Kathmandu", "2026-03-31T18:00:00Z"], // days begin at a quarter past the hour
  ["UTC", "2026-01-01T00:00:00Z"],
] as const;

const states = (...all: LedgerState[]) => fc.constantFrom(...all);
const HELD = states("busy", "idle_held", "starting", "fault");
const feature = fc.constantFrom(-1, 0, 1, 2, 7);

/** Who has the card: nobody, one, several in equal thirds, a part of it, or somebody with a share of nothing. */
const had: fc.Arbitrary<Pick<Spell, "parts" | "rest">> = fc.oneof(
  fc.record({ parts: fc.constant([]), rest: states("free", "unknown", "fault") }),
  ...[[84], [28, 28, 28], [42], [12, 24], [0, 84], [21, 63]].map((shares) =>
    fc.record({
      parts: fc.tuple(...shares.map((of84) => fc.record({ featureId: feature, state: HELD, of84: fc.constant(of84) }))),
      rest: fc.constant("free" as const),
    }),
  ),
);

const amount = fc.oneof(
  fc.constantFrom(1n, 10n ** 12n, 18_000_000n),
  fc.bigInt({ min: 1n, max: 200_000_000n }),
  fc.bigInt({ min: 1n, max: 9n }),
);

/** @param from start of the fleet's time */
export const prices = (id: number, from: number): fc.Arbitrary<Price> =>
  fc
    .record({
      basis: fc.constantFrom("card_hour", "card_hour", "card_month", "instance_hour", "owned"),
      currency: fc.constantFrom("CNY", "USD"),
      amount,
      cards: fc.integer({ min: 1, max: 8 }),
      months: fc.integer({ min: 1, max: 60 }),
      watts: fc.integer({ min: 0, max: 1500 }),
      since: fc.oneof(fc.integer({ min: 0, max: 70 * 24 * 3600 }), fc.constantFrom(0, 28 * 86_400, 31 * 86_400)),
      isList: fc.boolean(),
    })
    .map(({ basis, currency, amount, cards, months, watts, since, isList }) => ({
      id,
      selector: NO_SELECTOR,
      basis,
      currency,
      amountMicro: basis === "owned" ? 0n : amount,
      cardsPerInstance: basis === "instance_hour" ? cards : 1,
      owned: basis === "owned" ? { purchaseMicro: amount * 1000n, months, watts, powerMicroPerKwh: 650_000n } : null,
      termTo: null,
      from: unixMs(from - since * 1000),
      to: null,
      anchor: unixMs(from - since * 1000),
      knownFrom: unixMs(0),
      knownTo: null,
      revision: 1,
      isList,
    }));
const NO_SELECTOR = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" } as const;

/** Instants inside a stretch: on borders of slots, and beside them, and anywhere. */
export const momentIn = (from: number, to: number): fc.Arbitrary<number> => {
  const anywhere = fc.integer({ min: from, max: to });
  const slots = { min: Math.ceil(from / SLOT_MS), max: Math.floor(to / SLOT_MS) };
  if (slots.min > slots.max) return anywhere;
  const border = fc.integer(slots).map((slot) => slot * SLOT_MS);
  return fc.oneof(
    anywhere,
    border,
    border.map((at) => Math.min(at + 1, to)),
  );
};

/** Cuts a stretch into up to `most` windows. */
const windowsIn = (from: number, to: number, most: number) =>
  fc.uniqueArray(momentIn(from, to), { maxLength: most - 1 }).map((cuts) => {
    const borders = [...new Set([from, ...cuts, to])].sort((a, b) => a - b);
    return borders.slice(1).map((end, i) => ({ from: borders[i]!, to: end }));
  });

const spellsIn = (from: number, to: number): fc.Arbitrary<Spell[]> =>
  windowsIn(from, to, 4).chain((windows) =>
    fc.tuple(...windows.map((window) => had.map((who) => ({ ...window, ...who })))),
  );

/** A card that stays, one that comes or goes, a swap in the middle of something, or some that stay for parts of a slot. */
const cardsIn = (from: number, to: number): fc.Arbitrary<FleetCard[]> => {
  const card = (window: { from: number; to: number }) =>
    spellsIn(window.from, window.to).map((spells) => ({ ...window, spells }));
  return fc.oneof(
    { weight: 3, arbitrary: card({ from, to }).map((one) => [one]) },
    { weight: 2, arbitrary: windowsIn(from, to, 3).chain((windows) => card(windows.at(-1)!).map((one) => [one])) },
    { weight: 1, arbitrary: windowsIn(from, to, 2).chain((windows) => fc.tuple(...windows.map(card))) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 0, max: (to - from) / SLOT_MS - 1 }).chain((slot) => {
        const [begin, end] = [from + slot * SLOT_MS, from + (slot + 1) * SLOT_MS];
        const window = fc
          .tuple(windowsIn(begin, end, 3), fc.boolean())
          .map(([all, isFirst]) => all.at(isFirst ? 0 : -1)!);
        return fc.array(window.chain(card), { minLength: 2, maxLength: 3 });
      }),
    },
  );
};

/** Some stretches have no price, and a price may come back. */
const priceSpells = (from: number, to: number, firstId: number): fc.Arbitrary<PriceSpell[]> =>
  fc
    .tuple(prices(firstId, from), prices(firstId + 1, from))
    .chain(([first, second]) =>
      windowsIn(from, to, 4).chain((windows) =>
        fc.tuple(...windows.map((w) => fc.constantFrom(first, first, second, null).map((price) => ({ ...w, price })))),
      ),
    );

export type FleetSize = { readonly hours: number; readonly pools: number; readonly cards: number };

/** @param most at most so much of everything */
export const fleets = (most: FleetSize = { hours: 3, pools: 2, cards: 5 }): fc.Arbitrary<Fleet> =>
  fc
    .record({
      around: fc.constantFrom(...AROUND),
      before: fc.integer({ min: 1, max: most.hours }),
      hours: fc.integer({ min: 1, max: most.hours }),
      pools: fc.integer({ min: 1, max: most.pools }),
    })
    .chain(({ around: [zone, at], before, hours, pools }) => {
      const from = Date.parse(at) - before * HOUR_MS;
      const to = from + hours * HOUR_MS;
      const pool = (poolId: number): fc.Arbitrary<FleetPool> =>
        fc.record({
          poolId: fc.constant(poolId),
          prices: priceSpells(from, to, 10 * poolId),
          cards: fc.array(cardsIn(from, to), { minLength: 1, maxLength: most.cards }).map((all) => all.flat()),
        });
      return fc
        .tuple(...Array.from({ length: pools }, (_, i) => pool(i + 1)))
        .map((all) => ({ zone, from, to, pools: all }));
    });

/** What a fleet's cards did, slot by slot, in whole milliseconds. */
export function cardSlotsOf({ pools }: Fleet): CardSlot[] {
  return pools.flatMap(({ poolId, cards }) =>
    cards.flatMap((card) => {
      const slots: CardSlot[] = [];
      for (let slot = Math.floor(card.from / SLOT_MS) * SLOT_MS; slot < card.to; slot += SLOT_MS) {
        const [from, to] = [Math.max(slot, card.from), Math.min(slot + SLOT_MS, card.to)];
        slots.push({ slot, poolId, from, to, time: timeOf(card, from, to) });
      }
      return slots;
    }),
  );
}

/**
 * A card's time in a slot in whole milliseconds: the states first, then the holders of each, what is left over going to
 * whoever misses most.
 */
function timeOf({ spells }: FleetCard, from: number, to: number): OracleTime[] {
  const exact: { featureId: number; state: number; ms84: number }[] = [];
  for (const spell of spells) {
    const ms = Math.min(spell.to, to) - Math.max(spell.from, from);
    if (ms <= 0) continue;
    let rest = CARD;
    for (const { featureId, state, of84 } of spell.parts) {
      exact.push({ featureId, state: LEDGER_STATES.indexOf(state), ms84: ms * of84 });
      rest -= of84;
    }
    exact.push({ featureId: 0, state: LEDGER_STATES.indexOf(spell.rest), ms84: ms * rest });
  }
  const inState = (state: number) => exact.filter((one) => one.state === state);
  const sum84 = (all: readonly { ms84: number }[]) => all.reduce((sum, { ms84 }) => sum + ms84, 0);
  const byState = wholeParts(
    to - from,
    LEDGER_STATES.map((_, state) => sum84(inState(state))),
  );
  return LEDGER_STATES.flatMap((_, state) => {
    const holders = [...new Set(inState(state).map(({ featureId }) => featureId))].sort((a, b) => a - b);
    const parts = wholeParts(
      byState[state]!,
      holders.map((id) => sum84(inState(state).filter(({ featureId }) => featureId === id))),
    );
    return holders.map((featureId, i) => ({ featureId, state, ms: parts[i]! })).filter(({ ms }) => ms > 0);
  });
}

function wholeParts(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map(Math.floor);
  for (let left = total - parts.reduce((a, b) => a + b, 0); left > 0; left--) {
    let most = 0;
    for (const [i, part] of parts.entries()) if (exact[i]! - part > exact[most]! - parts[most]!) most = i;
    parts[most]! += 1;
  }
  return parts;
}
