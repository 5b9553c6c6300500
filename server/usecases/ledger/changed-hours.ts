import { type Price, type PricePiece, type Selector, SELECTOR_PARTS } from "../../../db/model/price.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import type { Hours } from "../../../db/store/booking.ts";

/**
 * The hours of a pool that cost something else by the pieces of `after` than by those of `before`, ascending and without
 * overlap. A row that was said again with the same terms costs the same, whatever its number.
 *
 * @param before, after tile the same window
 * @param isChanged left out = when two prices do not make the same money
 */
export function changedHours(
  before: readonly PricePiece[],
  after: readonly PricePiece[],
  isChanged: (was: Price | null, is: Price | null) => boolean = (was, is) => !costsTheSame(was, is),
): Hours[] {
  const changed: { from: number; to: number }[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    const [was, is] = [before[i]!, after[j]!];
    const [from, to] = [Math.max(was.from, is.from), Math.min(was.to, is.to)];
    if (from < to && isChanged(was.price, is.price)) add(changed, Math.floor(from / HOUR_MS), Math.ceil(to / HOUR_MS));
    if (was.to <= to) i++;
    if (is.to <= to) j++;
  }
  return changed;
}

function add(into: { from: number; to: number }[], from: number, to: number): void {
  const last = into.at(-1);
  if (last !== undefined && last.to >= from) last.to = Math.max(last.to, to);
  else into.push({ from, to });
}

/** Whether two prices make the same money of every instant, for the same reason. */
export function costsTheSame(a: Price | null, b: Price | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.id === b.id ||
    (a.basis === b.basis &&
      a.currency === b.currency &&
      a.amountMicro === b.amountMicro &&
      a.cardsPerInstance === b.cardsPerInstance &&
      a.anchor === b.anchor &&
      a.isList === b.isList &&
      sameOwned(a, b) &&
      sameSelector(a.selector, b.selector))
  );
}

function sameOwned({ owned: a }: Price, { owned: b }: Price): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.purchaseMicro === b.purchaseMicro &&
    a.months === b.months &&
    a.watts === b.watts &&
    a.powerMicroPerKwh === b.powerMicroPerKwh
  );
}

const sameSelector = (a: Selector, b: Selector): boolean => SELECTOR_PARTS.every((part) => a[part] === b[part]);
