import { LEDGER_STATES, type LedgerState } from "../../../db/model/ledger.ts";
import type { DayRange, FeatureMoney, FeaturesView, LooseRow, StateMoney } from "../../../db/model/ledger-views.ts";
import type { Micro, MicroText } from "../../../db/model/money.ts";
import { exactAt, numberAt } from "../../../db/store/ledger-reads.ts";
import { hourStart } from "../../../db/store/steps.ts";
import { BOM, type Cell, csvLine } from "../../../db/model/csv.ts";
import { shownTo, type Sight } from "../../domain/access/sight.ts";
import { featureName, sieveOf, tierKey } from "./dimensions.ts";
import { featuresView, type FeaturesQuestion } from "./features-list.ts";
import { type LedgerDay, type LedgerFacts, ledgerFacts, type TierDays } from "./ledger-facts.ts";
import { linesAsked } from "./proof-lines.ts";
import { factsOfTeams, filterOfTeams, type Teams } from "./team-facts.ts";
import type { CostDeps, ExportDeps } from "./ports.ts";
import type { CostFilter } from "../../../db/model/ledger-views.ts";

/** Whole micro-units as digits, however many: an amount below nothing is no formula. */
const micro = (amount: MicroText | Micro | null | undefined): Cell => (amount == null ? null : BigInt(amount));

/** The Features page as a file: features, what is no feature's, and the total. Money in whole micro-units of the currency it says. */
export async function* featuresCsv(deps: CostDeps, question: FeaturesQuestion, sight: Sight): AsyncGenerator<string> {
  const view = shownTo(sight, await featuresView(deps, { ...question, teams: sight.teams }));
  const end = [view.currency, view.range.from, view.range.to, view.zone, view.basis, view.policy, iso(view.asOf)];
  yield BOM + csvLine([...FEATURE_HEAD, ...MONEY, ...STATE_MS, "utilisation", ...END]);
  for (const row of view.features) {
    const head = ["feature", row.key, row.name, row.team, row.kind, row.unit];
    yield csvLine([...head, ...moneyCells(row), ...row.time.ms, row.utilisation, ...end]);
  }
  for (const row of view.loose)
    yield csvLine([row.what, null, null, null, null, null, ...looseCells(row), ...row.time.ms, null, ...end]);
  yield csvLine(["total", null, null, null, null, null, ...moneyCells(view.total), ...totalMs(view), null, ...end]);
}

const FEATURE_HEAD = ["row", "key", "name", "team", "kind", "unit"];
const MONEY = [
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
  "unit_cost_micro",
  "failed_cost_micro",
  "coverage",
  "list_ratio",
  "unpriced_ms",
  "unconverted",
  "unit_coverage",
];
const END = ["currency", "from", "to", "zone", "basis", "policy", "as_of"];
const STATE_MS = LEDGER_STATES.map((state) => `${state}_ms`);
const STATE_MICRO = LEDGER_STATES.map((state) => `${state}_micro`);

function moneyCells({ units, estimate, ...money }: FeatureMoney): Cell[] {
  return [
    micro(money.directMicro),
    micro(money.sharedMicro),
    micro(money.otherMicro),
    micro(money.costMicro),
    micro(money.revenueMicro),
    micro(money.marginMicro),
    money.marginRatio,
    money.roi,
    micro(units?.okMicro),
    micro(units?.failedMicro),
    micro(money.unitCostMicro),
    micro(money.failedCostMicro),
    estimate.coverage,
    estimate.listRatio,
    estimate.unpricedMs,
    estimate.unconverted.join(" "),
    estimate.unitCoverage,
  ];
}

/** Nobody's money stands where the total has it: in the shared cost, but for time no rule takes, which somebody held. */
function looseCells({ micro: amount, estimate }: LooseRow): Cell[] {
  const none = (count: number): Cell[] => Array.from({ length: count }, () => null);
  const { coverage, listRatio, unpricedMs, unconverted } = estimate;
  return [...none(3), micro(amount), ...none(8), coverage, listRatio, unpricedMs, unconverted.join(" "), null];
}

/**
 * Time of features and of everything nobody held. What a feature's row and the row of its kind both tell stands in the
 * total once: fault and unknown time, and under basis usage what was held without being used.
 */
function totalMs({ basis, features, loose }: FeaturesView): Cell[] {
  const rows: readonly StateMoney[] = [...features, ...loose].map(({ time }) => time);
  const kindOf = (state: LedgerState): LooseRow["what"] | null => {
    if (state === "fault" || state === "unknown") return state;
    return basis === "usage" && (state === "idle_held" || state === "starting") ? "idle" : null;
  };
  return LEDGER_STATES.map((state, i) => {
    const kind = kindOf(state);
    if (kind !== null) return loose.find(({ what }) => what === kind)?.time.ms[i] ?? 0;
    return rows.reduce((all, { ms }) => all + (ms[i] ?? 0), 0);
  });
}

export type LinesQuestion = {
  readonly range?: DayRange | undefined;
  readonly filter?: CostFilter | undefined;
  readonly teams?: Teams; // left out = everybody's
};

