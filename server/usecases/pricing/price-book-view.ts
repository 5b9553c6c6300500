import { microText } from "../../../db/model/money.ts";
import type { Price, PriceRevision, Selector } from "../../../db/model/price.ts";
import type { PriceBookView, PriceView, RateView } from "../../../db/model/pricing-views.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { Deps } from "../../context.ts";
import { exchangeRate } from "../../domain/pricing/exchange.ts";
import { priceHourly } from "./price-hourly.ts";
import { priceView } from "./price-view.ts";

/** What of the book is asked for. */
export type BookQuestion = {
  readonly at: UnixMs | null; // which prices are in force; null = now
  readonly knownAt: UnixMs | null; // null = as believed now
  readonly search: string; // words that must all occur in selector, currency, basis or reason
  readonly kind: "all" | "real" | "list";
  readonly inForce: boolean; // only prices that hold at `at`
  readonly offset: number;
  readonly limit: number;
};

/** Revisions at hand for the reasons shown: a book with more acts than this shows the older ones by number. */
const MOST_REVISIONS = 10_000;

type Parts = Pick<Deps, "clock" | "config" | "pricing">;

/** The price book: every row with what it costs an hour, whom it prices now, and who said so why. By selector and start. */
export async function priceBookView(deps: Parts, question: BookQuestion): Promise<PriceBookView> {
  const { timeZone: zone, currency } = deps.config.current();
  const now = deps.clock.now();
  const asOf = question.at ?? now;
  const rates = await deps.pricing.rates(question.knownAt);
  const { rows, revisions } = await askedRows(deps, question, asOf);
  const byPrice = new Map<number, number[]>();
  for (const [poolId, { price }] of await deps.pricing.hourlyByPool(asOf, question.knownAt))
    byPrice.set(price.id, [...(byPrice.get(price.id) ?? []), poolId]);
  const prices = rows.slice(question.offset, question.offset + question.limit).map((price): PriceView => {
    const isInForce = holdsAt(price, asOf);
    const hourly = priceHourly(price, isInForce ? asOf : price.from, { rates }, { zone, currency });
    return {
      ...priceView(price, revisions),
      hourlyMicro: hourly === null ? null : microText(hourly),
      isInForce,
      poolIds: byPrice.get(price.id) ?? [],
    };
  });
  const foreign = new Set(rows.filter((price) => holdsAt(price, asOf)).map((price) => price.currency));
  return {
    asOf,
    knownAt: question.knownAt ?? now,
    zone,
    currency,
    prices,
    total: rows.length,
    rates: rates.map((rate): RateView => {
      const { base, quote, day, rateNano, knownFrom } = rate;
      return { base, quote, day: new Date(day).toISOString().slice(0, 10), rate: decimalRate(rateNano), knownFrom };
    }),
    missingRates: [...foreign].filter((from) => exchangeRate(from, currency, asOf, rates) === null).toSorted(),
  };
}

/** The rows asked for, before they are cut into pages: the CSV writes all of them. */
export async function askedRows(
  { pricing }: Pick<Deps, "pricing">,
  { knownAt, kind, search, inForce }: Pick<BookQuestion, "knownAt" | "kind" | "search" | "inForce">,
  asOf: UnixMs,
): Promise<{ readonly rows: readonly Price[]; readonly revisions: ReadonlyMap<number, PriceRevision> }> {
  const [prices, known] = await Promise.all([pricing.prices(knownAt), pricing.revisions(MOST_REVISIONS)]);
  const revisions = new Map(known.map((revision) => [revision.id, revision]));
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = prices.filter((price) => {
    if (kind !== "all" && price.isList !== (kind === "list")) return false;
    if (inForce && !holdsAt(price, asOf)) return false;
    if (words.length === 0) return true;
    const text = textOf(price, revisions.get(price.revision));
    return words.every((word) => text.includes(word));
  });
  return { rows: rows.toSorted(bySelector), revisions };
}

const holdsAt = ({ from, to }: Price, at: UnixMs): boolean => from <= at && (to === null || at < to);

const ORDER = [
  "vendor",
  "region",
  "zone",
  "cluster",
  "model",
  "billing",
  "contract",
] as const satisfies (keyof Selector)[];

function bySelector(a: Price, b: Price): number {
  for (const part of ORDER)
    if (a.selector[part] !== b.selector[part]) return a.selector[part] < b.selector[part] ? -1 : 1;
  return Number(a.isList) - Number(b.isList) || a.from - b.from || a.id - b.id;
}

const textOf = ({ selector, currency, basis }: Price, revision: PriceRevision | undefined): string =>
  [...ORDER.map((part) => selector[part]), currency, basis, revision?.why ?? "", revision?.source ?? ""]
    .join(" ")
    .toLowerCase();

/** Nine decimals of a rate as a plain decimal, without the zeros nobody wrote. */
function decimalRate(rateNano: bigint): string {
  const [whole = "0", thousandth] = [rateNano / 1_000_000_000n, rateNano % 1_000_000_000n].map(String);
  const fraction = (thousandth ?? "").padStart(9, "0").replace(/0{1,7}$/, "");
  return `${whole}.${fraction}`;
}
