import type { CardTroubles, PeriodFacts, ReportFacts } from "../report-facts.ts";
import {
  MOST_OFFENDERS,
  type Offender,
  type PoolNamed,
  type ReliabilityPart,
  type TroubleRow,
  type Troubles,
} from "../report-value.ts";
import { hasCards } from "./fleet.ts";

/** Faults by vendor and model, and the cards that have them again and again. */
export function reliabilityOf({ now, prior, pools }: ReportFacts): ReliabilityPart {
  const byId = new Map(pools.map((pool) => [pool.id, pool]));
  const [rows, before] = [troublesBy(now, byId), troublesBy(prior, byId)];
  const isKnownBefore = hasCards(prior);
  const offenders = offendersOf(now, prior, byId);
  return {
    rows: [...rows.values()]
      .map(({ vendor, model, sum }): TroubleRow => {
        const past = before.get(keyOf(vendor, model))?.sum;
        return { vendor, model, ...sum, before: past === undefined || past.observedMs <= 0 ? null : past };
      })
      .toSorted((a, b) => worst(b) - worst(a) || (keyOf(a.vendor, a.model) < keyOf(b.vendor, b.model) ? -1 : 1)),
    total: addAll([...rows.values()].map(({ sum }) => sum)),
    totalBefore: isKnownBefore ? addAll([...before.values()].map(({ sum }) => sum)) : null,
    offenders: offenders.slice(0, MOST_OFFENDERS),
    offendersLeftOut: Math.max(0, offenders.length - MOST_OFFENDERS),
  };
}

const keyOf = (vendor: string, model: string): string => `${vendor}\0${model}`;
const NONE: Troubles = { observedMs: 0, eccCorrected: 0, eccUncorrected: 0, xids: 0, drops: 0 };

/** Faults a card-day, of what takes a card out of work. */
const worst = ({ observedMs, xids, drops, eccUncorrected }: Troubles): number =>
  observedMs <= 0 ? 0 : ((xids ?? 0) + (drops ?? 0) + (eccUncorrected ?? 0)) / observedMs;

type Group = { readonly vendor: string; readonly model: string; readonly sum: Troubles };

function troublesBy(facts: PeriodFacts, byId: ReadonlyMap<number, PoolNamed>): Map<string, Group> {
  const groups = new Map<string, Group>();
  const put = (poolId: number, more: Partial<Troubles>): void => {
    const { vendor, model } = byId.get(poolId) ?? { vendor: "", model: "" };
    const key = keyOf(vendor, model);
    const sum = groups.get(key)?.sum ?? NONE;
    groups.set(key, { vendor, model, sum: add(sum, { ...NONE, ...more }) });
  };
  for (const { poolId, observedMs, eccCorrected, eccUncorrected } of facts.poolSums)
    put(poolId, { observedMs, eccCorrected, eccUncorrected });
  for (const { poolId, xids, drops } of facts.troubles) put(poolId, { xids, drops });
  return groups;
}

const plus = (a: number | null, b: number | null): number => (a ?? 0) + (b ?? 0);
const add = (a: Troubles, b: Troubles): Troubles => ({
  observedMs: a.observedMs + b.observedMs,
  eccCorrected: plus(a.eccCorrected, b.eccCorrected),
  eccUncorrected: plus(a.eccUncorrected, b.eccUncorrected),
  xids: plus(a.xids, b.xids),
  drops: plus(a.drops, b.drops),
});
/** Nothing observed is no evidence of no fault. */
const addAll = (all: readonly Troubles[]): Troubles => {
  const sum = all.reduce(add, NONE);
  return sum.observedMs > 0
    ? sum
    : { observedMs: 0, eccCorrected: null, eccUncorrected: null, xids: null, drops: null };
};

/** How often a card was in trouble. Uncorrected errors and remapped rows come in bursts, mostly with an XID of their own. */
const timesOf = ({ xids, drops, eccUncorrected, rowsRemapped }: Omit<CardTroubles, "poolId">): number =>
  Math.max(xids, eccUncorrected + rowsRemapped > 0 ? 1 : 0) + drops;

function offendersOf(now: PeriodFacts, prior: PeriodFacts, byId: ReadonlyMap<number, PoolNamed>): Offender[] {
  const past = byCard(prior.troubles);
  return [...byCard(now.troubles).values()]
    .map((card) => ({
      card,
      times: timesOf(card),
      before: timesOf(past.get(card.cardId) ?? { ...card, ...NO_TROUBLE }),
    }))
    .filter(({ times, before }) => times > 1 || (times > 0 && before > 0))
    .toSorted((a, b) => b.times - a.times || b.before - a.before || (a.card.uuid < b.card.uuid ? -1 : 1))
    .map(({ card, before }): Offender => {
      const { cardId: _, poolId, ...rest } = card;
      const { vendor, model } = byId.get(poolId) ?? { vendor: "", model: "" };
      return { ...rest, vendor, model, troublesBefore: before };
    });
}
const NO_TROUBLE = { xids: 0, drops: 0, eccUncorrected: 0, rowsRemapped: 0 };

/** A card that moved between pools is one card; it stands where its last row says. */
function byCard(troubles: readonly CardTroubles[]): Map<number, CardTroubles> {
  const cards = new Map<number, CardTroubles>();
  for (const one of troubles) {
    const known = cards.get(one.cardId);
    cards.set(
      one.cardId,
      known === undefined
        ? one
        : {
            ...one,
            xids: known.xids + one.xids,
            xidCodes: [...new Set([...known.xidCodes, ...one.xidCodes])].toSorted((a, b) => a - b),
            drops: known.drops + one.drops,
            eccUncorrected: known.eccUncorrected + one.eccUncorrected,
            rowsRemapped: known.rowsRemapped + one.rowsRemapped,
          },
    );
  }
  return cards;
}
