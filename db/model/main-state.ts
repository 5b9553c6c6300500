import type { CardState } from "./fleet.ts";

/** How a stretch of card time was spent, in ms. */
export type StateTimes = {
  readonly unknownMs: number;
  readonly faultMs: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly startingMs: number;
  readonly freeMs: number;
};

/** Of equally long states the earlier one is said: doubt must not look like work, nor a fault like rest. */
export const MAIN_STATE_ORDER = [
  "unknown",
  "fault",
  "busy",
  "idle_held",
  "starting",
  "free",
] as const satisfies readonly CardState[];

/** The state most of the time was spent in. Total: no time at all is `unknown`. */
export function mainStateOf(times: StateTimes): CardState {
  const ms: Readonly<Record<CardState, number>> = {
    unknown: times.unknownMs,
    fault: times.faultMs,
    busy: times.busyMs,
    idle_held: times.idleHeldMs,
    starting: times.startingMs,
    free: times.freeMs,
  };
  return MAIN_STATE_ORDER.reduce((best, state) => (ms[state] > ms[best] ? state : best), "unknown");
}
