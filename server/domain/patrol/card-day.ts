import { GAP_CAUSES } from "../../../db/model/coverage.ts";
import type { HoleCause } from "../../../db/model/patrol.ts";
import { SLOT_MS, SLOTS_PER_DAY, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { holeOf, type PlacedHole } from "./holes.ts";

/** A stretch in which a card was ours; `to` Infinity = it still is. */
export type Stay = {
  readonly cardId: number;
  readonly poolId: number;
  readonly node: string;
  readonly source: string;
  readonly from: number;
  readonly to: number;
};

/** What is stored of a card's UTC day. */
export type DayTime = { readonly slots: number; readonly ownedMs: number; readonly observedMs: number };
/** By place 0..287; `ownedMs` −1 = no row. */
export type DaySlots = {
  readonly ownedMs: ArrayLike<number>;
  readonly observedMs: ArrayLike<number>;
  readonly gapCause: ArrayLike<number>;
};

/** Where judged time goes. */
export type TimeSink = {
  /** Of a stretch within one day: how much of it was ours, and seen. */
  time(card: Stay, stretch: Window, ownedMs: number, observedMs: number): void;
  hole(hole: PlacedHole): void;
};

/** Time of a window in which a card was ours. */
export function ownedIn(stays: readonly Stay[], from: number, to: number): number {
  let ms = 0;
  for (const stay of stays) ms += Math.max(0, Math.min(stay.to, to) - Math.max(stay.from, from));
  return ms;
}

/** Whether every millisecond of the day that was ours, up to the end of the newest slot, is stored as observed. */
export const isComplete = (stays: readonly Stay[], stored: DayTime | undefined, day: Window): boolean => {
  const owned = ownedIn(stays, day.from, day.to);
  return stored === undefined ? owned === 0 : stored.observedMs === owned && stored.ownedMs === owned;
};

/** A complete day: what was ours of each piece of it was observed. */
export function judgeComplete(stays: readonly Stay[], pieces: readonly Window[], isIn: InScope, sink: TimeSink): void {
  for (const { from, to } of pieces)
    for (const stay of stays) {
      const ours = { from: unixMs(Math.max(stay.from, from)), to: unixMs(Math.min(stay.to, to)) };
      const owned = ours.to - ours.from;
      if (owned > 0 && isIn(stay)) sink.time(stay, ours, owned, owned);
    }
}

export type InScope = (stay: Stay) => boolean;

/**
 * A day that misses something, slot by slot. A slot belongs to the place the card stood in first. One without a row, in
 * which the card was ours, is missing whole. Slots seen whole are told together: most are, and a fleet has three million a day.
 * @param pieces the parts of the day that are judged, cut at slots: none is told together with one of another
 * @param absentBecause why a slot of a source has no row
 */
export function judgeSlots(
  stays: readonly Stay[],
  slots: DaySlots,
  day: UnixMs,
  pieces: readonly Window[],
  isIn: (stay: Stay, place: number) => boolean,
  absentBecause: (source: string, slot: UnixMs) => HoleCause,
  sink: TimeSink,
): void {
  let next = 0; // the first stay that may still overlap a slot
  for (const piece of pieces) {
    const end = Math.ceil((piece.to - day) / SLOT_MS); // a slot is of the piece it begins in
    let seen: { readonly stay: Stay; readonly from: UnixMs } | null = null; // whole slots that are not told yet
    const tell = (to: UnixMs): void => {
      if (seen !== null) sink.time(seen.stay, { from: seen.from, to }, to - seen.from, to - seen.from);
      seen = null;
    };
    for (let place = Math.ceil((piece.from - day) / SLOT_MS); place < end; place++) {
      const from = unixMs(day + place * SLOT_MS);
      while (next < stays.length && (stays[next] as Stay).to <= from) next++;
      const stay = stays[next];
      const isWhole = slots.ownedMs[place] === SLOT_MS && slots.observedMs[place] === SLOT_MS;
      const to = unixMs(from + SLOT_MS);
      const isOurs = stay !== undefined && stay.from < to && isIn(stay, place);
      if (seen !== null && !(isWhole && isOurs && stay === (seen as { stay: Stay }).stay)) tell(from);
      if (stay === undefined) return;
      if (!isOurs) continue;
      if (isWhole) {
        seen ??= { stay, from };
        continue;
      }
      const stored = slots.ownedMs[place] as number;
      const owned = stored >= 0 ? stored : ownedIn(stays, from, to);
      const observed = stored >= 0 ? (slots.observedMs[place] as number) : 0;
      sink.time(stay, { from, to }, owned, observed);
      if (observed >= owned) continue;
      const cause = stored >= 0 ? causeOf(slots.gapCause[place] as number) : absentBecause(stay.source, from);
      sink.hole(holeOf(stay, { from, to }, owned - observed, cause));
    }
    tell(unixMs(day + end * SLOT_MS));
  }
}

function causeOf(index: number): HoleCause {
  const cause = GAP_CAUSES[index] ?? "none";
  return cause === "none" ? "no_reading" : cause;
}

/** Whether the slots that made the day are still kept. */
export function areKept(stored: DayTime | undefined, slots: DaySlots): boolean {
  let found = 0;
  for (let place = 0; place < SLOTS_PER_DAY; place++) if ((slots.ownedMs[place] as number) >= 0) found++;
  return found >= (stored?.slots ?? 0);
}

/**
 * A day of which only the sum is kept: what it missed is spread over the time that was ours, so that neighbouring periods
 * still add up to it exactly. The cause is no longer known.
 */
export function judgeUnkept(
  stays: readonly Stay[],
  stored: DayTime,
  day: Window,
  pieces: readonly Window[],
  isIn: InScope,
  sink: TimeSink,
): void {
  const whole = ownedIn(stays, day.from, day.to);
  const missing = Math.max(0, whole - stored.observedMs);
  const missingUpTo = (at: number): number =>
    whole === 0 ? 0 : Number((BigInt(missing) * BigInt(ownedIn(stays, day.from, at))) / BigInt(whole));
  for (const piece of pieces)
    for (const stay of stays) {
      const [from, to] = [Math.max(stay.from, piece.from), Math.min(stay.to, piece.to)];
      if (from >= to || !isIn(stay)) continue;
      const missed = missingUpTo(to) - missingUpTo(from);
      sink.time(stay, { from: unixMs(from), to: unixMs(to) }, to - from, to - from - missed);
      if (missed > 0) sink.hole(holeOf(stay, { from, to }, missed, "not_kept"));
    }
}
