import { UNATTRIBUTED } from "../../../db/model/ledger.ts";
import type { Stretch } from "./assign.ts";

/** Hours `[fromHour, toHour)` of a holder that go from one feature to another. toHour null = until changed. */
export type Move = {
  readonly fromHour: number;
  readonly toHour: number | null;
  readonly from: number; // feature, or UNATTRIBUTED
  readonly to: number;
};

/** Where two assignments of one holder name different features, ascending. */
export function movesBetween(before: readonly Stretch[], after: readonly Stretch[]): Move[] {
  const moves: Move[] = [];
  const cuts = new Set([0]);
  for (const { fromHour, toHour } of [...before, ...after]) {
    cuts.add(fromHour);
    if (toHour !== null) cuts.add(toHour);
  }
  const hours = [...cuts].toSorted((a, b) => a - b);
  for (const [i, fromHour] of hours.entries()) {
    const [from, to] = [featureAt(before, fromHour), featureAt(after, fromHour)];
    if (from === to) continue;
    const toHour = hours[i + 1] ?? null;
    const last = moves.at(-1);
    if (last !== undefined && last.toHour === fromHour && last.from === from && last.to === to)
      moves[moves.length - 1] = { ...last, toHour };
    else moves.push({ fromHour, toHour, from, to });
  }
  return moves;
}

const featureAt = (stretches: readonly Stretch[], hour: number): number =>
  stretches.find(({ fromHour, toHour }) => fromHour <= hour && (toHour === null || hour < toHour))?.featureId ??
  UNATTRIBUTED;
