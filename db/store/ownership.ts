import type { UnixMs } from "../model/units.ts";

/** A stretch of time a card stood in one place; `to` null = still there. */
export type Stretch = {
  readonly poolId: number;
  readonly nodeId: number;
  readonly position: string;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};
export type Spot = Pick<Stretch, "poolId" | "nodeId" | "position">;

/** What one sighting changes in a card's stretches. Keys of stored rows are their `from`. */
export type OwnershipChange =
  | { readonly kind: "none" }
  | { readonly kind: "add"; readonly stretch: Stretch } // first sighting, or back after a release
  | { readonly kind: "move"; readonly closes: UnixMs; readonly stretch: Stretch } // the row from `closes` ends where the new one begins
  | { readonly kind: "correct"; readonly from: UnixMs; readonly spot: Spot } // same instant, other place: the newer word stands
  | { readonly kind: "extend"; readonly from: UnixMs; readonly to: UnixMs }; // the row from `from` begins at `to`, earlier

/**
 * What a sighting at `at` changes. Sightings come in any order: a backfill reads history newest first, so an old one may
 * lengthen the past but never moves a card that has been seen since.
 * @param history the card's stretches, ascending, without overlap
 */
export function ownershipChange(history: readonly Stretch[], spot: Spot, at: UnixMs): OwnershipChange {
  const covering = history.find((s) => s.from <= at && (s.to === null || at < s.to));
  if (covering) return inside(covering, spot, at);
  const next = history.find((s) => s.from > at);
  if (!next) return { kind: "add", stretch: { ...spot, from: at, to: null } };
  if (isSame(next, spot)) return { kind: "extend", from: next.from, to: at };
  return { kind: "add", stretch: { ...spot, from: at, to: next.from } };
}

function inside(covering: Stretch, spot: Spot, at: UnixMs): OwnershipChange {
  if (isSame(covering, spot)) return { kind: "none" };
  if (covering.to !== null) return { kind: "none" }; // old news inside a closed stretch: what was known later stands
  if (covering.from === at) return { kind: "correct", from: at, spot };
  return { kind: "move", closes: covering.from, stretch: { ...spot, from: at, to: null } };
}

const isSame = (a: Spot, b: Spot): boolean =>
  a.poolId === b.poolId && a.nodeId === b.nodeId && a.position === b.position;
