import { HOUR_MS, MINUTE_MS } from "../../db/model/time.ts";
import { roundHours } from "./round-hours.ts";

/** Labels that fit on a time axis, whatever the span. */
const MOST_TICKS = 12;

/** Round times of the reader, few enough to be read: quarters of an hour in a short span, whole hours in a long one. */
export function timeTicks(from: number, to: number, minute: (at: number) => string): number[] {
  const span = to - from;
  const quarters = [5, 15, 30].find((minutes) => span / (minutes * MINUTE_MS) <= MOST_TICKS);
  if (quarters !== undefined) return stepsOf(from, to, quarters * MINUTE_MS);
  const step = [1, 2, 4, 6, 12, 24].find((hours) => span / (hours * HOUR_MS) <= MOST_TICKS) ?? 24;
  const ticks = roundHours(from, to, step, minute);
  const every = Math.ceil(ticks.length / MOST_TICKS);
  return ticks.filter((_, i) => i % every === 0);
}

/** Every zone in use stands at a whole number of quarters from UTC, so a round quarter is round for every reader. */
function stepsOf(from: number, to: number, stepMs: number): number[] {
  const found: number[] = [];
  for (let at = Math.ceil(from / stepMs) * stepMs; at < to; at += stepMs) found.push(at);
  return found;
}
