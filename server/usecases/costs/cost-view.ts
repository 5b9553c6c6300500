import {
  COST_DIMENSIONS,
  type CostDimension,
  type CostFilter,
  type CostGroup,
  type CostView,
  type DayRange,
} from "../../../db/model/ledger-views.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import { eachCell, groupBy, sieveOf } from "./dimensions.ts";
import { GroupSums } from "./group-sums.ts";
import { type LedgerFacts, ledgerFacts, type TierDays } from "./ledger-facts.ts";
import { factsOfTeams, filterOfTeams, type Teams } from "./team-facts.ts";
import type { CostDeps } from "./ports.ts";

export type CostQuestion = {
  readonly range?: DayRange | undefined; // left out = the last 7 days
  readonly by: CostDimension;
  readonly filter?: CostFilter | undefined;
  readonly teams?: Teams; // left out = everybody's
};

/** What card-time cost in some days, by one dimension and over time. @throws ServiceError invalid for days nobody can ask for */
export async function costView(
  deps: CostDeps,
  { range, by, filter = {}, teams = null }: CostQuestion,
): Promise<CostView> {
  const facts = factsOfTeams(await ledgerFacts(deps, range), teams);
  const tiers = await deps.costs.tiers(facts.asked, facts.zone);
  const { groups, total } = costGroups(facts, tiers, by, filterOfTeams(filter, teams));
  return {
    asOf: facts.asOf,
    zone: facts.zone,
    currency: facts.currency,
    range: facts.asked.range,
    days: facts.asked.texts,
    by,
    groups,
    total,
    values: valuesOf(facts, tiers),
    booking: deps.ledger.progress(),
  };
}

/** Groups, most money first, and their total. */
export function costGroups(
  facts: LedgerFacts,
  tiers: TierDays,
  by: CostDimension,
  filter: CostFilter,
): Pick<CostView, "groups" | "total"> {
  const sieve = sieveOf(facts, tiers, filter);
  const grouping = groupBy(facts, tiers, by);
  const sums = new GroupSums(facts, grouping.keys.length);
  const total = new GroupSums(facts, 1);
  eachCell(facts, sieve, (day, line, state) => {
    sums.add(grouping.of(day, line, state), day, line, state);
    total.add(0, day, line, state);
  });
  const groups = grouping.keys
    .map((key, i) => ({ exact: sums.micro(i), group: { key, label: grouping.labels[i] ?? key, ...figures(sums, i) } }))
    .filter(({ group }) => group.byDay.some((amount) => amount !== null))
    .toSorted((a, b) => byAmount(a.exact, b.exact) || (a.group.key < b.group.key ? -1 : 1));
  return { groups: groups.map(({ group }) => group), total: figures(total, 0) };
}

const byAmount = (a: Micro, b: Micro): number => (a === b ? 0 : a > b ? -1 : 1);

const figures = (sums: GroupSums, group: number): Omit<CostGroup, "key" | "label"> => ({
  micro: microText(sums.micro(group)),
  byDay: sums.byDay(group),
  byState: sums.byState(group),
  estimate: sums.estimate(group),
});

/** Every value the lines of the days have, whatever the filter: what can be filtered by. */
function valuesOf(facts: LedgerFacts, tiers: TierDays): CostView["values"] {
  const values = (by: CostDimension): Value[] => {
    const { keys, labels } = groupBy(facts, tiers, by);
    return keys.map((key, i) => ({ key, label: labels[i] ?? key })).toSorted(byLabel);
  };
  return Object.fromEntries(COST_DIMENSIONS.map((by) => [by, values(by)])) as Record<CostDimension, Value[]>;
}

type Value = { readonly key: string; readonly label: string };
const byLabel = (a: Value, b: Value): number => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);
