import { DAY_MS, HOUR_MS, SLOT_MS, SLOTS_PER_DAY, SLOTS_PER_HOUR } from "../model/time.ts";
import { type UnixMs, unixMs } from "../model/units.ts";

/**
 * Slots, hours and days are stored as their number since 1970-01-01T00:00Z: four bytes in each row and twice in its
 * index instead of eight, and good until the year 22387. A number names a start: slot 0 is [0, 300 000) ms.
 */
export const slotNoOf = (at: number): number => Math.floor(at / SLOT_MS);
export const hourNoOf = (at: number): number => Math.floor(at / HOUR_MS);
export const dayNoOf = (at: number): number => Math.floor(at / DAY_MS);

/** The start of a numbered slot, hour or day. */
export const slotStart = (slotNo: number): UnixMs => unixMs(slotNo * SLOT_MS);
export const hourStart = (hourNo: number): UnixMs => unixMs(hourNo * HOUR_MS);
export const dayStart = (dayNo: number): UnixMs => unixMs(dayNo * DAY_MS);

/** Which hour and day hold a slot, and the slot's place in its day, 0..287. */
export const hourOfSlot = (slotNo: number): number => Math.floor(slotNo / SLOTS_PER_HOUR);
export const dayOfSlot = (slotNo: number): number => Math.floor(slotNo / SLOTS_PER_DAY);
export const placeInDay = (slotNo: number): number => slotNo - dayOfSlot(slotNo) * SLOTS_PER_DAY;
