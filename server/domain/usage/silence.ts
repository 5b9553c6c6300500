import type { Window } from "../../../db/model/time.ts";

/** A stretch in which something that should have spoken did not, `[from, to)` in unix ms. */
export type Silence = { readonly from: number; readonly to: number };

/** How much of a window any of these stretches covers, in ms. They may overlap and come in any order. */
export function silentIn(silences: readonly Silence[], window: Window): number {
  let covered = 0;
  let until = window.from as number;
  for (const { from, to } of silences.toSorted((a, b) => a.from - b.from)) {
    const [start, end] = [Math.max(from, until), Math.min(to, window.to)];
    if (end <= start) continue;
    covered += end - start;
    until = end;
  }
  return covered;
}
