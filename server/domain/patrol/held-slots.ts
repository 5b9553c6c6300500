import { DAY_MS, HOUR_MS, SLOT_MS, SLOTS_PER_DAY } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { DaySlots } from "./card-day.ts";

/** Nobody, or nobody said who. */
const NOBODY = 0;
/** Who held a card last is asked of that many days back: past it nobody is known to. "ours" */
export const CARRIED_DAYS = 7;

/** The slots of a card's day with who held each, or held most of it; 0 = nobody. */
export type HeldSlots = DaySlots & { readonly holderId: ArrayLike<number> };
/** Who was last seen with a card, and in which UTC day. */
export type LastHolder = { readonly holderId: number; readonly day: UnixMs };

/**
 * Who each slot of a day counts for, by place. A slot that was seen at all is of who held it, else of nobody. One that
 * nobody saw counts for who held the card last: the hole is theirs, for it was their card that was not watched.
 * @param before null = not known
 */
export function holdersOf(
  slots: HeldSlots,
  day: UnixMs,
  before: LastHolder | null,
): { readonly holders: Int32Array; readonly last: LastHolder | null } {
  const holders = new Int32Array(SLOTS_PER_DAY);
  let last = before !== null && day - before.day <= CARRIED_DAYS * DAY_MS ? before : null;
  for (let place = 0; place < SLOTS_PER_DAY; place++) {
    const holderId = slots.holderId[place] as number;
    const isSeen =
      (slots.ownedMs[place] as number) > 0 && (holderId !== NOBODY || (slots.observedMs[place] as number) > 0);
    if (isSeen && (last?.holderId !== holderId || last.day !== day)) last = { holderId, day };
    holders[place] = last?.holderId ?? NOBODY;
  }
  return { holders, last };
}

/** Stretches of hours in which what holders did is a team's, by holder; `toHour` null = until changed. */
export type TeamHolds = ReadonlyMap<number, readonly { readonly fromHour: number; readonly toHour: number | null }[]>;

/** Whether a slot held by somebody is a team's. */
export const isTeams = (holds: TeamHolds, holderId: number, day: UnixMs, place: number): boolean => {
  if (holderId === NOBODY) return false;
  const hour = Math.floor((day + place * SLOT_MS) / HOUR_MS);
  return (holds.get(holderId) ?? []).some(
    ({ fromHour, toHour }) => fromHour <= hour && (toHour === null || hour < toHour),
  );
};
