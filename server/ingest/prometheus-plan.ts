import { SLOT_MS, slotOf } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";

/** What is known of one slot of a Prometheus. Absent = never committed. */
export type SlotKnowledge = {
  readonly seq: number; // of the newest commit
  readonly rereads: number; // how often it was looked at again since
};

export type PlanInput = {
  readonly now: UnixMs; // by the slower of their clock and ours: what they will still write into a slot is not late
  readonly lagMs: number; // how long after its end a slot is whole
  readonly oldest: UnixMs; // nothing before this is read
  readonly slots: ReadonlyMap<UnixMs, SlotKnowledge>;
  readonly rereads: number; // how many slots behind the newest are looked at again, once for each newer slot
  readonly notBefore: ReadonlyMap<UnixMs, UnixMs>; // slots that failed, and when they may be tried again
};

export type PlannedSlot = { readonly slot: UnixMs; readonly isReread: boolean };

export type Plan = {
  readonly next: readonly PlannedSlot[]; // newest first: the board wants the newest, the books want them all
  readonly backlog: number; // slots that should be committed by now and are not
  readonly wakeAt: UnixMs; // nothing changes before this
};

/**
 * Which slots to read now. A slot is due when it is over and its lag has passed. Slots behind the newest are read again
 * once for each newer slot, up to `rereads` times, because samples may arrive late (facts/pitfalls.md, PUL-10); slots
 * first read long after their end are not, whatever was late is in them.
 */
export function planSlots(input: PlanInput): Plan {
  const { now, lagMs, slots, rereads, notBefore } = input;
  const newest = slotOf(unixMs(now - lagMs)) - SLOT_MS; // its end + lag ≤ now
  const oldest = slotOf(input.oldest);
  const next: PlannedSlot[] = [];
  let backlog = 0;
  let wakeAt = newest + 2 * SLOT_MS + lagMs;
  for (let at = newest; at >= oldest; at -= SLOT_MS) {
    const slot = unixMs(at);
    const known = slots.get(slot);
    const due = known === undefined || known.rereads < Math.min(rereads, (newest - at) / SLOT_MS);
    if (!due) continue;
    if (known === undefined) backlog += 1;
    const free = notBefore.get(slot) ?? now;
    if (free <= now) next.push({ slot, isReread: known !== undefined });
    else wakeAt = Math.min(wakeAt, free);
  }
  return { next, backlog, wakeAt: unixMs(wakeAt) };
}
