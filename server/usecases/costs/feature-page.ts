import { NOBODY } from "../../../db/model/ledger.ts";
import type { CostByPool, CostChoice, DayRange, FeatureDay, FeaturePage } from "../../../db/model/ledger-views.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import { isOfTeams } from "../../domain/access/team-scope.ts";
import { NO_ESTIMATE } from "../../domain/ledger/estimate.ts";
import { featureMoney } from "../../domain/ledger/margin.ts";
import { countsAs, SHARED_KINDS, type SharedKind } from "../../domain/ledger/shares.ts";
import { type UsedCost, waterfall } from "../../domain/ledger/waterfall.ts";
import { dayNoIn, dayText } from "../../domain/usage/calendar.ts";
import { exactAt, numberAt } from "../../../db/store/ledger-reads.ts";
import { ServiceError } from "../../errors.ts";
import { inPieces, type Steps } from "../../ingest/pieces.ts";
import { UNATTRIBUTED_KEY } from "./dimensions.ts";
import { ownersOf, sharedByPool } from "./day-shares.ts";
import { dayParts, type FeatureSums, featureSums, featureTotal } from "./feature-sums.ts";
import { type FeatureFacts, featureRow, UNATTRIBUTED_FEATURE } from "./features-list.ts";
import { GroupSums } from "./group-sums.ts";
import { type LedgerFacts, ledgerFacts, STATES, type TierDays } from "./ledger-facts.ts";
import { type ListRates, listRates } from "./list-rates.ts";
import { linesAsked } from "./proof-lines.ts";
import { toHolderRow } from "./proof.ts";
import type { CostDeps } from "./ports.ts";
import { usageDays } from "./usage-days.ts";

const MOST_HOLDERS = 200;

export type FeatureQuestion = CostChoice & {
  readonly key: string;
  readonly range?: DayRange | undefined;
  readonly teams?: readonly string[] | null; // whose features; null or left out = everybody's, and what is nobody's
};

/** One feature: its days, the way from list price to margin, pools and holders behind it. @throws ServiceError not_found, invalid */
export async function featurePage(deps: CostDeps, question: FeatureQuestion): Promise<FeaturePage> {
  const { basis, policy, key } = question;
  const facts = await ledgerFacts(deps, question.range);
  const feature = featureOf(facts, key, question.teams ?? null);
  const rates = await deps.pricing.rates(null);
  const [usage, tiers, lists] = await Promise.all([
    usageDays(deps.usage, facts.asked, { currency: facts.currency, rates }, deps.clock),
    deps.costs.tiers(facts.asked, facts.zone),
    listRates(deps, facts),
  ]);
  const asked = linesAsked(facts, tiers, { feature: [key] });
  const [holders, since, sources] = await Promise.all([
    deps.costs.holders(asked, MOST_HOLDERS),
    deps.costs.holdersSince(),
    feature.id > 0 ? deps.usage.sourcesOf(feature.id, facts.asked) : [],
  ]);
  const sums = await featureSums(facts, { basis, policy }, usage, deps.clock);
  const time = timeByDay(facts, feature.id);
  const all = facts.asked.texts.length;
  const row = featureRow(feature, featureTotal(sums, feature.id, time.parts(all)), time, all);
  return {
    asOf: facts.asOf,
    zone: facts.zone,
    currency: facts.currency,
    range: facts.asked.range,
    basis,
    policy,
    feature: row,
    days: featureDays(sums, feature.id, time),
    waterfall: waterfallOf(sums, feature.id, lists),
    pools: await inPieces(poolsOf(sums, tiers, feature.id), deps.clock),
    holders: holders.map(toHolderRow),
    holdersSince: since === null ? null : keptSince(dayNoIn(since, facts.zone), facts),
    sources,
    booking: deps.ledger.progress(),
  };
}

/** A day the holders begin in is told when days of the question lie before it. */
const keptSince = (dayNo: number, { asked }: LedgerFacts): string | null =>
  dayNo > asked.from ? dayText(dayNo) : null;

function featureOf({ features }: LedgerFacts, key: string, teams: readonly string[] | null): FeatureFacts {
  if (key === UNATTRIBUTED_KEY && teams === null) return UNATTRIBUTED_FEATURE;
  const feature = [...features.values()].find((one) => one.key === key && isOfTeams(one, teams));
  if (feature === undefined)
    throw new ServiceError(
      "not_found",
      `feature ${key.slice(0, 80)} does not exist: a link may be of another installation`,
    );
  return feature;
}

/** Its lines by day, then all of them. */
function timeByDay(facts: LedgerFacts, featureId: number): GroupSums {
  const all = facts.asked.texts.length;
  const time = new GroupSums(facts, all + 1);
  for (const day of facts.days)
    for (const cell of day.cells) {
      const state = cell % STATES;
      const line = (cell - state) / STATES;
      if (countsAs(day.lines.featureId[line]!, state) !== featureId) continue;
      time.add(day.place, day, line, state);
      time.add(all, day, line, state);
    }
  return time;
}

