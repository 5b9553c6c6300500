import type { ReviewItem } from "../../../db/model/board-views.ts";
import { unveiled } from "../../../db/model/money.ts";
import type { CheckItem, CheckResult, CoverageCertificate } from "../../../db/model/patrol.ts";
import type { ReportPeriod, ReportScope } from "../../../db/model/report.ts";
import type { Rule } from "../../../db/model/rule.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { readArrivals } from "../../../db/store/arrivals.ts";
import { readCapacity } from "../../../db/store/capacity.ts";
import type { PoolRecord } from "../../../db/store/registry.ts";
import {
  readCardFaults,
  readNewestCommitted,
  readPoolSaid,
  readStandingNodes,
} from "../../../db/store/report-facts.ts";
import { readReview } from "../../../db/store/review.ts";
import { readTierEvents } from "../../../db/store/tiers.ts";
import type { PeriodFacts, ReportFacts } from "../../../reports/report-facts.ts";
import type { PoolNamed } from "../../../reports/report-value.ts";
import { periodBefore } from "../../domain/patrol/periods.ts";
import type { CostDeps } from "../costs/ports.ts";
import { declaredMs } from "./report-declared.ts";
import { isPartOfFleet, periodFeatures } from "./report-features.ts";
import { periodIncidents, reportRules } from "./report-incidents.ts";
import { type PeriodMoney, periodMoney } from "./report-money.ts";
import { reportCosts, type ReportParts } from "./report-sources.ts";

/** What others answer of a period: its coverage, and the checklist as it stood when it ended. */
export type ReportAsks = {
  certify(period: ReportPeriod, scope: ReportScope): Promise<CoverageCertificate>;
  checks(period: ReportPeriod, scope: ReportScope): Promise<readonly CheckFact[]>;
};
export type CheckFact = { readonly item: CheckItem; readonly result: CheckResult };

export type ReportQuestion = {
  readonly period: ReportPeriod;
  readonly scope: ReportScope;
  /** What it is doing, and how far it is, 0 to 1. */
  readonly onStep?: (step: "money" | "before" | "faults" | "coverage", done: number) => void;
};

const MOST_TIER_EVENTS = 2_000;
const MOST_ADVICE = 500;

/** Everything a report of a period and scope is made from, and the same of the period before. */
export async function reportFacts(
  parts: ReportParts,
  asks: ReportAsks,
  { period, scope, onStep }: ReportQuestion,
): Promise<ReportFacts> {
  const { db, config } = parts;
  const before = periodBefore(period);
  const deps = await reportCosts(parts);
  const pools = (await deps.past.pools(null)).filter((pool) => isInScope(pool, scope));
  const ids = new Set(pools.map(({ id }) => id));
  const isWhole = !isPartOfFleet(scope);
  const rules = await reportRules(db);
  const look = { parts, asks, deps, scope, rules, ids, takesPool: (id: number) => (id === 0 ? isWhole : ids.has(id)) };

  onStep?.("money", 0);
  const money = await periodMoney(deps, period, scope);
  const now = await periodFacts(look, period, money);
  onStep?.("before", 0.5);
  const prior = await periodFacts(look, before, await periodMoney(deps, before, scope));
  onStep?.("faults", 0.9);
  return {
    period,
    before,
    scope,
    currency: config().currency,
    booksZone: config().timeZone,
    isPartOfFleet: !isWhole,
    pools: pools.map((pool): PoolNamed => ({ ...placeOf(pool), tier: money.tierOf(pool.id) })),
    now,
    prior,
    reclaim: (await adviceAt(parts, period.to)).filter(({ poolId }) => ids.has(poolId)),
    arrivals: await arrivalsOf(parts, period, ids),
    tierEvents: (await readTierEvents(db, null, period, MOST_TIER_EVENTS)).filter(({ poolId }) => ids.has(poolId)),
    freshness: (await readNewestCommitted(db, period.to)).map((one) => ({ ...one, kind: "slots" })),
  };
}

/** A list that names nothing lets everything through. Teams own features, not pools. */
function isInScope(pool: PoolRecord, { vendors, regions, models, billings }: ReportScope): boolean {
  const lets = (names: readonly string[], name: string): boolean => names.length === 0 || names.includes(name);
  return (
    lets(vendors, pool.vendor) && lets(regions, pool.region) && lets(models, pool.model) && lets(billings, pool.billing)
  );
}

const placeOf = ({ id, vendor, region, zone, cluster, model, billing }: PoolRecord) => ({
  id,
  vendor,
  region,
  zone,
  cluster,
  model,
  billing,
});

type Look = {
  readonly parts: ReportParts;
  readonly asks: ReportAsks;
  readonly deps: CostDeps;
  readonly scope: ReportScope;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly ids: ReadonlySet<number>;
  readonly takesPool: (poolId: number) => boolean;
};

async function periodFacts(look: Look, period: ReportPeriod, money: PeriodMoney): Promise<PeriodFacts> {
  const { parts, asks, deps, scope, rules, ids, takesPool } = look;
  const { db } = parts;
  const { byFeature, tierOf: _, ...costs } = money;
  const [said, faults] = [await readPoolSaid(db, period), await readCardFaults(db, period)];
  return {
    ...costs,
    poolSums: said.filter(({ poolId }) => ids.has(poolId)),
    troubles: faults.filter(({ poolId }) => ids.has(poolId)),
    declaredMs: await promised(look, money),
    incidents: await periodIncidents(db, period, rules, takesPool),
    features: await periodFeatures(deps, money.money.range, scope, { byFeature, total: money.total }),
    coverage: await asks.certify(period, scope),
    checks: await asks.checks(period, scope),
  };
}

async function promised({ parts: { db }, deps, ids }: Look, { money, costs }: PeriodMoney): Promise<number | null> {
  const window = { from: money.from, to: money.through };
  if (window.to <= window.from) return null;
  return declaredMs(
    await deps.past.pools(null),
    await readStandingNodes(db, lastInstant(window.to)),
    await readCapacity(db, null),
    { window, inScope: ids, withCards: costs.pool.map(({ key }) => Number(key)) },
  );
}

const lastInstant = (to: UnixMs): UnixMs => unixMs(to - 1);

/** The review list as it stood at an instant: what a person or Dapan closed since was open then. */
async function adviceAt({ db }: ReportParts, at: UnixMs): Promise<ReviewItem[]> {
  const live = await readReview(db, ["open", "accepted"], MOST_ADVICE);
  const closed = await readReview(db, ["done", "dismissed"], MOST_ADVICE);
  return [...live, ...closed.filter(({ changedAt }) => changedAt >= at)]
    .filter(({ openedAt }) => openedAt < at)
    .map((item): ReviewItem => (item.changedAt >= at ? { ...item, state: "open" } : item))
    .toSorted((a, b) => Number(unveiled(b.savingPerDayMicro) - unveiled(a.savingPerDayMicro)) || a.id - b.id);
}

async function arrivalsOf(
  { db }: ReportParts,
  period: ReportPeriod,
  ids: ReadonlySet<number>,
): Promise<ReportFacts["arrivals"]> {
  const counts = new Map<string, { poolId: number; kind: "came" | "went"; cards: number }>();
  for (const { poolId, kind } of await readArrivals(db, period)) {
    if (!ids.has(poolId)) continue;
    const key = `${kind} ${String(poolId)}`;
    const known = counts.get(key) ?? { poolId, kind, cards: 0 };
    counts.set(key, { ...known, cards: known.cards + 1 });
  }
  return [...counts.values()];
}
