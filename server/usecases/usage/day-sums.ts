import type { Executor } from "../../../db/database.ts";
import type { RevenueKind } from "../../../db/model/feature.ts";
import type { Currency, Micro } from "../../../db/model/money.ts";
import type { Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { readRevenueSums } from "../../../db/store/revenue.ts";
import { readStretchSums, type StoredLine, type StretchSum } from "../../../db/store/usage.ts";
import { partOf } from "../../domain/usage/spread.ts";

/** What one source says of one day. */
export type DaySum = Omit<StretchSum, "stretch" | "sourceId">;

/** What each source counted between each two borders, by its id; a source that says nothing there is absent. */
export async function unitSums(
  db: Executor,
  borders: readonly UnixMs[],
): Promise<readonly ReadonlyMap<number, DaySum>[]> {
  const { sums, crossing } = await readStretchSums(db, borders);
  const found = windowsOf(borders).map(() => new Map<number, DaySum>());
  for (const { stretch, sourceId, ...sum } of sums) found[stretch]?.set(sourceId, sum);
  for (const [i, window] of windowsOf(borders).entries())
    for (const line of crossing) {
      const part = partIn(line, window);
      if (part !== null) found[i]!.set(line.sourceId, plus(found[i]!.get(line.sourceId), part));
    }
  return found;
}

/** What one source says came in, or went back, of one feature in one currency. */
export type MoneySum = {
  readonly source: string;
  readonly kind: RevenueKind;
  readonly currency: Currency;
  readonly micro: Micro;
};
/** By feature id. */
export type MoneyByFeature = ReadonlyMap<number, readonly MoneySum[]>;

/** Measured revenue between each two borders, by source. */
export async function moneySums(db: Executor, borders: readonly UnixMs[]): Promise<readonly MoneyByFeature[]> {
  const { sums, crossing } = await readRevenueSums(db, borders);
  const found = windowsOf(borders).map(() => new Map<number, MoneySum[]>());
  const add = (i: number, featureId: number, { source, kind, currency, micro }: MoneySum): void => {
    const own = found[i]?.get(featureId);
    const sum = { source, kind, currency, micro };
    if (own === undefined) found[i]?.set(featureId, [sum]);
    else own.push(sum);
  };
  for (const { stretch, featureId, ...sum } of sums) add(stretch, featureId, sum);
  for (const [i, window] of windowsOf(borders).entries())
    for (const { featureId, amountMicro, from, to, ...sum } of crossing) {
      const [a, b] = [Math.max(from, window.from), Math.min(to, window.to)];
      if (a < b) add(i, featureId, { ...sum, micro: partOf(amountMicro, { from, to }, unixMs(a), unixMs(b)) });
    }
  return found;
}

const windowsOf = (borders: readonly UnixMs[]): Window[] =>
  borders.slice(1).map((to, i) => ({ from: borders[i]!, to }));

/** What of a line that reaches beyond a window is the window's; null = they do not meet. */
function partIn(line: StoredLine, window: Window): DaySum | null {
  const [from, to] = [Math.max(line.from, window.from), Math.min(line.to, window.to)];
  if (from >= to) return null;
  const of = (amount: Micro): Micro => partOf(amount, line, unixMs(from), unixMs(to));
  return {
    okMicro: line.okMicro === null ? null : of(line.okMicro),
    failedMicro: line.failedMicro === null ? null : of(line.failedMicro),
    coveredMs: Number(of(BigInt(line.coveredMs))),
    missingMs: line.okMicro === null ? to - from : 0,
  };
}

function plus(a: DaySum | undefined, b: DaySum): DaySum {
  if (a === undefined) return b;
  return {
    okMicro: added(a.okMicro, b.okMicro),
    failedMicro: added(a.failedMicro, b.failedMicro),
    coveredMs: a.coveredMs + b.coveredMs,
    missingMs: a.missingMs + b.missingMs,
  };
}

/** Nothing said and something said is something said. */
const added = (a: Micro | null, b: Micro | null): Micro | null => (a === null ? b : b === null ? a : a + b);
