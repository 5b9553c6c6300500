import type { Currency, Micro } from "../../../db/model/money.ts";
import type { FxRate } from "../../../db/model/price.ts";
import { convertDay, type StoredMoney } from "../../domain/ledger/convert.ts";
import type { DayNos } from "../../domain/usage/calendar.ts";
import type { UnitsDay, UsageReads } from "../usage/usage-port.ts";

/** What is said of features beside their card-time, by feature and day, money in the view's currency. */
export type UsageDays = {
  units(featureId: number, dayNo: number): UnitsDay | null; // null = nothing is counted
  /** Refunds taken off; null = nobody said. */
  revenue(featureId: number, dayNo: number): Micro | null;
  otherCost(featureId: number, dayNo: number): Micro;
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
  const counted = new Map<string, UnitsDay>();
  for (const [featureId, own] of units) for (const one of own) counted.set(`${featureId} ${one.day}`, one);
  const earned = new DayMoneys();
  for (const [featureId, own] of revenue)
    for (const { day, amounts } of own)
      for (const { currency, soldMicro, measuredMicro } of amounts)
        earned.say(day, featureId, { currency, micro: soldMicro + measuredMicro });
  const spent = new DayMoneys();
  for (const [featureId, own] of other)
    for (const { day, currency, micro } of own) spent.say(day, featureId, { currency, micro });
  const [gains, costs] = [earned.convert(terms), spent.convert(terms)];
  return {
    units: (featureId, dayNo) => counted.get(`${featureId} ${dayNo}`) ?? null,
    revenue: (featureId, dayNo) => gains.sums.get(`${featureId} ${dayNo}`) ?? null,
    otherCost: (featureId, dayNo) => costs.sums.get(`${featureId} ${dayNo}`) ?? 0n,
    unconverted: (id) => [...new Set([...(gains.left.get(id) ?? []), ...(costs.left.get(id) ?? [])])].toSorted(),
    featureIds: new Set([...units.keys(), ...revenue.keys(), ...other.keys()]),
  };
}

type Said = StoredMoney & { readonly featureId: number };
type Converted = {
  readonly sums: ReadonlyMap<string, Micro>; // by feature and day; absent = nothing was said, or nothing that could be converted
  readonly left: ReadonlyMap<number, ReadonlySet<Currency>>;
};

class DayMoneys {
  readonly #days = new Map<number, Said[]>();

  say(day: number, featureId: number, money: StoredMoney): void {
    const said = this.#days.get(day);
    if (said === undefined) this.#days.set(day, [{ featureId, ...money }]);
    else said.push({ featureId, ...money });
  }

  convert({ currency, rates }: UsageTerms): Converted {
    const sums = new Map<string, Micro>();
    const left = new Map<number, Set<Currency>>();
    for (const [day, said] of this.#days) {
      const { micro, unconverted } = convertDay(said, day, currency, rates);
      for (const [i, { featureId, currency: own }] of said.entries()) {
        if (unconverted.includes(own)) left.set(featureId, (left.get(featureId) ?? new Set()).add(own));
        else sums.set(`${featureId} ${day}`, (sums.get(`${featureId} ${day}`) ?? 0n) + (micro[i] ?? 0n));
      }
    }
    return { sums, left };
  }
}
