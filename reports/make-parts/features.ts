import type { FeatureMoney, FeatureRow } from "../../db/model/ledger-views.ts";
import { microOf } from "../../db/model/money.ts";
import type { ReportFacts } from "../report-facts.ts";
import type { FeatureLine, FeaturesPart } from "../report-value.ts";
import { hasCards, knownMicro, ownedOf } from "./fleet.ts";

/** What each feature cost and earned, beside the period before. Features without anything to say are left out. */
export function featuresOf({ now, prior, isPartOfFleet }: ReportFacts): FeaturesPart {
  const before = new Map(prior.features.rows.map((row) => [row.key, row]));
  const hasBefore = hasCards(prior);
  return {
    isPartOfFleet,
    lines: now.features.rows
      .filter(saysSomething)
      .map((row) => lineOf(row, row, before.get(row.key) ?? null))
      .toSorted((a, b) => compare(b.costMicro ?? "0", a.costMicro ?? "0") || (a.key < b.key ? -1 : 1)),
    loose: now.features.loose.map(({ what, micro, ms }) => ({
      what,
      micro: ms === 0 ? micro : knownMicro(micro, now.total.estimate),
    })),
    total: lineOf(NOBODY, now.features.total, hasBefore ? prior.features.total : null),
  };
}

const NOBODY = { key: "", name: "", team: "", unit: "", utilisation: null };

const saysSomething = (row: Omit<FeatureRow, "costByDay">): boolean =>
  row.costMicro !== "0" || row.revenueMicro !== null || ownedOf(row.time) > 0;

function compare(a: string, b: string): number {
  const [x, y] = [microOf(a), microOf(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

type Who = Pick<FeatureLine, "key" | "name" | "team" | "unit" | "utilisation">;

const lineOf = (
  { key, name, team, unit, utilisation }: Who,
  money: FeatureMoney,
  before: FeatureMoney | null,
): FeatureLine => ({
  key,
  name,
  team,
  unit,
  costMicro: knownMicro(money.costMicro, money.estimate),
  costBeforeMicro: before === null ? null : knownMicro(before.costMicro, before.estimate),
  revenueMicro: money.revenueMicro,
  marginMicro: money.marginMicro,
  marginRatio: money.marginRatio,
  marginRatioBefore: before === null ? null : before.marginRatio,
  roi: money.roi,
  unitsMicro: money.units === null ? null : money.units.okMicro,
  unitCostMicro: money.unitCostMicro,
  unitCostBeforeMicro: before === null ? null : before.unitCostMicro,
  utilisation,
  estimate: money.estimate,
});
