/** Targets are read in groups: waking the process for each, its caches cold, would cost more than reading it. */
const STEP_MS = 500;

/**
 * Where in its interval a target is read, 0 ≤ phase < intervalMs: spread by name, the same in every process and after
 * every restart, so that neither the network nor the slots see a burst.
 */
export function phaseOf(origin: string, intervalMs: number): number {
  const phase = (hash32(origin) / 2 ** 32) * intervalMs;
  return phase - (phase % STEP_MS);
}

/** Milliseconds from `now` to the next instant of this phase, on the wall clock: 0 < wait ≤ intervalMs. */
export function waitForPhase(now: number, phaseMs: number, intervalMs: number): number {
  const into = (((now - phaseMs) % intervalMs) + intervalMs) % intervalMs;
  return intervalMs - into;
}

/** FNV-1a with the finaliser of MurmurHash3: names that differ in one digit land far apart. */
function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
