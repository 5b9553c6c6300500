import type { UnixMs } from "../model/units.ts";

/** A stretch of one card in a position that others had too. */
export type PositionStay = {
  readonly cardId: number;
  readonly uuid: string;
  readonly from: UnixMs; // it was seen there at this instant
  readonly to: UnixMs | null; // null = as far as was known, it is still there
  readonly lastSeen: UnixMs; // of the card; with `to` null it was there at this instant
  readonly isArrival: boolean; // its coming proves that whoever was there is not: false for shifting numbers ("index:3")
};

/** Whether a card is still where it stood at an instant after another one came there, as far as anybody hears. */
export type IsThere = (uuid: string, came: string, at: UnixMs) => boolean;

export type Untangled = {
  /** What is left of a stretch, in pieces; the first one begins where it did. */
  readonly pieces: readonly {
    readonly stay: PositionStay;
    readonly to: UnixMs | null;
    readonly more: readonly Piece[];
  }[];
  readonly swaps: readonly { readonly gone: PositionStay; readonly came: PositionStay }[];
};
type Piece = { readonly from: UnixMs; readonly to: UnixMs | null };

/**
 * Who stood in a position when. A position holds one card: at each instant it is the one that came last (T-09). A card that
 * was seen there again after another had come is back since then; of two that are both there (two hosts that call
 * themselves alike) neither gives way to the other. Answers only what changes.
 * @param stays of one position, in any order
 */
export function untangle(stays: readonly PositionStay[], isThere: IsThere): Untangled {
  const sorted = stays.toSorted((a, b) => a.from - b.from || a.cardId - b.cardId);
  const swaps: { gone: PositionStay; came: PositionStay }[] = [];
  const ended = sorted.map((stay) => endOf(stay, sorted, isThere, swaps));
  const pieces = sorted.map((stay, i) => {
    let left: Piece[] = [{ from: stay.from, to: ended[i]! }];
    for (let k = i + 1; k < sorted.length; k += 1) {
      const other = sorted[k]!;
      if (other.cardId === stay.cardId || other.from === stay.from || !other.isArrival) continue;
      if (ended[i] === null && ended[k] === null) continue; // both are there
      left = left.flatMap((piece) => without(piece, { from: other.from, to: ended[k]! }));
    }
    return { stay, to: left[0]?.to ?? stay.to, more: left.slice(1) };
  });
  return { pieces: pieces.filter(({ stay, to, more }) => to !== stay.to || more.length > 0), swaps };
}

/** Until when a card was there, by what was seen of it and of the others. */
function endOf(
  stay: PositionStay,
  all: readonly PositionStay[],
  isThere: IsThere,
  swaps: { gone: PositionStay; came: PositionStay }[],
): UnixMs | null {
  if (stay.to !== null) return stay.to;
  const seenAfter = (one: PositionStay, other: PositionStay): boolean =>
    one.to === null && isThere(one.uuid, other.uuid, (one.from > other.from ? one : other).from);
  const others = all.filter((o) => o.cardId !== stay.cardId && o.isArrival && !seenAfter(stay, o));
  const next = others.find((o) => o.from > stay.from && o.from > stay.lastSeen);
  if (next) {
    swaps.push({ gone: stay, came: next });
    return next.from;
  }
  const back = others.find((o) => o.to === null && o.from < stay.from && o.lastSeen > stay.lastSeen);
  return back?.lastSeen ?? null;
}

function without(piece: Piece, hole: Piece): Piece[] {
  const end = piece.to ?? Infinity;
  const holeEnd = hole.to ?? Infinity;
  if (holeEnd <= piece.from || hole.from >= end) return [piece];
  const rest: Piece[] = [];
  if (piece.from < hole.from) rest.push({ from: piece.from, to: hole.from });
  if (holeEnd < end) rest.push({ from: hole.to!, to: piece.to });
  return rest;
}
