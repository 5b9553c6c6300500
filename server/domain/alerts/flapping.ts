/** Changes kept of one finding: those between its last 21 checks, as in Nagios. One bit each, newest lowest. */
const CHANGES = 20;
const MASK = 2 ** CHANGES - 1;
/** Nagios weighs the newest change 1.25 and the oldest 0.75 (base/flapping.c). */
const NEWEST_WEIGHT = 1.25;
const OLDEST_WEIGHT = 0.75;
/** Two thresholds, so that flapping does not flap: Nagios' nagios.cfg, high_ and low_service_flap_threshold. */
const BEGINS_FROM = 0.2;
const ENDS_BELOW = 0.05;

/** The history after one more check: did the finding come or go since the check before? */
export const checked = (flaps: number, hasChanged: boolean): number => ((flaps << 1) | Number(hasChanged)) & MASK;

/** Whether a finding comes and goes all the time. What is flapping stays so until it was steady for nearly all checks. */
export function isFlapping(wasFlapping: boolean, flaps: number): boolean {
  if (flaps === 0) return false;
  return changeRatio(flaps) >= (wasFlapping ? ENDS_BELOW : BEGINS_FROM);
}

/** Share of checks that found a change, 0 to 1, newer ones weighing more. */
function changeRatio(flaps: number): number {
  const step = (NEWEST_WEIGHT - OLDEST_WEIGHT) / (CHANGES - 1);
  let sum = 0;
  for (let i = 0; i < CHANGES; i += 1) if ((flaps >> i) & 1) sum += NEWEST_WEIGHT - i * step;
  return sum / CHANGES;
}
