import type { CoverageCertificate } from "../../../db/model/patrol.ts";
import { LEDGER_STATES, type LedgerState } from "../../../db/model/ledger.ts";
import type { CostGroup } from "../../../db/model/ledger-views.ts";
import { type Micro, microOf, unveiled } from "../../../db/model/money.ts";
import type { ReportPeriod, ReportScope } from "../../../db/model/report.ts";
import type { Rule } from "../../../db/model/rule.ts";
import { unixMs } from "../../../db/model/units.ts";
import {
  type CardPeriod,
  readCardPeriod,
  readEventCounts,
  readIncidentPeriod,
  readMessageCounts,
  readSilencesAt,
} from "../../../db/store/patrol-facts.ts";
import type { PoolRecord } from "../../../db/store/registry.ts";
import type {
  PatrolCard,
  PatrolFacts,
  PatrolFeature,
  PatrolIncident,
  PatrolMoney,
  PatrolTerm,
} from "../../domain/patrol/patrol-facts.ts";
import type { PoolPrice } from "../../context.ts";
import { costGroups } from "../costs/cost-view.ts";
import { UNATTRIBUTED_KEY } from "../costs/dimensions.ts";
import { featuresView } from "../costs/features-list.ts";
import { ledgerFacts } from "../costs/ledger-facts.ts";
import type { CostDeps } from "../costs/ports.ts";
import { createPricing } from "../pricing/pricing-port.ts";
import { isPartOfFleet } from "./report-features.ts";
import { reportRules } from "./report-incidents.ts";
import { daysOf, filterOf } from "./report-money.ts";
import { reportCosts, type ReportParts } from "./report-sources.ts";
import { watchNear } from "./patrol-watch.ts";

export type PatrolParts = ReportParts & {
  readonly certify: (period: ReportPeriod, scope: ReportScope) => Promise<CoverageCertificate>;
};

/** Everything the checks look at, of a period and scope. @param books whose days' money it is; left out = the period's */
export async function patrolFacts(
  { certify, ...parts }: PatrolParts,
  period: ReportPeriod,
  scope: ReportScope,
  books: ReportPeriod = period,
): Promise<PatrolFacts> {
  const { db } = parts;
  const deps = await reportCosts(parts);
  const prices = await createPricing(parts).hourlyByPool(period.to, null);
  const pools = (await deps.past.pools(null)).filter((pool) => isInScope(pool, scope));
  const ids = new Set(pools.map(({ id }) => id));
  const isWhole = !isPartOfFleet(scope);
  const cards = (await readCardPeriod(db, period)).filter(({ poolId }) => ids.has(poolId));
  const certificate = await certify(period, scope);
  const rules = await reportRules(db);
  const incidents = (await readIncidentPeriod(db, period)).filter(({ poolId }) =>
    poolId === 0 ? isWhole : ids.has(poolId),
  );
  return {
    from: period.from,
    to: period.to,
    through: certificate.through,
    cards: cards.map(cardOf),
    events: (await readEventCounts(db, period)).filter(({ poolId }) => ids.has(poolId)),
    incidents: incidents.map((one) => incidentOf(one, rules)),
    causes: certificate.byCause,
    ...(await moneyOf(deps, books, scope)),
    terms: termsOf(prices, pools, cards),
    messages: await readMessageCounts(db, period),
    silences: await readSilencesAt(db, unixMs(period.to - 1)),
    ...(await watchNear(db, period)),
  };
}

/** A list that names nothing lets everything through. Teams own features, not pools. */
function isInScope(pool: PoolRecord, { vendors, regions, models, billings }: ReportScope): boolean {
  const lets = (names: readonly string[], name: string): boolean => names.length === 0 || names.includes(name);
  return (
    lets(vendors, pool.vendor) && lets(regions, pool.region) && lets(models, pool.model) && lets(billings, pool.billing)
  );
}

const cardOf = (card: CardPeriod): PatrolCard => card;

function incidentOf(
  { nodeKey, labels, ...one }: Awaited<ReturnType<typeof readIncidentPeriod>>[number],
  rules: ReadonlyMap<string, Rule>,
): PatrolIncident {
  const node = nodeKey.slice(nodeKey.lastIndexOf("/") + 1);
  const { id, ruleId, severity, firedAt, resolvedAt, ackedAt, isFlapping, isSuppressed } = one;
  return {
    id,
    ruleId,
    family: rules.get(ruleId)?.family ?? "custom",
    severity,
    subject: node !== "" ? node : (Object.values(labels)[0] ?? ruleId),
    firedAt,
    resolvedAt,
    ackedAt,
    isFlapping,
    isSuppressed,
  };
}

/** Money of the ledger's days of the period, and of features: as the Cost and the Features page say it. */
async function moneyOf(
  deps: CostDeps,
  period: ReportPeriod,
  scope: ReportScope,
): Promise<{ readonly money: PatrolMoney | null; readonly features: readonly PatrolFeature[] | null }> {
  const range = daysOf(period);
  const facts = await ledgerFacts(deps, range);
  const tiers = await deps.costs.tiers(facts.asked, facts.zone);
  const { groups, total } = costGroups(facts, tiers, "feature", filterOf(scope));
  const days = total.byDay.filter((amount) => amount !== null).length;
  if (days === 0) return { money: null, features: null };
  const view = isPartOfFleet(scope) ? null : await featuresView(deps, { basis: "allocation", policy: "apart", range });
  const nobodys = groups.find(({ key }) => key === UNATTRIBUTED_KEY);
  return {
    money: {
      days,
      costMicro: microOf(total.micro),
      idleMicro: inStates(total, ["idle_held", "free"]),
      unattributedMicro: nobodys === undefined ? 0n : inStates(nobodys, ["busy", "idle_held", "starting"]),
      ownedMs: total.byState.ms.reduce((sum, ms) => sum + ms, 0),
      unpricedMs: total.estimate.unpricedMs,
    },
    features: (view?.features ?? []) // on some pools only, what features earn is not known
      .filter(({ team }) => scope.teams.length === 0 || scope.teams.includes(team))
      .map(({ name, costMicro, marginMicro }) => ({
        name,
        costMicro: unveiled(costMicro),
        marginMicro: marginMicro === null ? null : microOf(marginMicro),
      })),
  };
}

const inStates = ({ byState }: Pick<CostGroup, "byState">, states: readonly LedgerState[]): Micro =>
  states.reduce((sum, state) => sum + microOf(byState.micro[LEDGER_STATES.indexOf(state)] ?? "0"), 0n);

/** Ends of the terms of prices in force at the end, with the cards that stand under them. */
function termsOf(
  prices: ReadonlyMap<number, PoolPrice>,
  pools: readonly PoolRecord[],
  cards: readonly CardPeriod[],
): PatrolTerm[] {
  const count = new Map<number, number>();
  for (const { poolId } of cards) count.set(poolId, (count.get(poolId) ?? 0) + 1);
  return pools.flatMap(({ id, vendor, region, model }) => {
    const endsAt = prices.get(id)?.price.termTo ?? null;
    const under = count.get(id) ?? 0;
    return endsAt === null || under === 0 ? [] : [{ name: `${vendor} ${region} ${model}`, endsAt, cards: under }];
  });
}
