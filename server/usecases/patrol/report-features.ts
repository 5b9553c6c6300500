import { LEDGER_STATES, type LedgerState } from "../../../db/model/ledger.ts";
import type { CostGroup, FeatureMoney, FeatureRow, LooseRow } from "../../../db/model/ledger-views.ts";
import { type Micro, microOf, microText, unveiled } from "../../../db/model/money.ts";
import type { ReportScope } from "../../../db/model/report.ts";
import type { CostTotal, FeaturesFacts } from "../../../reports/report-facts.ts";
import type { DayRange } from "../../../db/model/ledger-views.ts";
import { NOBODY_KEY, UNATTRIBUTED_KEY } from "../costs/dimensions.ts";
import { utilisation } from "../costs/feature-sums.ts";
import { featuresView } from "../costs/features-list.ts";
import type { CostDeps } from "../costs/ports.ts";

/** As the Features page opens. */
const CHOICE = { basis: "allocation", policy: "apart" } as const;

export const isPartOfFleet = ({ vendors, regions, models, billings }: ReportScope): boolean =>
  vendors.length + regions.length + models.length + billings.length > 0;

/**
 * What features cost and earned: as the Features page says it; of some teams, their rows; on some pools, the card-time
 * there alone, for revenue and units are of whole features.
 */
export async function periodFeatures(
  deps: CostDeps,
  range: DayRange,
  scope: ReportScope,
  inScope: { readonly byFeature: readonly CostGroup[]; readonly total: CostTotal },
): Promise<FeaturesFacts> {
  if (isPartOfFleet(scope)) return onPools(deps, inScope);
  const view = await featuresView(deps, { ...CHOICE, range });
  const rows = view.features;
  if (scope.teams.length === 0)
    return {
      rows,
      loose: view.loose.map(({ what, micro, time }) => ({ what, micro, ms: total(time.ms) })),
      total: view.total,
    };
  const own = rows.filter(({ team }) => scope.teams.includes(team));
  return { rows: own, loose: [], total: totalOf(own, inScope.total) };
}

const total = (times: readonly number[]): number => times.reduce((all, one) => all + one, 0);
const sum = (amounts: readonly (string | null)[]): Micro => amounts.reduce((all, one) => all + unveiled(one), 0n);

/** Rows added up. Revenue is the sum of what was said; without any it is not known. */
function totalOf(rows: readonly FeatureMoney[], { estimate }: CostTotal): FeatureMoney {
  const cost = sum(rows.map(({ costMicro }) => costMicro));
  const said = rows.flatMap(({ revenueMicro }) => revenueMicro ?? []);
  const revenue = said.length === 0 ? null : sum(said);
  const margin = revenue === null ? null : revenue - cost;
  return {
    ...moneyOf(cost, estimate),
    revenueMicro: revenue === null ? null : microText(revenue),
    marginMicro: margin === null ? null : microText(margin),
    marginRatio: margin === null || revenue === null || revenue <= 0n ? null : Number(margin) / Number(revenue),
    roi: margin === null || cost <= 0n ? null : Number(margin) / Number(cost),
    estimate: { ...estimate, hasRevenue: revenue !== null },
  };
}

/** Card-time alone: what it earned is not known. */
const moneyOf = (cost: Micro, estimate: FeatureMoney["estimate"]): FeatureMoney => ({
  directMicro: microText(cost),
  sharedMicro: "0",
  otherMicro: "0",
  costMicro: microText(cost),
  revenueMicro: null,
  marginMicro: null,
  marginRatio: null,
  roi: null,
  units: null,
  unitCostMicro: null,
  failedCostMicro: null,
  estimate,
});

const OWN: readonly LedgerState[] = ["busy", "idle_held", "starting"];

function onPools(
  { features }: CostDeps,
  inScope: { readonly byFeature: readonly CostGroup[]; readonly total: CostTotal },
): FeaturesFacts {
  const { byFeature } = inScope;
  const byKey = new Map(features.list().map((feature) => [feature.key, feature]));
  const isOwned = ({ key }: CostGroup): boolean => key !== NOBODY_KEY && key !== UNATTRIBUTED_KEY;
  const inStates = (groups: readonly CostGroup[], states: readonly LedgerState[]): Micro =>
    sum(groups.flatMap(({ byState }) => states.map((state) => byState.micro[LEDGER_STATES.indexOf(state)] ?? "0")));
  const rows = byFeature.filter(isOwned).map((group): Omit<FeatureRow, "costByDay"> => {
    const feature = byKey.get(group.key);
    return {
      ...moneyOf(inStates([group], OWN), group.estimate),
      id: feature?.id ?? 0,
      key: group.key,
      name: group.label,
      team: feature?.team ?? "",
      kind: feature?.kind ?? "other",
      unit: feature?.unit ?? "",
      isArchived: feature?.archivedAt !== null,
      time: group.byState,
      utilisation: utilisation(group.byState),
    };
  });
  const nobodys = byFeature.filter((group) => !isOwned(group));
  const loose = [
    ["unattributed", nobodys, OWN],
    ["idle", byFeature, ["free"]],
    ["fault", byFeature, ["fault"]],
    ["unknown", byFeature, ["unknown"]],
  ] as const satisfies readonly (readonly [LooseRow["what"], readonly CostGroup[], readonly LedgerState[]])[];
  return {
    rows,
    loose: loose.map(([what, groups, states]) => ({
      what,
      micro: microText(inStates(groups, states)),
      ms: total(groups.flatMap(({ byState }) => states.map((state) => byState.ms[LEDGER_STATES.indexOf(state)] ?? 0))),
    })),
    total: moneyOf(microOf(inScope.total.micro), { ...inScope.total.estimate, hasRevenue: false }),
  };
}