const featureDays = (sums: FeatureSums, featureId: number, time: GroupSums): FeatureDay[] =>
  sums.facts.asked.texts.map((day, place) => ({
    ...featureMoney(dayParts(sums, featureId, place, time.parts(place))),
    day,
    time: time.byState(place),
  }));

/** Its busy time by pool at what was paid and at list prices; then what it held without using, and bears of what is shared. */
function waterfallOf(sums: FeatureSums, featureId: number, lists: ListRates): FeaturePage["waterfall"] {
  const unused: Record<SharedKind, Micro> = { idle: 0n, fault: 0n, unknown: 0n };
  for (const day of sums.shares) {
    const share = day?.features.get(featureId);
    if (share === undefined) continue;
    for (const kind of SHARED_KINDS) unused[kind] += share.shared[kind];
    unused.idle += share.directMicro - share.busyMicro;
  }
  const { otherMicro, revenueMicro } = featureTotal(sums, featureId, NO_ESTIMATE).parts;
  return waterfall({ used: usedByPool(sums.facts, featureId, lists), unused, otherMicro, revenueMicro });
}

const BUSY = 0;

/**
 * A pool of which a day has no list price has none. Time that was paid at list price has no discount. Time of which nobody
 * knows what was paid, for want of a price or of a rate, is in neither: else all of its list price would be a discount.
 */
function usedByPool({ days, prices }: LedgerFacts, featureId: number, lists: ListRates): UsedCost[] {
  const pools = new Map<number, { paidMicro: Micro; listMicro: Micro | null }>();
  for (const { lines, micro, unconverted, place } of days) {
    for (let line = 0; line < lines.count; line++) {
      const ms = numberAt(lines.ms[BUSY]!, line);
      if (countsAs(lines.featureId[line]!, BUSY) !== featureId || ms === 0) continue;
      const price = prices.get(lines.priceId[line]!);
      if (price === undefined || unconverted.has(price.currency)) continue;
      const poolId = lines.poolId[line]!;
      const paid = exactAt(micro[BUSY]!, line);
      const list = price.isList ? paid : lists.cost(place, poolId, ms);
      const sum = pools.get(poolId) ?? { paidMicro: 0n, listMicro: 0n };
      sum.listMicro = sum.listMicro === null || list === null ? null : sum.listMicro + list;
      sum.paidMicro += paid;
      pools.set(poolId, sum);
    }
  }
  return [...pools.values()];
}

const OWN: Readonly<Record<CostChoice["basis"], readonly number[]>> = { allocation: [0, 1, 2], usage: [0] }; // busy, idle_held, starting

/** Its own time and its part of what nobody used by pool, most money first. The tier is that of the last day it was there. */
function* poolsOf({ facts, choice }: FeatureSums, tiers: TierDays, featureId: number): Steps<CostByPool[]> {
  const sums = new Map<number, { direct: Micro; shared: Micro; readonly ms: number[]; place: number }>();
  const sumOf = (poolId: number, place: number) => {
    let sum = sums.get(poolId);
    if (sum === undefined) sums.set(poolId, (sum = { direct: 0n, shared: 0n, ms: [0, 0, 0, 0, 0, 0], place }));
    sum.place = place;
    return sum;
  };
  const owners = ownersOf(facts);
  for (const day of facts.days) {
    const { lines, micro, place } = day;
    for (let line = 0; line < lines.count; line++) {
      const id = lines.featureId[line]!;
      if (id !== featureId && id !== NOBODY) continue; // nobody's may count as it
      for (const [state, column] of lines.ms.entries()) {
        if (countsAs(id, state) !== featureId) continue;
        const ms = numberAt(column, line);
        if (ms === 0) continue;
        const sum = sumOf(lines.poolId[line]!, place);
        sum.ms[state]! += ms;
        if (OWN[choice.basis].includes(state)) sum.direct += exactAt(micro[state]!, line);
      }
    }
    for (const [poolId, shared] of sharedByPool(day, choice, owners, featureId)) sumOf(poolId, place).shared += shared;
    yield;
  }
  return [...sums]
    .map(([poolId, sum]) => ({ ...sum, poolId, cost: sum.direct + sum.shared }))
    .toSorted((a, b) => (a.cost === b.cost ? a.poolId - b.poolId : a.cost > b.cost ? -1 : 1))
    .flatMap(({ poolId, direct, cost, ms, place }) => {
      const pool = facts.pools.get(poolId);
      if (pool === undefined) return [];
      const { vendor, region, model, billing } = pool;
      const tier = tiers.at(place, poolId);
      const money = { directMicro: microText(direct), micro: microText(cost) };
      return [{ poolId, vendor, region, model, billing, tier, ...money, ms }];
    });
}
