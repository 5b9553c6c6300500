import { type MicroText, microOf, microText } from "../../db/model/money.ts";
import { SEVERITIES } from "../../db/model/rule.ts";
import { HOUR_MS, type Window } from "../../db/model/time.ts";
import type { IncidentFact, ReportFacts } from "../report-facts.ts";
import { type IncidentLine, type IncidentsPart, MOST_INCIDENTS } from "../report-value.ts";
import { hasCards } from "./fleet.ts";

/** What fired, and how soon somebody looked and it was over. What happens after the period is not in it. */
export function incidentsOf({ period, before, now, prior }: ReportFacts): IncidentsPart {
  const lived = now.incidents.filter((one) => isOpenIn(one, period));
  const fired = firedIn(now.incidents, period);
  const firedBefore = hasCards(prior) ? firedIn(prior.incidents, before) : null;
  const lines = lived.map((one) => lineOf(one, period)).toSorted((a, b) => b.openMs - a.openMs || a.no - b.no);
  const means = meansOf(fired, period);
  const meansBefore = firedBefore === null ? null : meansOf(firedBefore, before);
  return {
    fired: fired.length,
    firedBefore: firedBefore === null ? null : firedBefore.length,
    open: lines.filter(({ resolveMs }) => resolveMs === null).length,
    bySeverity: SEVERITIES.map((severity) => {
      const own = fired.filter((one) => one.severity === severity);
      const { mttaMs, mttrMs } = meansOf(own, period);
      return { severity, fired: own.length, mttaMs, mttrMs };
    }),
    mttaMs: means.mttaMs,
    mttaBeforeMs: meansBefore === null ? null : meansBefore.mttaMs,
    mttrMs: means.mttrMs,
    mttrBeforeMs: meansBefore === null ? null : meansBefore.mttrMs,
    acked: means.acked,
    resolved: means.resolved,
    byRule: byRule(fired, firedBefore, period),
    lines: lines.slice(0, MOST_INCIDENTS),
    linesLeftOut: Math.max(0, lines.length - MOST_INCIDENTS),
  };
}

const firedIn = (all: readonly IncidentFact[], { from, to }: Window): IncidentFact[] =>
  all.filter(({ firedAt, isHistoric }) => firedAt >= from && firedAt < to && !isHistoric);

const isOpenIn = ({ firedAt, resolvedAt }: IncidentFact, { from, to }: Window): boolean =>
  firedAt < to && (resolvedAt === null || resolvedAt > from || firedAt >= from);

/** An instant as it was known when the window ended. */
const by = (at: number | null, { to }: Window): number | null => (at === null || at > to ? null : at);

function meansOf(incidents: readonly IncidentFact[], window: Window) {
  const ack = incidents.flatMap((one) => since(one, by(one.ackedAt, window)) ?? []);
  const resolve = incidents.flatMap((one) => since(one, by(one.resolvedAt, window)) ?? []);
  return { acked: ack.length, resolved: resolve.length, mttaMs: mean(ack), mttrMs: mean(resolve) };
}

const since = ({ firedAt }: IncidentFact, at: number | null): number | null =>
  at === null ? null : Math.max(0, at - firedAt);

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.round(values.reduce((all, one) => all + one, 0) / values.length);

function byRule(
  fired: readonly IncidentFact[],
  firedBefore: readonly IncidentFact[] | null,
  window: Window,
): IncidentsPart["byRule"] {
  const rules = new Map<string, IncidentFact[]>();
  for (const one of fired) rules.set(one.ruleId, [...(rules.get(one.ruleId) ?? []), one]);
  const past = new Map<string, number>();
  for (const { ruleId } of firedBefore ?? []) past.set(ruleId, (past.get(ruleId) ?? 0) + 1);
  return [...rules]
    .map(([ruleId, own]) => ({
      ruleId,
      fired: own.length,
      firedBefore: firedBefore === null ? null : (past.get(ruleId) ?? 0),
      mttrMs: meansOf(own, window).mttrMs,
    }))
    .toSorted((a, b) => b.fired - a.fired || (a.ruleId < b.ruleId ? -1 : 1));
}

function lineOf(one: IncidentFact, period: Window): IncidentLine {
  const resolvedAt = by(one.resolvedAt, period);
  const openMs = Math.max(0, (resolvedAt ?? period.to) - Math.max(one.firedAt, period.from));
  return {
    no: one.id,
    what: one.what,
    ruleId: one.ruleId,
    severity: one.severity,
    node: one.node,
    cards: one.cards,
    firedAt: one.firedAt,
    ackMs: since(one, by(one.ackedAt, period)),
    resolveMs: since(one, resolvedAt),
    openMs,
    costMicro: costOf(one.costPerHourMicro, openMs),
  };
}

/** Rounded down: an estimate of a loss is not made larger by rounding. */
const costOf = (perHour: MicroText | null, ms: number): MicroText | null =>
  perHour === null ? null : microText((microOf(perHour) * BigInt(Math.trunc(ms))) / BigInt(HOUR_MS));
