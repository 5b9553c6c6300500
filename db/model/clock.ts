import type { UnixMs } from "./units.ts";

/** A timer that can be called off. */
export type Timer = { cancel(): void };

/**
 * The only way product code learns or waits for time. Injected everywhere, so a test can run an hour in a second.
 * `now` may jump (NTP, an operator); durations are measured with `monotonicMs`, which never goes back.
 */
export type Clock = {
  now(): UnixMs;
  /** Milliseconds from an arbitrary start, with fractions. */
  monotonicMs(): number;
  /** Runs `task` once after `ms`. Does not keep the process alive. */
  after(ms: number, task: () => void): Timer;
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};
