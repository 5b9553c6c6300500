/** What changed between two boards. Null where either side does not know: an unknown is no change. */
import type { BoardSum } from "./board-groups.ts";
import { microOf, microText, type MicroText } from "./money.ts";

export type BoardDelta = {
  readonly delivered: number;
  readonly healthy: number;
  readonly held: number;
  readonly busy: number;
  readonly meanRatio: number | null; // points of a ratio: 0.61 − 0.58 = 0.03
  readonly costMicro: MicroText | null;
  readonly idleMicro: MicroText | null;
};

/** Now minus then. Money is compared only where all of both days has a price: else the difference is one of knowledge. */
export function deltaOf(now: BoardSum, then: BoardSum): BoardDelta {
  const isPriced = now.money.unpricedMs === 0 && then.money.unpricedMs === 0 && then.day.ownedMs > 0;
  const less = (a: MicroText | null, b: MicroText | null): MicroText | null =>
    isPriced && a !== null && b !== null ? microText(microOf(a) - microOf(b)) : null;
  const [a, b] = [now.day.meanRatio, then.day.meanRatio];
  return {
    delivered: now.cardCounts.delivered - then.cardCounts.delivered,
    healthy: now.cardCounts.healthy - then.cardCounts.healthy,
    held: now.cardCounts.held - then.cardCounts.held,
    busy: now.cardCounts.busy - then.cardCounts.busy,
    meanRatio: a === null || b === null ? null : a - b,
    costMicro: less(now.money.costMicro, then.money.costMicro),
    idleMicro: less(now.money.idleMicro, then.money.idleMicro),
  };
}

/** The share by which an amount changed: 0.03 = 3 % more. null = there was nothing before, or the change is not known. */
export function shareOf(delta: MicroText | null, before: MicroText | null): number | null {
  if (delta === null || before === null || microOf(before) === 0n) return null;
  return Number((microOf(delta) * 1_000_000n) / microOf(before)) / 1_000_000;
}
