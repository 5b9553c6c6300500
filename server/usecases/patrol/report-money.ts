import type { CostFilter, CostGroup, DayRange } from "../../../db/model/ledger-views.ts";
import type { ReportPeriod, ReportScope } from "../../../db/model/report.ts";
import type { Tier } from "../../../db/model/tier.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { PeriodFacts } from "../../../reports/report-facts.ts";
import type { FleetDimension } from "../../../reports/report-value.ts";
import { dayBegin, dayNoIn, dayText } from "../../domain/usage/calendar.ts";
import { costGroups } from "../costs/cost-view.ts";
import { ledgerFacts, type TierDays } from "../costs/ledger-facts.ts";
import type { CostDeps } from "../costs/ports.ts";

/**
 * The ledger's days of a period: the same dates, in the zone the books are kept in. Where the two zones differ the days
 * begin at another instant; the report says so.
 */
export const daysOf = ({ from, to, zone }: ReportPeriod): DayRange => ({
  from: dayText(dayNoIn(from, zone)),
  to: dayText(dayNoIn(unixMs(to - 1), zone) + 1),
});

/** Which money a scope lets through; a dimension nobody named lets everything through. */
export function filterOf({ vendors, regions, models, billings, teams }: ReportScope): CostFilter {
  return {
    ...(vendors.length > 0 && { vendor: vendors }),
    ...(regions.length > 0 && { region: regions }),
    ...(models.length > 0 && { model: models }),
    ...(billings.length > 0 && { billing: billings }),
    ...(teams.length > 0 && { team: teams }),
  };
}

export type PeriodMoney = Pick<PeriodFacts, "money" | "days" | "costs" | "total"> & {
  readonly byFeature: readonly CostGroup[]; // within the scope
  readonly tierOf: (poolId: number) => Tier | null; // when the period ended
};

/** What the card-time of a period cost, by every dimension of the fleet: as the Cost page says it. */
export async function periodMoney(deps: CostDeps, period: ReportPeriod, scope: ReportScope): Promise<PeriodMoney> {
  const facts = await ledgerFacts(deps, daysOf(period));
  const tiers: TierDays = await deps.costs.tiers(facts.asked, facts.zone);
  const filter = filterOf(scope);
  const { groups: vendor, total } = costGroups(facts, tiers, "vendor", filter);
  const by = (dimension: FleetDimension | "pool" | "feature"): readonly CostGroup[] =>
    dimension === "vendor" ? vendor : costGroups(facts, tiers, dimension, filter).groups;
  const [from, end] = [dayBegin(facts.asked.from, facts.zone), dayBegin(facts.asked.to, facts.zone)];
  const last = facts.asked.texts.length - 1;
  return {
    money: { range: facts.asked.range, from, through: within(facts.asOf, from, end) },
    days: facts.asked.texts,
    costs: {
      vendor: by("vendor"),
      region: by("region"),
      model: by("model"),
      billing: by("billing"),
      tier: by("tier"),
      pool: by("pool"),
    },
    total,
    byFeature: by("feature"),
    tierOf: (poolId) => tiers.at(last, poolId),
  };
}

const within = (at: number, from: UnixMs, to: UnixMs): UnixMs => unixMs(Math.min(Math.max(at, from), to));
