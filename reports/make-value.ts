import { microText } from "../db/model/money.ts";
import { CHECK_GROUPS, CHECK_VERDICTS, type CoverageCertificate } from "../db/model/patrol.ts";
import { type UnixMs, unixMs } from "../db/model/units.ts";
import { changesOf, coverageOf } from "./make-parts/changes.ts";
import { featuresOf } from "./make-parts/features.ts";
import { fleetOf, hasCards, wasteOf } from "./make-parts/fleet.ts";
import { funnelOf } from "./make-parts/funnel.ts";
import { idleOf } from "./make-parts/idle.ts";
import { incidentsOf } from "./make-parts/incidents.ts";
import { reliabilityOf } from "./make-parts/reliability.ts";
import type { PeriodFacts, ReportFacts } from "./report-facts.ts";
import { type Amount, type CheckLine, type Figure, MOST_HOLES, type ReportValue } from "./report-value.ts";

/** Facts as a report says them. Pure: the same facts always make the same value, whoever makes it and when. */
export function makeValue(facts: ReportFacts): ReportValue {
  const { period, before, scope, currency, booksZone, now, prior, freshness } = facts;
  const parts = {
    fleet: fleetOf(facts),
    features: featuresOf(facts),
    incidents: incidentsOf(facts),
    checks: checksOf(now, prior),
  };
  return {
    version: 1,
    kind: period.kind,
    period,
    before: hasCards(prior) ? before : null,
    scope,
    through: earlier(now.coverage.through, period.to),
    currency,
    money: { ...now.money, zone: booksZone, isSameZone: now.money.from === period.from },
    figures: figuresOf(facts, parts),
    changes: changesOf(facts, parts),
    ...parts,
    funnel: funnelOf(facts),
    reliability: reliabilityOf(facts),
    idle: idleOf(facts),
    ...holesOf(now.coverage),
    freshness,
  };
}

const earlier = (a: UnixMs, b: UnixMs): UnixMs => unixMs(Math.min(a, b));

type Parts = Pick<ReportValue, "fleet" | "features" | "incidents" | "checks">;

/** The cover's figures, each with what it was. */
function figuresOf({ now, prior }: ReportFacts, { fleet, features, incidents, checks }: Parts): Figure[] {
  const { total } = fleet;
  const isThere = hasCards(prior);
  const figure = (id: Figure["id"], unit: Amount["unit"], value: unknown, before: unknown): Figure => ({
    id,
    now: { unit, value } as Amount,
    before: { unit, value: isThere ? before : null } as Amount,
  });
  const urgent = (verdict: CheckLine["verdict"] | null): boolean => verdict === "bad" || verdict === "unknown";
  const isJudged = checks.some(({ verdictBefore }) => verdictBefore !== null);
  const wasteBefore = total.costBeforeMicro === null ? null : microText(wasteOf(prior.total.byState));
  const lastCards = prior.money.through - prior.money.from;
  return [
    figure("cost", "money", total.costMicro, total.costBeforeMicro),
    figure("waste", "money", total.wasteMicro, wasteBefore),
    figure("utilisation", "ratio", total.utilisation, total.utilisationBefore),
    figure("margin", "ratio", features.total.marginRatio, features.total.marginRatioBefore),
    figure(
      "cards",
      "cards",
      total.ownedMs > 0 ? total.cards : null,
      lastCards > 0 ? prior.total.byState.ms.reduce((all, ms) => all + ms, 0) / lastCards : null,
    ),
    figure("incidents", "count", incidents.fired, incidents.firedBefore),
    figure("mttr", "ms", incidents.mttrMs, incidents.mttrBeforeMs),
    figure(
      "bad_checks",
      "count",
      checks.length === 0 ? null : checks.filter(({ verdict }) => urgent(verdict)).length,
      isJudged ? checks.filter(({ verdictBefore }) => urgent(verdictBefore)).length : null,
    ),
    figure("coverage", "ratio", coverageOf(now.coverage), coverageOf(prior.coverage)),
  ];
}

/** Items by group, worst first in it. */
function checksOf(now: PeriodFacts, prior: PeriodFacts): CheckLine[] {
  const before = new Map(prior.checks.map(({ result }) => [result.id, result.verdict]));
  return now.checks
    .map(({ item, result }): CheckLine => ({
      id: item.id,
      group: item.group,
      verdict: result.verdict,
      verdictBefore: before.get(item.id) ?? null,
      title: item.title,
      sentence: item.sentences[result.because] ?? item.title,
      advice: item.advice,
      unit: item.unit,
      values: result.values,
      measure: result.measure,
      before: result.before,
      named: result.named,
    }))
    .toSorted(
      (a, b) =>
        CHECK_GROUPS.indexOf(a.group) - CHECK_GROUPS.indexOf(b.group) ||
        CHECK_VERDICTS.indexOf(a.verdict) - CHECK_VERDICTS.indexOf(b.verdict),
    );
}

/** What a report lists of what is missing; the rest is a number and its time, so that the sum is still whole. */
function holesOf(coverage: CoverageCertificate): Pick<ReportValue, "coverage" | "holesLeftOut"> {
  const rest = coverage.holes.slice(MOST_HOLES);
  return {
    coverage: { ...coverage, holes: coverage.holes.slice(0, MOST_HOLES) },
    holesLeftOut: { count: rest.length, missingMs: rest.reduce((all, { missingMs }) => all + missingMs, 0) },
  };
}
