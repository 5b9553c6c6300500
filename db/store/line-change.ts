import type { Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";

export type LineRules<L extends Window> = {
  /** Lines of one key stand beside each other and never overlap. */
  readonly keyOf: (line: L) => string | number;
  /** Whether two lines of one key and start say the same. */
  readonly isSame: (a: L, b: L) => boolean;
};

/**
 * Which lines to write and which to end, so that from now on the new ones are believed. What stands as it is said stays;
 * lines in force that a new one overlaps end whole, so the caller must have made sure that the new ones cover them
 * (server/domain/usage/entries.ts). New lines of one key do not overlap each other.
 */
export function changedLines<L extends Window, H extends L>(
  held: readonly H[],
  lines: readonly L[],
  { keyOf, isSame }: LineRules<L>,
): { readonly added: L[]; readonly ended: H[] } {
  const byKey = new Map<string | number, L[]>();
  for (const line of lines.toSorted((a, b) => a.from - b.from)) {
    const same = byKey.get(keyOf(line));
    if (same === undefined) byKey.set(keyOf(line), [line]);
    else same.push(line);
  }
  const stays = new Set<L>();
  const ended = held.filter((old) => {
    const line = firstEndingAfter(byKey.get(keyOf(old)) ?? [], old.from);
    if (line === undefined || line.from >= old.to) return false;
    const isSaid = line.from === old.from && line.to === old.to && isSame(old, line);
    if (isSaid) stays.add(line);
    return !isSaid;
  });
  return { added: lines.filter((line) => !stays.has(line)), ended };
}

/** Of windows in order that do not overlap, the first that ends after an instant. */
function firstEndingAfter<W extends Window>(windows: readonly W[], at: UnixMs): W | undefined {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (windows[middle]!.to > at) high = middle;
    else low = middle + 1;
  }
  return windows[low];
}

/** From the start of the first to the end of the last. */
export function hullOf(lines: readonly Window[]): Window {
  let [from, to] = [Infinity, -Infinity];
  for (const line of lines) [from, to] = [Math.min(from, line.from), Math.max(to, line.to)];
  return { from: from as UnixMs, to: to as UnixMs }; // the callers have at least one line
}
