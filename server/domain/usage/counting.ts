import type { UnixMs } from "../../../db/model/units.ts";

/** A source of a feature's units, as far as the choice between several needs it. */
export type CountingSource = { readonly id: number; readonly name: string; readonly removedAt: UnixMs | null };

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
