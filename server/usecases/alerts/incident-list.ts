import type { IncidentFilter, IncidentRow, IncidentsPage } from "../../../db/model/alert-views.ts";
import type { Feature } from "../../../db/model/feature.ts";
import { microText } from "../../../db/model/money.ts";
import { type Action, ACTIONS, type Rule, SEVERITIES, type TwoTongues } from "../../../db/model/rule.ts";
import { comparesMoney } from "../../domain/health/compares-money.ts";
import type { StoredIncident } from "../../../db/store/incidents.ts";

export type RowContext = {
  readonly ruleOf: (ruleId: string) => Rule | null;
  readonly featureOf: (id: number) => Pick<Feature, "id" | "name"> | null;
  /** The sentence of a rule with its figures filled in. */
  readonly fill: (summary: TwoTongues, values: StoredIncident["values"]) => TwoTongues;
};

/** An incident as a list shows it. A rule that is gone leaves its id as the sentence. */
export function rowOf(one: StoredIncident, { ruleOf, featureOf, fill }: RowContext): IncidentRow {
  const rule = ruleOf(one.ruleId);
  return {
    id: one.id,
    ruleId: one.ruleId,
    family: rule?.family ?? "custom",
    severity: one.severity,
    phase: one.phase,
    scope: one.scope,
    labels: one.labels,
    summary: fill(rule?.summary ?? { zh: one.ruleId, en: one.ruleId }, one.values),
    action: actionOf(one) ?? rule?.action ?? "investigate",
    since: one.since,
    firedAt: one.firedAt,
    resolvedAt: one.resolvedAt,
    because: one.because,
    suppressedBy: one.suppressedBy,
    isFlapping: one.isFlapping,
    isHistoric: one.isHistoric,
    ackedBy: one.ackedBy,
    assignee: one.assignee,
    region: one.region,
    cluster: one.cluster,
    node: one.nodeKey.slice(one.nodeKey.lastIndexOf("/") + 1),
    poolId: one.poolId,
    cards: one.cardIds.length,
    costPerHourMicro: one.costPerHourMicro === null ? null : microText(one.costPerHourMicro),
    unpricedCards: one.unpricedCards,
    ...(rule !== null && comparesMoney(rule.condition) && { isOfMoney: true }),
    features: one.featureIds.flatMap((id) => {
      const feature = featureOf(id);
      return feature === null ? [] : [{ id, name: feature.name }];
    }),
    holders: one.holders,
  };
}

/** What a code asks for goes before what its rule does: the rule is about many codes. */
const actionOf = ({ values }: StoredIncident): Action | undefined =>
  ACTIONS.find((action) => action === values["action"]);

/** Whether a row is among what is asked for. `card` is answered by the caller, who knows the cards' numbers. */
export function isAskedFor(row: IncidentRow, filter: IncidentFilter): boolean {
  return (
    isOfSet(row, filter.set) &&
    isAnyOf(row.severity, filter.severities) &&
    isAnyOf(row.family, filter.families) &&
    (filter.ruleId === "" || row.ruleId === filter.ruleId) &&
    (filter.region === "" || row.region === filter.region) &&
    (filter.cluster === "" || row.cluster === filter.cluster) &&
    (filter.poolId === 0 || row.poolId === filter.poolId) &&
    (filter.featureId === null || row.features.some(({ id }) => id === filter.featureId)) &&
    (filter.q === "" || says(row, filter.q.toLocaleLowerCase()))
  );
}

function isOfSet(row: IncidentRow, set: IncidentFilter["set"]): boolean {
  switch (set) {
    case "open":
      return row.phase === "firing" && row.suppressedBy === null;
    case "suppressed":
      return row.phase === "firing" && row.suppressedBy !== null;
    case "pending":
      return row.phase === "pending";
    case "resolved":
      return row.phase === "resolved" && row.firedAt !== null;
  }
}

const isAnyOf = <T>(value: T, wanted: readonly T[]): boolean => wanted.length === 0 || wanted.includes(value);

const says = ({ summary, labels, holders, ruleId, features, ackedBy, assignee }: IncidentRow, words: string): boolean =>
  [
    ruleId,
    summary.zh,
    summary.en,
    ...Object.values(labels),
    ...holders,
    ...features.map(({ name }) => name),
    ackedBy,
    assignee,
  ].some((text) => text.toLocaleLowerCase().includes(words));

/** Worst first; then what nobody looks after; then the costliest, where an unknown cost comes last; then the oldest. */
export function byUrgency(a: IncidentRow, b: IncidentRow): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    Number(a.ackedBy !== "") - Number(b.ackedBy !== "") ||
    compareCost(b.costPerHourMicro, a.costPerHourMicro) ||
    a.since - b.since ||
    a.id - b.id
  );
}

function compareCost(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** What is open, whatever a page filters. Severities count what fires and is told; a suppressed one is counted as such. */
export function countsOf(open: readonly StoredIncident[]): IncidentsPage["counts"] {
  const counts = { P1: 0, P2: 0, P3: 0, suppressed: 0, pending: 0, unacknowledged: 0 };
  for (const { phase, severity, suppressedBy, ackedBy } of open) {
    if (phase === "pending") counts.pending += 1;
    else if (suppressedBy !== null) counts.suppressed += 1;
    else {
      counts[severity] += 1;
      if (ackedBy === "") counts.unacknowledged += 1;
    }
  }
  return counts;
}

/** The cards that open incidents take out, each once: an hour of a card is not lost twice. */
export const cardsOut = (open: readonly StoredIncident[]): readonly number[] => [
  ...new Set(open.flatMap(({ phase, cardIds }) => (phase === "firing" ? cardIds : []))),
];
