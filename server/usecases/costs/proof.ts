import type { HolderRow, Proof, ProofLine, ProofQuestion } from "../../../db/model/ledger-views.ts";
import { type Currency, type Micro, microText } from "../../../db/model/money.ts";
import type { FxRate } from "../../../db/model/price.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import type { HeldBehind, LinesAsked, ProvenLine } from "../../../db/store/ledger-proof.ts";
import type { PricedBy } from "../../../db/store/ledger-reads.ts";
import { hourStart } from "../../../db/store/steps.ts";
import { exchangeRate } from "../../domain/pricing/exchange.ts";
import { eachCell, featureName, sieveOf } from "./dimensions.ts";
import { ExactSums } from "./exact-sums.ts";
import { type LedgerFacts, ledgerFacts, type TierDays } from "./ledger-facts.ts";
import { linesAsked } from "./proof-lines.ts";
import { factsOfTeams, filterOfTeams, type Teams } from "./team-facts.ts";
import type { CostDeps } from "./ports.ts";

const MOST_LINES = 500;
const MOST_CARDS = 200;
const MOST_HOLDERS = 200;
const MOST_USAGE = 200;
const MOST_DIFFERENCES = 100;

/** Every line behind a sum, and what each rests on: cards, price, holders, units, and what changed since. */
export async function costProof(deps: CostDeps, given: ProofQuestion, teams: Teams = null): Promise<Proof> {
  const question = { ...given, filter: filterOfTeams(given.filter, teams) };
  const facts = factsOfTeams(await ledgerFacts(deps, question.range), teams);
  const tiers = await deps.costs.tiers(facts.asked, facts.zone);
  const asked = linesAsked(facts, tiers, question.filter);
  const rates = await deps.pricing.rates(null);
  const [sums, lines, cards, holders, usage, differences] = await Promise.all([
    deps.costs.lineSums(asked),
    deps.costs.lines(asked, { limit: MOST_LINES }),
    deps.costs.cards(asked, facts.asOf, MOST_CARDS),
    deps.costs.holders(asked, MOST_HOLDERS),
    usageBehind(deps, facts, asked),
    teams === null ? deps.costs.differences(asked, MOST_DIFFERENCES) : [], // their reasons may name anybody
  ]);
  const prices = await deps.costs.prices([...sums, ...lines].map(({ priceId }) => priceId));
  return {
    currency: facts.currency,
    question,
    totalMicro: microText(totalOf(facts, tiers, question)),
    sums: byCurrency(sums, prices).map(([currency, micro]) => ({
      currency,
      micro: microText(micro),
      rate: rateText(facts, currency, rates),
    })),
    lineCount: sums.reduce((all, { lines: count }) => all + count, 0),
    lines: lines.map((line) => unsigned(toProofLine(facts, line, prices), teams)),
    cards: cards.cards,
    cardCount: cards.count,
    holders: holders.map(toHolderRow),
    usage,
    differences: differences.map(({ micro, ...row }) => ({ ...row, micro: microText(micro) })),
  };
}

/** As the page that was clicked counts it. */
function totalOf(facts: LedgerFacts, tiers: TierDays, { filter }: ProofQuestion): Micro {
  const sum = new ExactSums(1);
  eachCell(facts, sieveOf(facts, tiers, filter), (day, line, state) => sum.add(0, day.micro[state]!, line));
  return sum.at(0);
}

type PriceSum = { readonly priceId: number; readonly micro: Micro };

function byCurrency(sums: readonly PriceSum[], prices: ReadonlyMap<number, PricedBy>): [Currency, Micro][] {
  const all = new Map<Currency, Micro>();
  for (const { priceId, micro } of sums) {
    const currency = prices.get(priceId)?.currency;
    if (currency !== undefined) all.set(currency, (all.get(currency) ?? 0n) + micro);
  }
  return [...all].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** The rates of the days with lines: one, or the least and the greatest. null = a day has none. */
function rateText({ days, currency }: LedgerFacts, from: Currency, rates: readonly FxRate[]): string | null {
  const texts = new Set<string>();
  for (const { lines } of days) {
    const rate = exchangeRate(from, currency, unixMs(lines.dayNo * DAY_MS), rates);
    if (rate === null) return null;
    texts.add(String(Number((Number(rate.num) / Number(rate.den)).toPrecision(9))));
  }
  const sorted = [...texts].map(Number).toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  return least === undefined ? null : least === most ? String(least) : `${least}–${most}`;
}

function toProofLine(facts: LedgerFacts, line: ProvenLine, prices: ReadonlyMap<number, PricedBy>): ProofLine {
  const price = prices.get(line.priceId);
  return {
    at: hourStart(line.hourNo),
    poolId: line.poolId,
    feature: featureName(facts, line.featureId).key,
    price: price === undefined ? null : toProvenPrice(price),
    ms: line.ms,
    micro: line.micro.map(microText),
  };
}

/** Who said a price and why may name anybody: not for people with teams. */
const unsigned = (line: ProofLine, teams: Teams): ProofLine =>
  teams === null || line.price === null ? line : { ...line, price: { ...line.price, who: "", why: "" } };

const toProvenPrice = (price: PricedBy): ProofLine["price"] => ({
  id: price.id,
  basis: price.basis,
  currency: price.currency,
  amountMicro: microText(price.amountMicro),
  isList: price.isList,
  revision: price.revision,
  who: price.who,
  why: price.why,
  at: price.at,
});

export const toHolderRow = ({ cluster, namespace, pod, owner, rule, ms }: HeldBehind): HolderRow => ({
  holder: [cluster, namespace, pod].filter((part) => part !== "").join("/"),
  namespace,
  pod,
  owner,
  rule,
  ms,
});

/** Lines of the units of the features asked for. A question about all of the fleet is not about units. */
async function usageBehind(deps: CostDeps, { asked: days }: LedgerFacts, asked: LinesAsked): Promise<Proof["usage"]> {
  const features = (asked.featureIds ?? []).filter((id) => id > 0);
  if (features.length === 0 || features.length > 20) return [];
  const found = await Promise.all(features.map((id) => deps.usage.unitLines(id, days, MOST_USAGE)));
  return found
    .flat()
    .toSorted((a, b) => b.from - a.from)
    .slice(0, MOST_USAGE)
    .map(({ source, from, okMicro }) => ({ source, at: from, okMicro }));
}
