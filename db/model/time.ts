import { type Millis, type UnixMs, unixMs } from "./units.ts";

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Five minutes, UTC-aligned: the smallest step Dapan stores. Chosen in design.md section 4 ("slot"). */
export const SLOT_MS = 300_000 as Millis;
export const SLOTS_PER_HOUR = HOUR_MS / SLOT_MS;
export const SLOTS_PER_DAY = DAY_MS / SLOT_MS;

/** A half-open window of time, `[from, to)`, UTC. */
export type Window = { readonly from: UnixMs; readonly to: UnixMs };

/** The start of the slot that holds this instant. An instant on a border belongs to the slot it opens. */
export const slotOf = (at: UnixMs): UnixMs => floorTo(at, SLOT_MS);

/** The start of the UTC hour that holds this instant. */
export const hourOf = (at: UnixMs): UnixMs => floorTo(at, HOUR_MS);

/** The start of the UTC day that holds this instant. */
export const dayOf = (at: UnixMs): UnixMs => floorTo(at, DAY_MS);

/** `at` moved by `ms` (which may be negative). */
export const shift = (at: UnixMs, ms: number): UnixMs => unixMs(at + ms);

function floorTo(at: UnixMs, step: number): UnixMs {
  return (Math.floor(at / step) * step) as UnixMs; // floor, not trunc: instants before 1970 must tile too
}
