import { useSyncExternalStore } from "react";
import { browserClock } from "./clock.ts";

const STEP_MS = 5_000;
const listeners = new Set<() => void>();
let now: number = browserClock.now();
let ticking = false;

/** The time, in steps of five seconds: one clock for all "12 s ago" on the page. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => now);
}

/** Reads the clock at once: it was just put right. */
export function refreshNow(): void {
  now = browserClock.now();
  for (const listener of listeners) listener();
}

function tick(): void {
  ticking = false;
  refreshNow();
  schedule();
}

function schedule(): void {
  if (ticking || listeners.size === 0) return;
  ticking = true;
  browserClock.after(STEP_MS, tick);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  schedule();
  return () => listeners.delete(listener);
}
