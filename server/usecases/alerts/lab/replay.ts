import type { LabIncident, LabRun } from "../../../../db/model/alert-views.ts";
import type { Incident } from "../../../../db/model/incident.ts";
import type { Rule, RuleInForce } from "../../../../db/model/rule.ts";
import { DAY_MS, SLOT_MS } from "../../../../db/model/time.ts";
import type { UnixMs } from "../../../../db/model/units.ts";
import type { RecentLives } from "../../../domain/alerts/advance.ts";
import type { Round } from "../../../domain/health/round.ts";
import type { EngineJudge } from "../engine-judge.ts";

/** Incidents of a run that are kept; the rest is a number. */
export const MOST_INCIDENTS = 2_000;

/** One version of a rule on its way through the past, by the engine's own decisions. */
export class Replay {
  private readonly judge: Pick<EngineJudge, "evaluate" | "advance">;
  private readonly rule: Rule;
  private readonly inForce: ReadonlyMap<string, RuleInForce>;
  private open: ReadonlyMap<string, Incident> = new Map();
  private recent: RecentLives = new Map();
  private readonly kept = new Map<string, LabIncident>(); // open ones, by fingerprint
  private readonly over: LabIncident[] = [];
  private firing = 0;
  private mostOpen = 0;

  constructor(judge: Pick<EngineJudge, "evaluate" | "advance">, rule: Rule) {
    this.judge = judge;
    this.rule = rule;
    this.inForce = new Map([[rule.id, { rule, version: 0, origin: "user", enabled: true }]]);
  }

  take(round: Round): void {
    const saw = this.judge.evaluate(this.rule, round);
    const step = this.judge.advance({
      open: this.open,
      recent: this.recent,
      saws: [saw],
      rules: this.inForce,
      silences: [],
      now: round.at,
      elapsedMs: SLOT_MS,
    });
    this.open = step.open;
    this.recent = step.recent;
    for (const { next, events } of step.changes) {
      if (next.ruleId !== this.rule.id) continue;
      if (events.some(({ kind }) => kind === "fired")) this.fire(next);
      if (next.phase === "resolved") this.end(next);
    }
    this.mostOpen = Math.max(this.mostOpen, this.firing);
  }

  /** Those of a part of the fleet that was replayed by itself; the next part begins with nothing open. */
  finish(): readonly LabIncident[] {
    const all = [...this.over, ...this.kept.values()];
    this.over.length = 0;
    this.kept.clear();
    this.open = new Map();
    this.recent = new Map();
    this.firing = 0;
    return all;
  }

  get most(): number {
    return this.mostOpen;
  }

  private fire(one: Incident): void {
    this.firing += 1;
    this.kept.set(one.fingerprint, {
      fingerprint: one.fingerprint,
      labels: one.labels,
      since: one.since,
      firedAt: one.firedAt ?? one.since,
      resolvedAt: null,
      cards: one.cardIds.length,
      evidence: one.evidence,
    });
  }

  private end(one: Incident): void {
    const fired = this.kept.get(one.fingerprint);
    if (fired === undefined) return; // it never fired
    this.firing -= 1;
    this.kept.delete(one.fingerprint);
    this.over.push({ ...fired, resolvedAt: one.resolvedAt });
  }
}

/** A run as the page shows it. Pages: P1 and P2 that fired, a day. */
export function runOf(
  incidents: readonly LabIncident[],
  rule: Rule,
  window: { readonly from: UnixMs; readonly to: UnixMs },
  mostOpen: number,
): LabRun {
  const days = (window.to - window.from) / DAY_MS;
  const sorted = [...incidents].sort((a, b) => a.firedAt - b.firedAt);
  return {
    incidents: sorted.slice(0, MOST_INCIDENTS),
    total: sorted.length,
    pagesPerDay: rule.severity === "P3" || days === 0 ? 0 : sorted.length / days,
    firstAt: sorted[0]?.firedAt ?? null,
    mostOpen,
  };
}

/** Incidents of one run that the other has nothing of: of the same finding, at the same time. */
export function without(some: readonly LabIncident[], others: readonly LabIncident[]): readonly LabIncident[] {
  const byFingerprint = new Map<string, LabIncident[]>();
  for (const one of others) byFingerprint.set(one.fingerprint, [...(byFingerprint.get(one.fingerprint) ?? []), one]);
  const end = (one: LabIncident) => one.resolvedAt ?? Infinity;
  return some
    .filter(
      (one) =>
        !(byFingerprint.get(one.fingerprint) ?? []).some((other) => other.since < end(one) && one.since < end(other)),
    )
    .slice(0, MOST_INCIDENTS);
}
