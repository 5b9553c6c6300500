import type { Price } from "../../../../db/model/price.ts";
import type { SlotBatch } from "../../../../db/model/slot.ts";
import { HOUR_MS, SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { type CardSlot, ledgerOracle, type OracleTime, type PriceSpell } from "../../../oracle/ledger.ts";
import { BEGIN, slotBatch, type SlotTold, type Story } from "./fleet-story.ts";
import { byName, type LedgerStage, type ToldLine } from "./ledger-stage.ts";

type Fleet = Pick<LedgerStage, "cards" | "pools" | "holders">;
type PriceTold = Extract<Story["told"][number], { kind: "price" }>;

/** Numbers of the story's features: only their order matters, as of the product's. */
const NAMES = new Map([
  [-1, "-1"],
  [0, "0"],
  [1, "a"],
  [2, "b"],
]);

/** What the ledger must say in the end of a fleet that was told a story, by the slow and obvious model. */
export function oracleLines(fleet: Fleet, { told }: Story, zone: string): ToldLine[] {
  const readings = told.filter((one): one is SlotTold => one.kind === "slot");
  const prices = told.filter((one): one is PriceTold => one.kind === "price");
  const split = told.find((one) => one.kind === "rules")?.split ?? null;
  const best = new Map<number, SlotTold>(); // by place: the reading that knows more
  for (const one of readings) if ((best.get(one.place)?.seq ?? 0) < one.seq) best.set(one.place, one);
  const cards = [...best.values()].flatMap((one) => cardSlots(fleet, slotBatch(fleet, one), split));
  const spells = fleet.pools.map((_, pool) => spellsOf(prices, pool));
  const terms = new Map(spells.flat().map(({ price }) => [price?.id ?? 0, price === null ? "" : termsOf(price)]));
  return ledgerOracle(cards, (pool) => spells[fleet.pools.indexOf(pool)]!, zone)
    .map(({ at, poolId, featureId, priceId, ms, micro }) => ({
      hour: (at - BEGIN) / HOUR_MS,
      pool: fleet.pools.indexOf(poolId) + 1,
      feature: NAMES.get(featureId)!,
      price: terms.get(priceId)!,
      ms: ms.map(Number),
      micro,
    }))
    .toSorted(byName);
}

/** Each card of a slot with whose its milliseconds were. */
function cardSlots(fleet: Fleet, batch: SlotBatch, split: number | null): CardSlot[] {
  const { columns: c, holds, parts, slot } = batch;
  const featureOf = (holderId: number): number => {
    const place = fleet.holders.indexOf(holderId);
    if (holderId === 0) return 0;
    if (split === null) return -1;
    if (place < split) return 1;
    return place > split && slot >= BEGIN + HOUR_MS ? 2 : -1;
  };
  return Array.from(batch.cardId, (cardId, row) => {
    const part = parts.find((one) => one.cardId === cardId) ?? { from: slot, to: slot + SLOT_MS };
    const held = [c.busyMs[row]!, c.idleHeldMs[row]!, c.startingMs[row]!, 0, c.faultMs[row]!, 0];
    const others = [0, 0, 0, c.freeMs[row]!, 0, c.ownedMs[row]! - c.observedMs[row]!];
    const time: OracleTime[] = others.map((ms, state) => ({ featureId: 0, state, ms }));
    for (const hold of holds.filter((one) => one.cardId === cardId)) {
      const ms = [hold.busyMs, hold.idleHeldMs, hold.startingMs, 0, hold.faultMs, 0];
      for (const [state, some] of ms.entries()) {
        time.push({ featureId: featureOf(hold.holderId), state, ms: some });
        held[state]! -= some;
      }
    }
    const owner = batch.holderId[row]! > 0 ? featureOf(batch.holderId[row]!) : 0; // of a shared card the rest is nobody's
    for (const [state, ms] of held.entries()) time.push({ featureId: owner, state, ms });
    const said = time.filter(({ ms }) => ms > 0);
    return { slot, poolId: batch.poolId[row]!, from: part.from, to: part.to, time: said };
  });
}

/** The told prices of a pool, and nothing in between. */
function spellsOf(told: readonly PriceTold[], pool: number): PriceSpell[] {
  const own = told.filter((one) => one.pool === pool).toSorted((a, b) => a.from - b.from);
  const spells: PriceSpell[] = [];
  let at = BEGIN - HOUR_MS;
  for (const one of own) {
    const [from, to] = [BEGIN + one.from, BEGIN + one.to];
    if (at < from) spells.push({ from: at, to: from, price: null });
    spells.push({ from, to, price: priceOf(one, spells.length + 1 + 100 * pool) });
    at = to;
  }
  return [...spells, { from: at, to: BEGIN + 10_000 * HOUR_MS, price: null }];
}

const priceOf = ({ from, to, terms }: PriceTold, id: number): Price => ({
  id,
  selector: { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" },
  basis: terms.basis ?? "card_hour",
  currency: terms.currency ?? "CNY",
  amountMicro: terms.amountMicro ?? 1_000_000n,
  cardsPerInstance: terms.cardsPerInstance ?? 1,
  owned: null,
  termTo: null,
  from: unixMs(BEGIN + from),
  to: unixMs(BEGIN + to),
  anchor: unixMs(BEGIN + from),
  knownFrom: unixMs(0),
  knownTo: null,
  revision: 1,
  isList: false,
});

const termsOf = ({ basis, currency, amountMicro, cardsPerInstance, anchor }: Price): string =>
  `${basis} ${currency} ${amountMicro} ${cardsPerInstance} ${anchor - BEGIN}`;
