/** Changes kept of one finding: those between its last 21 checks, as in Nagios. One bit each, newest lowest. */
const CHANGES = 20;
const MASK = 2 ** CHANGES - 1;
/** Nagios weighs the newest change 1.25 and the oldest 0.75 (base/flapping.c): here in 76ths, which are whole numbers. */
const ONE = 76;
const NEWEST = 95;
const YOUNGER_BY = 2;
/** Two thresholds, so that flapping does not flap: high_ and low_service_flap_threshold of Nagios' nagios.cfg, 20 % and 5 %. */
const BEGINS_FROM = 0.2 * CHANGES * ONE;
const ENDS_BELOW = 0.05 * CHANGES * ONE;

/** The history after one more check: did the finding come or go since the check before? */
export const checked = (flaps: number, hasChanged: boolean): number => ((flaps << 1) | Number(hasChanged)) & MASK;

/** Whether a finding comes and goes all the time. What is flapping stays so until it was steady for nearly all checks. */
export function isFlapping(wasFlapping: boolean, flaps: number): boolean {
  let sum = 0;
  for (let i = 0, rest = flaps; rest !== 0; i += 1, rest >>= 1) if (rest & 1) sum += NEWEST - i * YOUNGER_BY;
  return sum >= (wasFlapping ? ENDS_BELOW : BEGINS_FROM);
}
