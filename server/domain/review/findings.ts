import type { ReviewKind } from "../../../db/model/board-views.ts";
import type { Micro } from "../../../db/model/money.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import type { CardUse, PoolFacts, ReviewFacts, ReviewRules } from "./facts.ts";

/** One piece of advice: which cards of which pool, why, and what acting on it saves a day, from when. */
export type ReviewFinding = {
  readonly fingerprint: string; // the same advice tomorrow has the same one
  readonly kind: ReviewKind;
  readonly poolId: number;
  readonly cards: readonly string[]; // UUIDs, ascending
  readonly savingPerDayMicro: Micro;
  readonly savingFrom: number; // unix ms
  readonly coverage: number; // observed ÷ owned of the cards behind it
  readonly evidence: Readonly<Record<string, string | number | null>>;
};

/**
 * What is worth acting on, the largest saving first; equal ones by fingerprint. One finding a kind and pool (oversized: a
 * kind, pool and smaller model).
 *
 * Unpriced pools give no advice, because its worth is not known; so do cards that are new, or observed for less than the
 * least coverage.
 * No card is named twice, and no free card is promised to two pools: the dearest pool comes first. So the savings add up.
 * What a term has paid for saves nothing before the term ends.
 */
export function reviewFindings(facts: ReviewFacts, rules: ReviewRules): ReviewFinding[] {
  const seen = facts.cards.filter(
    ({ ownedMs, observedMs }) => ownedMs >= rules.leastOwnedMs && observedMs >= rules.leastCoverage * ownedMs,
  );
  const byPool = new Map<number, CardUse[]>();
  for (const card of seen) {
    const cards = byPool.get(card.poolId);
    if (cards) cards.push(card);
    else byPool.set(card.poolId, [card]);
  }
  const priced = facts.pools.filter((pool): pool is PricedPool => pool.hourlyMicro !== null && pool.hourlyMicro > 0n);
  const room = roomInP0(facts, byPool, rules);
  const dearestFirst = priced.toSorted((a, b) => compare(b.hourlyMicro, a.hourlyMicro) || a.poolId - b.poolId);
  const findings = dearestFirst.flatMap((pool) => {
    const cards = byPool.get(pool.poolId) ?? [];
    const moving = move(pool, cards, facts, rules, room);
    const moved = new Set(moving.flatMap((one) => one.cards));
    const staying = cards.filter((card) => !moved.has(card.uuid));
    return [
      ...reclaim(pool, cards, facts, rules),
      ...moving,
      ...shrink(pool, staying, facts, rules, priced),
      ...termEnds(pool, cards, facts, rules),
    ];
  });
  return findings
    .filter((finding) => finding.savingPerDayMicro >= rules.leastPerDayMicro)
    .sort((a, b) => compare(b.savingPerDayMicro, a.savingPerDayMicro) || compare(a.fingerprint, b.fingerprint));
}

type PricedPool = PoolFacts & { readonly hourlyMicro: Micro };

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
const isSunk = (pool: PoolFacts, now: number): boolean => pool.termTo !== null && pool.termTo > now;
const endsSoon = ({ termTo }: PoolFacts, now: number, rules: ReviewRules): boolean =>
  termTo !== null && termTo > now && termTo <= now + rules.termDays * DAY_MS;
const isPaidByTheHour = ({ billing }: PoolFacts): boolean => billing === "on_demand" || billing === "spot";

/**
 * Cards nobody needs: free where each hour is paid for, or held by somebody who does nothing with them. Where a term ends
 * soon, `termEnds` names them.
 */
function reclaim(pool: PricedPool, cards: readonly CardUse[], facts: ReviewFacts, rules: ReviewRules): ReviewFinding[] {
  if (endsSoon(pool, facts.now, rules)) return [];
  const free = cards.filter((card) => card.freeMs >= rules.idleShare * card.observedMs);
  const quiet = cards.filter((card) => card.idleHeldMs >= rules.idleShare * card.observedMs);
  const kinds = [
    { kind: "free_on_demand" as const, cards: isPaidByTheHour(pool) && !isSunk(pool, facts.now) ? free : [] },
    { kind: "idle_held" as const, cards: quiet },
  ];
  return kinds
    .filter(({ cards: named }) => named.length > 0)
    .map(({ kind, cards: named }) =>
      finding(kind, pool, named, facts, {
        saving: perDay(pool.hourlyMicro, named.length),
        evidence: { cards: named.length, idleShare: share(named, (c) => c.idleHeldMs + c.freeMs) },
      }),
    );
}

type Room = { readonly poolId: number; readonly model: string; left: number };

/** Cards that stand free in P0, where their hours are paid for anyway; `left` falls as they are promised. */
function roomInP0(
  { pools }: ReviewFacts,
  byPool: ReadonlyMap<number, readonly CardUse[]>,
  rules: ReviewRules,
): readonly Room[] {
  const isFree = (card: CardUse): boolean => card.freeMs >= rules.idleShare * card.observedMs;
  return pools
    .filter(({ tier }) => tier === 0)
    .map(({ poolId, model }) => ({ poolId, model, left: (byPool.get(poolId) ?? []).filter(isFree).length }))
    .sort((a, b) => b.left - a.left || a.poolId - b.poolId);
}

