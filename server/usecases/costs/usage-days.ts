import type { Currency, Micro } from "../../../db/model/money.ts";
import type { FxRate } from "../../../db/model/price.ts";
import { convertDay, type StoredMoney } from "../../domain/ledger/convert.ts";
import type { DayNos } from "../../domain/usage/calendar.ts";
import type { UnitsDay, UsageReads } from "../usage/usage-port.ts";

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

/**
 * Units, revenue and other costs of all features in some days. All of them even for one: of another currency the sum of a
 * day is converted once, and each feature has its part of it on every page.
 */
export async function usageDays(usage: UsageReads, days: DayNos, terms: UsageTerms): Promise<UsageDays> {
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
