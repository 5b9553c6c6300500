import type { CoverageHole, HoleCause, HoleGroup } from "../../../db/model/patrol.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";

/** Missing time of a card, and where the card stood. */
export type PlacedHole = CoverageHole & { readonly poolId: number; readonly node: string };

/**
 * Makes holes of missing slots: slots of a card that follow each other with one cause in one place are one hole. Each card's
 * slots must come in order; cards may come in any.
 */
export class HoleRuns {
  private readonly open = new Map<number, { -readonly [K in keyof PlacedHole]: PlacedHole[K] }>();
  private readonly closed: PlacedHole[] = [];

  miss(hole: PlacedHole): void {
    const run = this.open.get(hole.cardId);
    if (run !== undefined && run.to === hole.from && isAlike(run, hole)) {
      run.to = hole.to;
      run.missingMs += hole.missingMs;
      return;
    }
    if (run !== undefined) this.closed.push(run);
    this.open.set(hole.cardId, { ...hole });
  }

  /** Every hole, by card and time. */
  finish(): PlacedHole[] {
    return [...this.closed, ...this.open.values()].sort((a, b) => a.cardId - b.cardId || a.from - b.from);
  }
}

const isAlike = (a: PlacedHole, b: PlacedHole): boolean =>
  a.cause === b.cause && a.poolId === b.poolId && a.node === b.node;

/** Holes that cards of one node share, most missing time first: what a person reads. No time is lost or counted twice. */
export function groupHoles(holes: readonly PlacedHole[]): HoleGroup[] {
  const groups = new Map<string, { hole: PlacedHole; missingMs: number; cardIds: number[] }>();
  for (const hole of holes) {
    const key = `${hole.from} ${hole.to} ${hole.poolId} ${hole.cause} ${hole.node}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { hole, missingMs: hole.missingMs, cardIds: [hole.cardId] });
    else {
      group.missingMs += hole.missingMs;
      group.cardIds.push(hole.cardId);
    }
  }
  return [...groups.values()]
    .map(({ hole: { poolId, node, cause, from, to }, missingMs, cardIds }) => ({
      poolId,
      node,
      cause,
      from,
      to,
      missingMs,
      cardIds,
    }))
    .sort((a, b) => b.missingMs - a.missingMs || a.from - b.from || compare(a.node, b.node) || a.poolId - b.poolId);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Missing time and cards by cause, most time first. */
export function sumByCause(
  holes: readonly CoverageHole[],
): { readonly cause: HoleCause; readonly ms: number; readonly cards: number }[] {
  const causes = new Map<HoleCause, { ms: number; cards: Set<number> }>();
  for (const { cause, missingMs, cardId } of holes) {
    const sum = causes.get(cause) ?? { ms: 0, cards: new Set() };
    causes.set(cause, { ms: sum.ms + missingMs, cards: sum.cards.add(cardId) });
  }
  return [...causes]
    .map(([cause, { ms, cards }]) => ({ cause, ms, cards: cards.size }))
    .sort((a, b) => b.ms - a.ms || compare(a.cause, b.cause));
}

/** A hole of `missingMs` in `[from, to)`. */
export const holeOf = (
  card: { readonly cardId: number; readonly poolId: number; readonly node: string },
  window: { readonly from: number; readonly to: number },
  missingMs: number,
  cause: HoleCause,
): PlacedHole => ({
  cardId: card.cardId,
  poolId: card.poolId,
  node: card.node,
  from: unixMs(window.from),
  to: unixMs(window.to) satisfies UnixMs,
  missingMs,
  cause,
});
