import { microOf, type MicroText, microText } from "../../db/model/money.ts";
import { CHECK_VERDICTS } from "../../db/model/patrol.ts";
import type { ReportFacts } from "../report-facts.ts";
import type {
  Amount,
  Change,
  ChangeKind,
  CheckLine,
  FeaturesPart,
  FleetPart,
  IncidentsPart,
  Named,
} from "../report-value.ts";
import { numberOf } from "../write-figures.ts";
import { hasCards, wasteOf } from "./fleet.ts";

/** What counts as a change worth a line. "ours": a reader should see a dozen lines, not noise. */
const CHANGED = { cost: 0.05, feature: 0.1, unitCost: 0.05, points: 0.02, coverage: 0.001, leastShare: 0.005 } as const;
const MOST_CHANGES = 40;

type Parts = {
  readonly fleet: FleetPart;
  readonly features: FeaturesPart;
  readonly incidents: IncidentsPart;
  readonly checks: readonly CheckLine[];
};

/** What is not as it was: checks first, then the sums of money, its parts by how much of it moved, and the rest. */
export function changesOf(facts: ReportFacts, parts: Parts): Change[] {
  if (!hasCards(facts.prior)) return []; // the whole fleet is new then: that is no news
  const money = [...vendorChanges(parts.fleet), ...featureChanges(parts)].toSorted((a, b) => moved(b) - moved(a));
  return [
    ...checkChanges(parts.checks),
    ...costChanges(facts, parts.fleet),
    ...money,
    ...shareChanges(facts, parts.fleet),
    ...comesAndGoes(facts),
    ...ruleChanges(parts.incidents),
  ].slice(0, MOST_CHANGES);
}

const EVERYTHING: Named = "";
const money = (value: MicroText | null): Amount => ({ unit: "money", value });
const ratio = (value: number | null): Amount => ({ unit: "ratio", value });
const count = (value: number | null): Amount => ({ unit: "count", value });

/** Ratios weigh less than any money. */
const moved = ({ now, before }: Change): number =>
  now.unit === "money" ? Math.abs((numberOf(now) ?? 0) - (numberOf(before) ?? 0)) : 0;

/** The change against what was; null = nothing to compare with. */
function relative(now: MicroText | null, before: MicroText | null): number | null {
  if (now === null || before === null || before === "0") return null;
  return Number(microOf(now) - microOf(before)) / Math.abs(Number(before));
}
const isMore = (change: number | null, than: number): boolean => change !== null && Math.abs(change) >= than;

function costChanges({ prior }: ReportFacts, { total }: FleetPart): Change[] {
  const wasteBefore = total.costBeforeMicro === null ? null : microText(wasteOf(prior.total.byState));
  const waste = relative(total.wasteMicro, wasteBefore);
  return [
    ...(isMore(relative(total.costMicro, total.costBeforeMicro), CHANGED.cost / 10)
      ? [change("cost", EVERYTHING, money(total.costMicro), money(total.costBeforeMicro), null)]
      : []),
    ...(isMore(waste, CHANGED.cost)
      ? [change("waste", EVERYTHING, money(total.wasteMicro), money(wasteBefore), (waste ?? 0) < 0)]
      : []),
  ];
}

/** Of one vendor the sum says it already. */
function vendorChanges({ total, groups: { vendor } }: FleetPart): Change[] {
  if (vendor.length < 2) return [];
  const least = Math.abs(Number(total.costMicro)) * CHANGED.leastShare;
  return vendor
    .filter(
      ({ costMicro, costBeforeMicro }) =>
        isMore(relative(costMicro, costBeforeMicro), CHANGED.cost) &&
        Math.abs(Number(costMicro) - Number(costBeforeMicro)) >= least,
    )
    .map((row) => change("vendor_cost", row.key, money(row.costMicro), money(row.costBeforeMicro), null));
}

