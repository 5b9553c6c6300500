import type { UnixMs } from "../../../db/model/units.ts";

/** A source of a feature's units, as far as the choice between several needs it. */
export type CountingSource = { readonly id: number; readonly name: string; readonly removedAt: UnixMs | null };

/** Measured money in this order, where a feature names no source: programs know first, then people. */
const MONEY_SOURCES: readonly string[] = ["push", "csv"];

/**
 * Which source's money counts, of those that say something of one kind (revenue, or refunds) of a feature on a day: the
 * one the feature names, else pushes, else files, else the first by name. Two that speak of one day say the same money:
 * they are never added.
 *
 * @param sources at least one
 */
export function countingMoney(sources: readonly string[], named: string): string {
  const rank = (name: string): number => {
    if (name === named) return -1;
    const place = MONEY_SOURCES.indexOf(name);
    return place < 0 ? MONEY_SOURCES.length : place;
  };
  return sources.reduce((best, name) =>
    rank(name) < rank(best) || (rank(name) === rank(best) && name < best) ? name : best,
  );
}

/**
 * Which of a feature's sources counts on a day, where several speak: the one the feature names; where it names none (or
 * one that is gone) the one made first. A removed source counts for the days that began before it was removed. The
 * others are reported beside it and never added: two sources of one feature count the same units.
 *
 * @param named Feature.unitSource; "" = none
 */
export function countingSource<S extends CountingSource>(
  sources: readonly S[],
  named: string,
  dayBegin: UnixMs,
): S | null {
  const there = sources.filter(({ removedAt }) => removedAt === null || removedAt > dayBegin);
  const chosen = there.find(({ name }) => name === named);
  if (chosen !== undefined) return chosen;
  return there.reduce<S | null>((first, one) => (first === null || one.id < first.id ? one : first), null);
}
