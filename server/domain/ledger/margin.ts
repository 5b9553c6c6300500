import type { FeatureMoney, UnitCount } from "../../../db/model/ledger-views.ts";
import { divideHalfEven, MICRO, type Micro, microText } from "../../../db/model/money.ts";
import { type EstimateParts, estimateOf, mergeEstimates } from "./estimate.ts";
import { ratioOf } from "./money-ratio.ts";

/** Produced units, in 1e-6 units. */
export type CountedUnits = {
  readonly okMicro: Micro;
  readonly failedMicro: Micro | null; // null = not counted
  readonly others: ReadonlyMap<string, Micro>; // what other sources say of the same time
};

/** What a feature cost and earned in a window, as sums: days add up to months, features to the total. One currency. */
export type MoneyParts = {
  readonly directMicro: Micro;
  readonly sharedMicro: Micro;
  readonly otherMicro: Micro;
  readonly revenueMicro: Micro | null; // refunds taken off: may be negative; null = nobody said
  readonly units: CountedUnits | null; // null = nothing is counted
  readonly estimate: EstimateParts;
};

/**
 * Sums of several windows of a feature. What was said for some of them only is the sum of what was said.
 * @param all of one feature; for a total over features, `units` of each should be null: images and tokens do not add up
 */
export function addMoney(all: readonly MoneyParts[]): MoneyParts {
  const sum = (of: (parts: MoneyParts) => Micro): Micro => all.reduce((total, parts) => total + of(parts), 0n);
  return {
    directMicro: sum(({ directMicro }) => directMicro),
    sharedMicro: sum(({ sharedMicro }) => sharedMicro),
    otherMicro: sum(({ otherMicro }) => otherMicro),
    revenueMicro: sumOfSaid(all.map(({ revenueMicro }) => revenueMicro)),
    units: addUnits(all.flatMap(({ units }) => units ?? [])),
    estimate: mergeEstimates(all.map(({ estimate }) => estimate)),
  };
}

const sumOfSaid = (amounts: readonly (Micro | null)[]): Micro | null =>
  amounts.reduce((sum, amount) => (amount === null ? sum : (sum ?? 0n) + amount), null);

function addUnits(all: readonly CountedUnits[]): CountedUnits | null {
  if (all.length === 0) return null;
  const others = new Map<string, Micro>();
  for (const units of all) for (const [source, ok] of units.others) others.set(source, (others.get(source) ?? 0n) + ok);
  return {
    okMicro: all.reduce((sum, { okMicro }) => sum + okMicro, 0n),
    failedMicro: sumOfSaid(all.map(({ failedMicro }) => failedMicro)),
    others,
  };
}

/**
 * Cost, margin and unit economics of what `parts` say, each worked out once from exact sums. Nothing is ever divided by
 * nothing: where there is no revenue, no cost or no unit to divide by, the figure is null ("n/a"), never Infinity, NaN or
 * 0. A refund of more than was earned makes revenue and margin negative; a margin of negative revenue has no ratio.
 * A unit cost is null too where units were produced on card-time of which no price is known at all; it and the margin are
 * null where the ledger has no line of the time: what the cards cost then is not known, and not nothing.
 */
export function featureMoney({
  directMicro,
  sharedMicro,
  otherMicro,
  revenueMicro,
  units,
  estimate,
}: MoneyParts): FeatureMoney {
  const cost = directMicro + sharedMicro + otherMicro;
  const isBooked = estimate.unbookedDays === 0 || estimate.ownedMs > 0;
  const margin = revenueMicro === null || !isBooked ? null : revenueMicro - cost;
  const isCostKnown = isBooked && (cost !== 0n || estimate.unpricedMs === 0);
  return {
    directMicro: microText(directMicro),
    sharedMicro: microText(sharedMicro),
    otherMicro: microText(otherMicro),
    costMicro: microText(cost),
    revenueMicro: textOf(revenueMicro),
    marginMicro: textOf(margin),
    marginRatio: margin !== null && revenueMicro !== null && revenueMicro > 0n ? ratioOf(margin, revenueMicro) : null,
    roi: margin !== null && cost > 0n ? ratioOf(margin, cost) : null,
    units: units === null ? null : unitCount(units),
    unitCostMicro: units !== null && isCostKnown ? textOf(perUnit(cost, units.okMicro)) : null,
    failedCostMicro: units !== null && isCostKnown ? textOf(failedCost(cost, units)) : null,
    estimate: estimateOf(estimate),
  };
}

const textOf = (amount: Micro | null): string | null => (amount === null ? null : microText(amount));

/** Cost ÷ units, half-even; the cost of failed generations is in it. null = none was produced. */
const perUnit = (cost: Micro, okMicro: Micro): Micro | null =>
  okMicro > 0n ? divideHalfEven(cost * MICRO, okMicro) : null;

/** The part of the cost that went into failed generations, as if each took what a good one takes. null = not counted, or none at all. */
function failedCost(cost: Micro, { okMicro, failedMicro }: CountedUnits): Micro | null {
  if (failedMicro === null || okMicro + failedMicro <= 0n) return null;
  return divideHalfEven(cost * failedMicro, okMicro + failedMicro);
}

const unitCount = ({ okMicro, failedMicro, others }: CountedUnits): UnitCount => ({
  okMicro: microText(okMicro),
  failedMicro: textOf(failedMicro),
  others: [...others]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, ok]) => ({ source, okMicro: microText(ok) })),
});
