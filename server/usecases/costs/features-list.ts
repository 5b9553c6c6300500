import type { Feature } from "../../../db/model/feature.ts";
import { LEDGER_STATES, NOBODY, UNATTRIBUTED } from "../../../db/model/ledger.ts";
import type { CostChoice, DayRange, FeatureRow, FeaturesView, LooseRow } from "../../../db/model/ledger-views.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import { estimateOf } from "../../domain/ledger/estimate.ts";
import { addMoney, featureMoney, type MoneyParts } from "../../domain/ledger/margin.ts";
import { SHARED_KINDS } from "../../domain/ledger/shares.ts";
import { addLoose, newLoose, sharesOf } from "./day-shares.ts";
import { UNATTRIBUTED_KEY } from "./dimensions.ts";
import {
  type FeatureSums,
  featureSums,
  type FeatureTotal,
  featureTotal,
  timeSums,
  utilisation,
} from "./feature-sums.ts";
import { GroupSums } from "./group-sums.ts";
import { type LedgerFacts, ledgerFacts } from "./ledger-facts.ts";
import type { CostDeps } from "./ports.ts";
import { usageDays } from "./usage-days.ts";

export type FeaturesQuestion = CostChoice & { readonly range?: DayRange | undefined };

/**
 * What every feature cost and earned in some days, and the card-time that is no feature's. Rows add up to the total. Its
 * direct and shared cost are the money of all card-time, as on the Cost page.
 * @throws ServiceError invalid for days nobody can ask for
 */
export async function featuresView(deps: CostDeps, { range, basis, policy }: FeaturesQuestion): Promise<FeaturesView> {
  const facts = await ledgerFacts(deps, range);
  const rates = await deps.pricing.rates(null);
  const usage = await usageDays(deps.usage, facts.asked, { currency: facts.currency, rates });
  const sums = featureSums(facts, { basis, policy }, usage);
  const features = shownFeatures(sums);
  const ids = [...features.map(({ id }) => id), UNATTRIBUTED];
  const time = timeSums(facts, ids);
  const totals = ids.map((id, i) => featureTotal(sums, id, time.parts(i)));
  const [unattributed] = totals.slice(-1) as [FeatureTotal];
  const loose = looseRows(sums, unattributed, time, ids.length - 1);
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
    total: featureMoney(totalOf(facts, totals, loose)),
    booking: deps.ledger.progress(),
  };
}

/** Features in use, and archived ones that cost or earned something in the days; by key. */
function shownFeatures({ facts, usage, choice, owners }: FeatureSums): Feature[] {
  const bearing = new Set(facts.days.flatMap((day) => [...sharesOf(day, choice, owners).features.keys()]));
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

type Loose = { readonly row: LooseRow; readonly micro: Micro };

/** What is no feature's: time nobody's rule takes, and what nobody used, as far as the policy left it. */
function looseRows(sums: FeatureSums, unattributed: FeatureTotal, time: GroupSums, place: number): Loose[] {
  const { facts, choice, owners } = sums;
  const { directMicro, sharedMicro } = unattributed.parts;
  const first: LooseRow = {
    what: "unattributed",
    time: time.byState(place),
    micro: microText(directMicro + sharedMicro),
    estimate: estimateOf(unattributed.parts.estimate),
  };
  const rests = restingOn(facts, choice);
  const kinds = SHARED_KINDS.map((kind, i): Loose => {
    const sum = newLoose();
    for (const day of facts.days) addLoose(sum, sharesOf(day, choice, owners).loose[kind]);
    const row: LooseRow = {
      what: kind,
      time: { ms: sum.ms, micro: sum.micro.map(microText) },
      micro: microText(sum.leftMicro),
      estimate: rests.estimate(i),
    };
    return { row, micro: sum.leftMicro };
  });
  return [{ row: first, micro: directMicro + sharedMicro }, ...kinds];
}

/** What the time behind each kind rests on: the same lines and states that shareOut calls so. */
function restingOn(facts: LedgerFacts, { basis }: CostChoice): GroupSums {
  const sums = new GroupSums(facts, SHARED_KINDS.length);
  const [idle, fault, unknown] = [0, 1, 2];
  for (const day of facts.days)
    for (let line = 0; line < day.lines.count; line++) {
      const isNobodys = day.lines.featureId[line] === NOBODY;
      const isIdle = [isNobodys, isNobodys || basis === "usage", isNobodys || basis === "usage", true];
      for (const [state, is] of isIdle.entries()) if (is) sums.add(idle, day, line, state);
      sums.add(fault, day, line, FAULT);
      sums.add(unknown, day, line, UNKNOWN);
    }
  return sums;
}
const FAULT = LEDGER_STATES.indexOf("fault");
const UNKNOWN = LEDGER_STATES.indexOf("unknown");

/** Everything: the rows above, and what the whole of the lines rests on. */
function totalOf(facts: LedgerFacts, totals: readonly FeatureTotal[], loose: readonly Loose[]): MoneyParts {
  const lines = new GroupSums(facts, 1);
  for (const day of facts.days) for (let line = 0; line < day.lines.count; line++) lines.addLine(0, day, line);
  const sum = addMoney(totals.map(({ parts }) => ({ ...parts, units: null })));
  const left = loose.slice(1).reduce((all, { micro }) => all + micro, 0n);
  const { countedMs, expectedMs, hasRevenue, unconverted } = sum.estimate;
  const time = lines.parts(0);
  return {
    ...sum,
    sharedMicro: sum.sharedMicro + left,
    estimate: {
      ...time,
      countedMs,
      expectedMs,
      hasRevenue,
      unconverted: [...new Set([...time.unconverted, ...unconverted])].toSorted(),
    },
  };
}
