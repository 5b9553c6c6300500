import type { Feature } from "../../../db/model/feature.ts";
import { type CostBasis, LEDGER_STATES, NOBODY, UNATTRIBUTED } from "../../../db/model/ledger.ts";
import type { CostChoice, DayRange, FeatureRow, FeaturesView, LooseRow } from "../../../db/model/ledger-views.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import { isOfTeams } from "../../domain/access/team-scope.ts";
import { type EstimateParts, estimateOf, mergeEstimates } from "../../domain/ledger/estimate.ts";
import { addMoney, featureMoney, type MoneyParts } from "../../domain/ledger/margin.ts";
import { countsAs, SHARED_KINDS, type SharedKind } from "../../domain/ledger/shares.ts";
import { UNATTRIBUTED_KEY } from "./dimensions.ts";
import { type FeatureSums, featureSums, type FeatureTotal, featureTotal, utilisation } from "./feature-sums.ts";
import { GroupSums } from "./group-sums.ts";
import { type LedgerFacts, ledgerFacts, STATES } from "./ledger-facts.ts";
import type { CostDeps } from "./ports.ts";
import { usageDays } from "./usage-days.ts";

export type FeaturesQuestion = CostChoice & {
  readonly range?: DayRange | undefined;
  readonly teams?: readonly string[] | null; // whose features; null or left out = everybody's, and what is nobody's
};

/**
 * What every feature cost and earned in some days, and the card-time that is no feature's. Rows add up to the total. Its
 * direct and shared cost are the money of all card-time, as on the Cost page.
 * @throws ServiceError invalid for days nobody can ask for
 */
export async function featuresView(
  deps: CostDeps,
  { range, basis, policy, teams = null }: FeaturesQuestion,
): Promise<FeaturesView> {
  const facts = await ledgerFacts(deps, range);
  const rates = await deps.pricing.rates(null);
  const usage = await usageDays(deps.usage, facts.asked, { currency: facts.currency, rates }, deps.clock);
  const sums = await featureSums(facts, { basis, policy }, usage, deps.clock);
  const features = shownFeatures(sums).filter((feature) => isOfTeams(feature, teams));
  const ids = [...features.map(({ id }) => id), UNATTRIBUTED];
  const time = timeOf(facts, basis, ids);
  const totals = ids.map((id, i) => featureTotal(sums, id, time.parts(i)));
  const loose = teams === null ? looseRows(sums, totals.at(-1)!, time, ids.length - 1) : [];
  return {
    asOf: facts.asOf,
    zone: facts.zone,
    currency: facts.currency,
    range: facts.asked.range,
    days: facts.asked.texts,
    basis,
    policy,
    features: features.map((feature, i) => ({
      ...featureRow(feature, totals[i]!, time, i),
      costByDay: totals[i]!.costByDay.map((cost) => (cost === null ? null : microText(cost))),
    })),
    loose: loose.map(({ row }) => row),
    total: featureMoney(
      teams === null
        ? totalOf(totals, loose, time.parts(ids.length + SHARED_KINDS.length))
        : addMoney(totals.slice(0, -1).map(({ parts }) => ({ ...parts, units: null }))),
    ),
    booking: deps.ledger.progress(),
  };
}

/** Features in use, and archived ones that cost or earned something in the days; by key. */
function shownFeatures({ facts, usage, shares }: FeatureSums): Feature[] {
  const bearing = new Set(shares.flatMap((day) => [...(day?.features.keys() ?? [])]));
  return [...facts.features.values()].filter(
    ({ id, archivedAt }) => archivedAt === null || bearing.has(id) || usage.featureIds.has(id),
  );
}

/** A row of the table. `i`: its place in the sums of time. */
export function featureRow(
  feature: FeatureFacts,
  total: FeatureTotal,
  time: GroupSums,
  i: number,
): Omit<FeatureRow, "costByDay"> {
  const { id, key, name, team, kind, unit, archivedAt } = feature;
  const held = time.byState(i);
  return {
    ...featureMoney(total.parts),
    id,
    key,
    name,
    team,
    kind,
    unit,
    isArchived: archivedAt !== null,
    time: held,
    utilisation: utilisation(held),
  };
}

export type FeatureFacts = Pick<Feature, "id" | "key" | "name" | "team" | "kind" | "unit" | "archivedAt">;

/** The row of time no rule takes has a page like a feature. */
export const UNATTRIBUTED_FEATURE: FeatureFacts = {
  id: UNATTRIBUTED,
  key: UNATTRIBUTED_KEY,
  name: "",
  team: "",
  kind: "other",
  unit: "",
  archivedAt: null,
};

/** Time and what it rests on: of features in their order, then of each kind nobody used, then of everybody else. */
function timeOf(facts: LedgerFacts, basis: CostBasis, featureIds: readonly number[]): GroupSums {
  const places = new Map(featureIds.map((id, i) => [id, i]));
  const rest = featureIds.length + SHARED_KINDS.length;
  const sums = new GroupSums(facts, rest + 1);
  for (const day of facts.days) {
    for (const cell of day.cells) {
      const state = cell % STATES;
      const line = (cell - state) / STATES;
      const featureId = countsAs(day.lines.featureId[line]!, state);
      sums.add(places.get(featureId) ?? rest, day, line, state);
      const kind = kindOf(featureId, state, basis);
      if (kind !== null) sums.add(featureIds.length + SHARED_KINDS.indexOf(kind), day, line, state);
    }
  }
  return sums;
}

/** As shareOut calls time that is not a feature's own; null = it is one's own. */
function kindOf(featureId: number, state: number, basis: CostBasis): SharedKind | null {
  const name = LEDGER_STATES[state];
  if (name === "fault" || name === "unknown") return name;
  const isOwn = featureId !== NOBODY && (name === "busy" || (basis === "allocation" && name !== "free"));
  return isOwn ? null : "idle";
}

type Loose = { readonly row: LooseRow; readonly micro: Micro };

/** What is no feature's: time nobody's rule takes, and what nobody used, as far as the policy left it. */
function looseRows({ shares }: FeatureSums, unattributed: FeatureTotal, time: GroupSums, place: number): Loose[] {
  const { directMicro, sharedMicro, estimate } = unattributed.parts;
  const own = directMicro + sharedMicro;
  const first: LooseRow = {
    what: "unattributed",
    time: time.byState(place),
    micro: microText(own),
    estimate: estimateOf(estimate),
  };
  const kinds = SHARED_KINDS.map((kind, i): Loose => {
    const group = place + 1 + i;
    const left = shares.reduce((sum, day) => sum + (day?.loose[kind].leftMicro ?? 0n), 0n);
    const row = { what: kind, time: time.byState(group), micro: microText(left), estimate: time.estimate(group) };
    return { row, micro: left };
  });
  return [{ row: first, micro: own }, ...kinds];
}

/** Everything: the rows above. @param others what the lines rest on that are in no feature's row */
function totalOf(totals: readonly FeatureTotal[], loose: readonly Loose[], others: EstimateParts): MoneyParts {
  const sum = addMoney(totals.map(({ parts }) => ({ ...parts, units: null })));
  const left = loose.slice(1).reduce((all, { micro }) => all + micro, 0n);
  return { ...sum, sharedMicro: sum.sharedMicro + left, estimate: mergeEstimates([sum.estimate, others]) };
}
