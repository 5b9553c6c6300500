import type { Currency, Micro } from "../../../db/model/money.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { SECOND_MS } from "../../../db/model/time.ts";
import type { FxRate } from "../../../db/model/price.ts";
import { convertDay, type StoredMoney } from "../../domain/ledger/convert.ts";
import type { DayNos } from "../../domain/usage/calendar.ts";
import type { UnitsDay, UsagePort, UsageReads } from "../usage/usage-port.ts";

/** What is said of features beside their card-time, by feature and place of the day, money in the view's currency. */
export type UsageDays = {
  units(featureId: number, place: number): UnitsDay | null; // null = nothing is counted
  /** Refunds taken off; null = nobody said. */
  revenue(featureId: number, place: number): Micro | null;
  otherCost(featureId: number, place: number): Micro;
  /** Currencies of money of the feature that is left out for want of a rate. */
  unconverted(featureId: number): readonly Currency[];
  readonly featureIds: ReadonlySet<number>; // something is said of
};

export type UsageTerms = { readonly currency: Currency; readonly rates: readonly FxRate[] };

/** Usage that tells when something of it was said. */
export type ToldUsage = UsageReads & Partial<Pick<UsagePort, "onChange">>;

type Kept = {
  readonly key: string;
  readonly rates: UsageTerms["rates"];
  readonly at: number;
  readonly said: Promise<UsageDays>;
};
const known = new WeakMap<ToldUsage, Kept[]>();
/** Ranges remembered; and for how long what another process may have said is taken for what it was. */
const MOST_RANGES = 8;
const SURE_MS = 10 * SECOND_MS;

/**
 * Units, revenue and other costs of all features in some days. All of them even for one: of another currency the sum of a
 * day is converted once, and each feature has its part of it on every page. Remembered until something is said.
 */
export async function usageDays(usage: ToldUsage, days: DayNos, terms: UsageTerms, clock: Clock): Promise<UsageDays> {
  if (usage.onChange === undefined) return await readUsage(usage, days, terms);
  let kept = known.get(usage);
  if (kept === undefined) {
    const list: Kept[] = [];
    known.set(usage, (kept = list));
    usage.onChange(() => void list.splice(0));
  }
  const [key, at] = [`${days.from} ${days.to} ${terms.currency}`, clock.monotonicMs()];
  const found = kept.find((one) => one.key === key && one.rates === terms.rates && at - one.at < SURE_MS);
  if (found !== undefined) return await found.said;
  const said = readUsage(usage, days, terms);
  const entry = { key, rates: terms.rates, at, said };
  kept.splice(0, kept.length, entry, ...kept.filter((one) => one.key !== key).slice(0, MOST_RANGES - 1));
  said.catch(() => kept.splice(0)); // asked again, not remembered
  return await said;
}

async function readUsage(usage: UsageReads, days: DayNos, terms: UsageTerms): Promise<UsageDays> {
  const [units, revenue, other] = await Promise.all([usage.units(days), usage.revenue(days), usage.otherCosts(days)]);
  const counted = new Map<number, (UnitsDay | undefined)[]>();
  for (const [featureId, own] of units) {
    const byPlace: (UnitsDay | undefined)[] = [];
    for (const one of own) byPlace[one.day - days.from] = one;
    counted.set(featureId, byPlace);
  }
  const earned = new DayMoneys(days);
  for (const [featureId, own] of revenue)
    for (const { day, amounts } of own)
      for (const { currency, soldMicro, measuredMicro } of amounts)
        earned.say(day, featureId, { currency, micro: soldMicro + measuredMicro });
  const spent = new DayMoneys(days);
  for (const [featureId, own] of other)
    for (const { day, currency, micro } of own) spent.say(day, featureId, { currency, micro });
  const [gains, costs] = [earned.convert(terms), spent.convert(terms)];
  return {
    units: (featureId, place) => counted.get(featureId)?.[place] ?? null,
    revenue: (featureId, place) => gains.sums.get(featureId)?.[place] ?? null,
    otherCost: (featureId, place) => costs.sums.get(featureId)?.[place] ?? 0n,
    unconverted: (id) => [...new Set([...(gains.left.get(id) ?? []), ...(costs.left.get(id) ?? [])])].toSorted(),
    featureIds: new Set([...units.keys(), ...revenue.keys(), ...other.keys()]),
  };
}

type Said = StoredMoney & { readonly featureId: number };
type Converted = {
  /** By feature, then by place; absent = nothing was said, or nothing that could be converted. */
  readonly sums: ReadonlyMap<number, readonly (Micro | undefined)[]>;
  readonly left: ReadonlyMap<number, ReadonlySet<Currency>>;
};

class DayMoneys {
  readonly #days: readonly Said[][];
  readonly #from: number;

  constructor({ from, to }: DayNos) {
    this.#days = Array.from({ length: to - from }, () => []);
    this.#from = from;
  }

  say(day: number, featureId: number, { currency, micro }: StoredMoney): void {
    this.#days[day - this.#from]?.push({ featureId, currency, micro });
  }

  convert({ currency, rates }: UsageTerms): Converted {
    const sums = new Map<number, (Micro | undefined)[]>();
    const left = new Map<number, Set<Currency>>();
    for (const [place, said] of this.#days.entries()) {
      if (said.length === 0) continue;
      const { micro, unconverted } = convertDay(said, this.#from + place, currency, rates);
      for (const [i, { featureId, currency: own }] of said.entries()) {
        if (unconverted.includes(own)) {
          left.set(featureId, (left.get(featureId) ?? new Set()).add(own));
          continue;
        }
        let days = sums.get(featureId);
        if (days === undefined) sums.set(featureId, (days = []));
        days[place] = (days[place] ?? 0n) + (micro[i] ?? 0n);
      }
    }
    return { sums, left };
  }
}