/** The money of the Cost page in its smallest parts: a row for each day, pool, feature and price. Added up they are the page's total. */
export async function* costCsv(
  deps: ExportDeps,
  { range, filter = {}, teams = null }: LinesQuestion,
): AsyncGenerator<string> {
  const facts = factsOfTeams(await ledgerFacts(deps, range), teams);
  const tiers = await deps.costs.tiers(facts.asked, facts.zone);
  const { lets, states } = sieveOf(facts, tiers, filterOfTeams(filter, teams));
  yield BOM + csvLine([...COST_HEAD, ...STATE_MS, ...STATE_MICRO, "total_micro", ...PRICE, "zone", "as_of"]);
  for (const day of facts.days) {
    const rows: string[] = [];
    for (let line = 0; line < day.lines.count; line++)
      if (lets(day, line)) rows.push(costRow(facts, tiers, day, line, states));
    yield rows.join("");
  }
}

const COST_HEAD = [
  "day",
  "pool_id",
  "vendor",
  "region",
  "availability_zone",
  "cluster",
  "model",
  "billing",
  "tier",
  "feature",
  "team",
  "currency",
];
const PRICE = ["price_id", "price_currency", "price_basis", "price_amount_micro", "is_list_price", "price_total_micro"];

function costRow(
  facts: LedgerFacts,
  tiers: TierDays,
  day: LedgerDay,
  line: number,
  states: readonly boolean[],
): string {
  const { lines, place } = day;
  const poolId = lines.poolId[line]!;
  const featureId = lines.featureId[line]!;
  const pool = facts.pools.get(poolId);
  const price = facts.prices.get(lines.priceId[line]!);
  const isLeft = price === undefined || day.unconverted.has(price.currency); // its money is not known in the currency
  const kept = states.map((is, state) => (is ? state : -1)).filter((state) => state >= 0);
  const sum = (columns: readonly Int32Array[]) => kept.reduce((all, state) => all + exactAt(columns[state]!, line), 0n);
  const ms = states.map((is, state) => (is ? numberAt(lines.ms[state]!, line) : null));
  const money = states.map((is, state) => (is && !isLeft ? micro(exactAt(day.micro[state]!, line)) : null));
  return csvLine([
    facts.asked.texts[place] ?? null,
    poolId,
    pool?.vendor ?? null,
    pool?.region ?? null,
    pool?.zone ?? null,
    pool?.cluster ?? null,
    pool?.model ?? null,
    pool?.billing ?? null,
    tierKey(tiers.at(place, poolId)),
    featureName(facts, featureId).key,
    facts.features.get(featureId)?.team ?? "",
    facts.currency,
    ...ms,
    ...money,
    isLeft ? null : micro(sum(day.micro)),
    price?.id ?? null,
    price?.currency ?? null,
    price?.basis ?? null,
    price === undefined ? null : micro(price.amountMicro),
    price === undefined ? null : String(price.isList),
    price === undefined ? null : micro(sum(lines.micro)),
    facts.zone,
    iso(facts.asOf),
  ]);
}

const PAGE = 5_000;

/** The lines behind a sum by the hour, newest first, every one of them. Money is in the price's currency. */
export async function* proofCsv(
  deps: CostDeps,
  { range, filter = {}, teams = null }: LinesQuestion,
): AsyncGenerator<string> {
  const facts = factsOfTeams(await ledgerFacts(deps, range), teams);
  const tiers = await deps.costs.tiers(facts.asked, facts.zone);
  const asked = linesAsked(facts, tiers, filterOfTeams(filter, teams));
  const names = asked.states;
  yield BOM + csvLine([...PROOF_HEAD, ...names.map((s) => `${s}_ms`), ...names.map((s) => `${s}_micro`)]);
  for (let offset = 0; ; offset += PAGE) {
    const lines = await deps.costs.lines(asked, { limit: PAGE, offset });
    const prices = await deps.costs.prices(lines.map(({ priceId }) => priceId));
    yield lines
      .map((line) => {
        const price = prices.get(line.priceId);
        return csvLine([
          iso(hourStart(line.hourNo)),
          line.poolId,
          featureName(facts, line.featureId).key,
          price?.id ?? null,
          price?.currency ?? null,
          price?.basis ?? null,
          price === undefined ? null : micro(price.amountMicro),
          price === undefined ? null : String(price.isList),
          price?.revision ?? null,
          teams === null ? (price?.who ?? null) : null,
          teams === null ? (price?.why ?? null) : null,
          ...line.ms,
          ...line.micro.map((amount) => (price === undefined ? null : micro(amount))),
        ]);
      })
      .join("");
    if (lines.length < PAGE) return;
  }
}

const PROOF_HEAD = [
  "hour",
  "pool_id",
  "feature",
  "price_id",
  "currency",
  "price_basis",
  "price_amount_micro",
  "is_list_price",
  "price_revision",
  "said_by",
  "said_why",
];

const iso = (at: number): string => new Date(at).toISOString();
