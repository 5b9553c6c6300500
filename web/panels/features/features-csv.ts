import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { FeatureMoney, FeaturesView, LooseRow, StateMoney } from "../../../db/model/ledger-views.ts";
import { lastDay } from "../../lib/day-range.ts";
import type { Cell } from "../../lib/csv.ts";
import type { FeatureLine } from "./feature-rows.ts";

/** The table as a file: every row says its days, choices and currency; money in whole micro-units, unknown cells empty. */
export function featuresCsv(view: FeaturesView, lines: readonly FeatureLine[], loose: readonly LooseRow[]): Cell[][] {
  const head = [
    "row",
    "key",
    "name",
    "team",
    "kind",
    ...MONEY_COLUMNS,
    "utilisation",
    ...LEDGER_STATES.map((state) => `${state}_ms`),
    "currency",
    "first_day",
    "last_day",
    "zone",
    "basis",
    "policy",
    "as_of",
  ];
  const end: Cell[] = [
    view.currency,
    view.range.from,
    lastDay(view.range),
    view.zone,
    view.basis,
    view.policy,
    new Date(view.asOf).toISOString(),
  ];
  return [
    head,
    ...lines.map((line): Cell[] => [
      "feature",
      line.key,
      line.name,
      line.team,
      line.kind,
      ...moneyCells(line, line.unit),
      line.utilisation,
      ...timeCells(line.time),
      ...end,
    ]),
    ...loose.map((row): Cell[] => [
      row.what,
      ...Array.from({ length: 4 + 3 }, () => null),
      row.micro === null ? null : BigInt(row.micro),
      ...Array.from({ length: MONEY_COLUMNS.length - 7 }, () => null),
      row.estimate.coverage,
      row.estimate.listRatio,
      row.estimate.unpricedMs,
      null,
      ...timeCells(row.time),
      ...end,
    ]),
  ];
}

const MONEY_COLUMNS = [
  "direct_micro",
  "shared_micro",
  "other_micro",
  "cost_micro",
  "revenue_micro",
  "margin_micro",
  "margin_ratio",
  "roi",
  "units_micro",
  "failed_units_micro",
  "unit",
  "unit_cost_micro",
  "failed_cost_micro",
  "unit_coverage",
  "coverage",
  "list_ratio",
  "unpriced_ms",
];

/** The columns of money of any row; the order of MONEY_COLUMNS. */
function moneyCells(money: FeatureMoney, unit: string): Cell[] {
  const micro = (text: string | null | undefined): Cell => (text == null ? null : BigInt(text));
  const { estimate } = money;
  return [
    micro(money.directMicro),
    micro(money.sharedMicro),
    micro(money.otherMicro),
    micro(money.costMicro),
    micro(money.revenueMicro),
    micro(money.marginMicro),
    money.marginRatio,
    money.roi,
    micro(money.units?.okMicro),
    micro(money.units?.failedMicro),
    unit,
    micro(money.unitCostMicro),
    micro(money.failedCostMicro),
    estimate.unitCoverage,
    estimate.coverage,
    estimate.listRatio,
    estimate.unpricedMs,
  ];
}

const timeCells = (time: StateMoney): Cell[] => LEDGER_STATES.map((_, i) => time.ms[i] ?? null);