function featureChanges({ features: { lines, total } }: Parts): Change[] {
  const least = Math.abs(Number(total.costMicro)) * CHANGED.leastShare;
  return lines.flatMap((line) => {
    const name = line.name === "" ? line.key : line.name;
    const costDiff = Math.abs(Number(line.costMicro) - Number(line.costBeforeMicro ?? line.costMicro));
    const unit = relative(line.unitCostMicro, line.unitCostBeforeMicro);
    const margin =
      line.marginRatio === null || line.marginRatioBefore === null ? null : line.marginRatio - line.marginRatioBefore;
    return [
      ...(isMore(relative(line.costMicro, line.costBeforeMicro), CHANGED.feature) && costDiff >= least
        ? [change("feature_cost", name, money(line.costMicro), money(line.costBeforeMicro), null)]
        : []),
      ...(isMore(unit, CHANGED.unitCost)
        ? [
            change(
              "feature_unit_cost",
              name,
              money(line.unitCostMicro),
              money(line.unitCostBeforeMicro),
              (unit ?? 0) < 0,
            ),
          ]
        : []),
      ...(isMore(margin, CHANGED.points)
        ? [change("feature_margin", name, ratio(line.marginRatio), ratio(line.marginRatioBefore), (margin ?? 0) > 0)]
        : []),
    ];
  });
}

function shareChanges({ now, prior }: ReportFacts, { total }: FleetPart): Change[] {
  const busy =
    total.utilisation === null || total.utilisationBefore === null ? null : total.utilisation - total.utilisationBefore;
  const [seen, seenBefore] = [coverageOf(now.coverage), coverageOf(prior.coverage)];
  const coverage = seen === null || seenBefore === null ? null : seen - seenBefore;
  return [
    ...(isMore(busy, CHANGED.points)
      ? [change("utilisation", EVERYTHING, ratio(total.utilisation), ratio(total.utilisationBefore), (busy ?? 0) > 0)]
      : []),
    ...(isMore(coverage, CHANGED.coverage)
      ? [change("coverage", EVERYTHING, ratio(seen), ratio(seenBefore), (coverage ?? 0) > 0)]
      : []),
  ];
}

/** Observed ÷ owned; null = nothing was ours. */
export const coverageOf = ({
  ownedMs,
  observedMs,
}: {
  readonly ownedMs: number;
  readonly observedMs: number;
}): number | null => (ownedMs > 0 ? observedMs / ownedMs : null);

/** Cards that came and went, and tiers that are others now than when the period began. */
function comesAndGoes({ arrivals, tierEvents, pools }: ReportFacts): Change[] {
  const byId = new Map(pools.map((pool) => [pool.id, pool]));
  const byCards = arrivals.toSorted((a, b) => b.cards - a.cards || a.poolId - b.poolId);
  const cards = byCards.flatMap(({ poolId, kind, cards: n }) => {
    const pool = byId.get(poolId);
    return pool === undefined || n === 0
      ? []
      : [change(kind === "came" ? "cards_came" : "cards_went", pool, count(n), count(null), null)];
  });
  const ends = new Map<number, { from: number | null; to: number }>();
  for (const { poolId, fromTier, toTier } of tierEvents)
    ends.set(poolId, { from: fromTier, to: ends.get(poolId)?.to ?? toTier }); // newest first
  const tiers = [...ends].flatMap(([poolId, { from, to }]) => {
    const pool = byId.get(poolId);
    return pool === undefined || from === null || from === to
      ? []
      : [change("tier", pool, count(to), count(from), to < from)];
  });
  return [...cards, ...tiers];
}

function ruleChanges({ byRule }: IncidentsPart): Change[] {
  return byRule
    .filter(({ firedBefore }) => firedBefore === 0)
    .map(({ ruleId, fired }) => change("new_rule", ruleId, count(fired), count(0), false));
}

function checkChanges(checks: readonly CheckLine[]): Change[] {
  return checks.flatMap(({ title, verdict, verdictBefore, measure, before }) => {
    if (verdictBefore === null || verdictBefore === verdict) return [];
    const kind: ChangeKind =
      verdict === "unknown"
        ? "check_unknown"
        : CHECK_VERDICTS.indexOf(verdict) < CHECK_VERDICTS.indexOf(verdictBefore)
          ? "check_worse"
          : "check_better";
    if (kind === "check_better" && verdict !== "ok") return [];
    return [change(kind, title, count(measure), count(before), kind === "check_better")];
  });
}

const change = (kind: ChangeKind, subject: Named, now: Amount, before: Amount, isGood: boolean | null): Change => ({
  kind,
  subject,
  now,
  before,
  isGood,
});