/** Busy cards in P2 or P3 while cards of the same model stand free in P0: as many as there is room for. */
function move(
  pool: PricedPool,
  cards: readonly CardUse[],
  facts: ReviewFacts,
  rules: ReviewRules,
  rooms: readonly Room[],
): ReviewFinding[] {
  if (pool.tier < 2 || isSunk(pool, facts.now)) return [];
  const busy = cards.filter((card) => card.busyMs >= rules.busyShare * card.observedMs);
  const open = rooms.filter(({ model, left, poolId }) => model === pool.model && left > 0 && poolId !== pool.poolId);
  const free = open.reduce((sum, { left }) => sum + left, 0);
  const count = Math.min(busy.length, free);
  if (count === 0) return [];
  let rest = count;
  for (const one of open) {
    const taken = Math.min(rest, one.left);
    one.left -= taken;
    rest -= taken;
  }
  const named = busy.toSorted((a, b) => compare(a.uuid, b.uuid)).slice(0, count);
  return [
    finding("busy_in_expensive", pool, named, facts, {
      saving: perDay(pool.hourlyMicro, count),
      evidence: { cards: count, tier: pool.tier, freeInP0: free, toPoolId: open[0]!.poolId },
    }),
  ];
}

/** Cards whose work would fit a cheaper card: its memory, and by the performance index its speed. */
function shrink(
  pool: PricedPool,
  cards: readonly CardUse[],
  facts: ReviewFacts,
  rules: ReviewRules,
  pools: readonly PricedPool[],
): ReviewFinding[] {
  const smaller = pools
    .filter((other) => other.model !== pool.model && other.hourlyMicro < pool.hourlyMicro && canTake(other, pool))
    .sort((a, b) => compare(a.hourlyMicro, b.hourlyMicro) || a.poolId - b.poolId);
  const fits = new Map<PricedPool, CardUse[]>();
  for (const card of cards) {
    if (card.busyMs < rules.busyShare * card.observedMs) continue; // hardly any work: taking it back is the better advice
    const target = smaller.find((other) => isEnough(other, pool, card, rules));
    if (target) fits.set(target, [...(fits.get(target) ?? []), card]);
  }
  return [...fits].map(([target, named]) =>
    finding("oversized", pool, named, facts, {
      saving: perDay(pool.hourlyMicro - target.hourlyMicro, named.length),
      about: target.model,
      evidence: {
        cards: named.length,
        model: pool.model,
        toModel: target.model,
        toPoolId: target.poolId,
        memoryBytes: Math.max(...named.map((card) => card.peak!.memoryBytes)),
        activityRatio: Math.max(...named.map((card) => card.peak!.activityRatio)),
      },
    }),
  );
}

/** Of the same maker, and no work moves onto cards that may be taken away at any time, unless it stands on such now. */
const canTake = (target: PoolFacts, current: PoolFacts): boolean =>
  target.maker === current.maker && (target.billing !== "spot" || current.billing === "spot");

function isEnough(target: PoolFacts, current: PoolFacts, card: CardUse, rules: ReviewRules): boolean {
  if (card.peak === null || target.memoryBytes === null || target.index === null || current.index === null)
    return false;
  return (
    card.peak.memoryBytes <= rules.memoryRoom * target.memoryBytes &&
    card.peak.activityRatio * current.index <= rules.activityRoom * target.index
  );
}

/** Terms that end soon, with how much of the pool was used: what to give back instead of renewing. */
function termEnds(
  pool: PricedPool,
  cards: readonly CardUse[],
  facts: ReviewFacts,
  rules: ReviewRules,
): ReviewFinding[] {
  if (!endsSoon(pool, facts.now, rules)) return [];
  const idle = cards.filter((card) => card.idleHeldMs + card.freeMs >= rules.idleShare * card.observedMs);
  if (idle.length === 0) return [];
  return [
    finding("term_ends", pool, idle, facts, {
      saving: perDay(pool.hourlyMicro, idle.length),
      evidence: {
        cards: cards.length,
        idleCards: idle.length,
        termTo: pool.termTo,
        busyShare: share(cards, (card) => card.busyMs),
      },
    }),
  ];
}

const perDay = (hourlyMicro: Micro, cards: number): Micro => hourlyMicro * 24n * BigInt(cards);

function share(cards: readonly CardUse[], part: (card: CardUse) => number): number {
  const observed = cards.reduce((sum, card) => sum + card.observedMs, 0);
  return observed > 0 ? cards.reduce((sum, card) => sum + part(card), 0) / observed : 0;
}

function finding(
  kind: ReviewKind,
  pool: PricedPool,
  cards: readonly CardUse[],
  { now }: ReviewFacts,
  { saving, evidence, about = "" }: { saving: Micro; evidence: ReviewFinding["evidence"]; about?: string },
): ReviewFinding {
  const owned = cards.reduce((sum, card) => sum + card.ownedMs, 0);
  return {
    fingerprint: [kind, pool.poolId, about].join("/"),
    kind,
    poolId: pool.poolId,
    cards: cards.map((card) => card.uuid).sort(),
    savingPerDayMicro: saving,
    savingFrom: isSunk(pool, now) ? pool.termTo! : now,
    coverage: owned > 0 ? cards.reduce((sum, card) => sum + card.observedMs, 0) / owned : 0,
    evidence,
  };
}
