import type { CapacityLine } from "../../../db/model/inventory.ts";
import { SELECTOR_PARTS } from "../../../db/model/price.ts";

/** A stored line with its number. */
export type DeclaredLine = CapacityLine & { readonly id: number };

/** What was said twice is said of the same thing when this is equal: cards, node and contract. */
export function capacityKey({ selector, node, contract }: Omit<CapacityLine, "count" | "from" | "to">): string {
  return JSON.stringify([SELECTOR_PARTS.map((part) => selector[part]), node, contract]);
}

/** What changes in the table: rows of which the belief ends, and rows that are believed from now on. */
export type CapacityPlan = { readonly ends: readonly number[]; readonly adds: readonly CapacityLine[] };

type Draft = CapacityLine & { readonly id: number | null };

/**
 * Lays new lines over what is declared. Of the same cards, node and contract the new line stands in its time `[from, to)`
 * and the old one stands before and after, so that every instant has at most one number. Later lines lie over earlier ones.
 */
export function layOver(current: readonly DeclaredLine[], lines: readonly CapacityLine[]): CapacityPlan {
  let drafts: Draft[] = [...current];
  for (const line of lines) drafts = layOne(drafts, line);
  return planOf(current, drafts);
}

/** Ends declarations at an instant: what begins later is taken back, what goes on beyond it ends there. */
export function endAt(current: readonly DeclaredLine[], keys: ReadonlySet<string>, at: number): CapacityPlan {
  const drafts = current.flatMap((line): Draft[] => {
    if (!keys.has(capacityKey(line)) || (line.to !== null && line.to <= at)) return [line];
    return line.from < at ? [{ ...line, id: null, to: at }] : [];
  });
  return planOf(current, drafts);
}

function layOne(drafts: readonly Draft[], line: CapacityLine): Draft[] {
  const key = capacityKey(line);
  const kept = drafts.flatMap((old): Draft[] => {
    if (capacityKey(old) !== key || !isOverlap(old, line)) return [old];
    const pieces: Draft[] = [];
    if (old.from < line.from) pieces.push({ ...old, id: null, to: line.from });
    if (line.to !== null && (old.to === null || old.to > line.to)) pieces.push({ ...old, id: null, from: line.to });
    return pieces;
  });
  const same = drafts.find((old) => capacityKey(old) === key && isSame(old, line));
  return [...kept, same ?? { ...line, id: null }];
}

function planOf(current: readonly DeclaredLine[], drafts: readonly Draft[]): CapacityPlan {
  const stays = new Set(drafts.map(({ id }) => id));
  return {
    ends: current.filter(({ id }) => !stays.has(id)).map(({ id }) => id),
    adds: drafts
      .filter(({ id }) => id === null)
      .map(({ selector, node, count, from, to, contract }) => ({ selector, node, count, from, to, contract })),
  };
}

type Stretch = Pick<CapacityLine, "from" | "to">;
export const isOverlap = (a: Stretch, b: Stretch): boolean =>
  (b.to === null || a.from < b.to) && (a.to === null || b.from < a.to);

const isSame = (a: CapacityLine, b: CapacityLine): boolean => a.count === b.count && a.from === b.from && a.to === b.to;
