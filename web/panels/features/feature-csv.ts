import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { FeaturePage, HolderRow } from "../../../db/model/ledger-views.ts";
import type { Cell } from "../../lib/csv.ts";

const micro = (text: string | null | undefined): Cell => (text == null ? null : BigInt(text));

/** The days of a feature as a file: money in whole micro-units, what is not known empty. */
export function featureDaysCsv(page: FeaturePage): Cell[][] {
  const head = [
    "day",
    "feature",
    "direct_micro",
    "shared_micro",
    "other_micro",
    "cost_micro",
    "revenue_micro",
    "margin_micro",
    "units_micro",
    "failed_units_micro",
    "unit_cost_micro",
    "unit_coverage",
    "coverage",
    "list_ratio",
    "unpriced_ms",
    ...LEDGER_STATES.map((state) => `${state}_ms`),
    "currency",
    "zone",
    "basis",
    "policy",
    "as_of",
  ];
  return [
    head,
    ...page.days.map((day): Cell[] => [
      day.day,
      page.feature.key,
      micro(day.directMicro),
      micro(day.sharedMicro),
      micro(day.otherMicro),
      micro(day.costMicro),
      micro(day.revenueMicro),
      micro(day.marginMicro),
      micro(day.units?.okMicro),
      micro(day.units?.failedMicro),
      micro(day.unitCostMicro),
      day.estimate.unitCoverage,
      day.estimate.coverage,
      day.estimate.listRatio,
      day.estimate.unpricedMs,
      ...LEDGER_STATES.map((_, i) => day.time.ms[i] ?? null),
      page.currency,
      page.zone,
      page.basis,
      page.policy,
      new Date(page.asOf).toISOString(),
    ]),
  ];
}

/** The cards a feature cost, pool by pool. */
export function featurePoolsCsv(page: FeaturePage): Cell[][] {
  const head = [
    "pool_id",
    "vendor",
    "region",
    "model",
    "billing",
    "tier",
    "direct_micro",
    "micro",
    "currency",
    ...LEDGER_STATES.map((state) => `${state}_ms`),
  ];
  return [
    head,
    ...page.pools.map((pool): Cell[] => [
      pool.poolId,
      pool.vendor,
      pool.region,
      pool.model,
      pool.billing,
      pool.tier === null ? null : `P${pool.tier}`,
      micro(pool.directMicro),
      micro(pool.micro),
      page.currency,
      ...LEDGER_STATES.map((_, i) => pool.ms[i] ?? null),
    ]),
  ];
}

/** Who held the cards, and the rule that took each. */
export function holdersCsv(holders: readonly HolderRow[]): Cell[][] {
  return [
    ["holder", "namespace", "pod", "owner", "rule", ...LEDGER_STATES.map((state) => `${state}_ms`)],
    ...holders.map((one): Cell[] => [
      one.holder,
      one.namespace,
      one.pod,
      one.owner,
      one.rule,
      ...LEDGER_STATES.map((_, i) => one.ms[i] ?? null),
    ]),
  ];
}
