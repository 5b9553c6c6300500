import type { Clock, Timer } from "../../db/model/clock.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";

export type ManualClock = Clock & {
  /** Lets `ms` pass: runs every timer that falls due, in order, letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock only, as NTP or an operator would; timers and the monotonic clock do not notice. */
  jump(ms: number): void;
  /** Timers not yet run or called off. */
  pending(): number;
};

type Entry = { readonly due: number; readonly order: number; readonly task: () => void };

/** A clock that stands still until told otherwise. */
export function manualClock(start: UnixMs = unixMs(Date.UTC(2026, 0, 5))): ManualClock {
  let passed = 0;
  let wallOffset = 0;
  let order = 0;
  const timers = new Set<Entry>();

  const after = (ms: number, task: () => void): Timer => {
    const entry: Entry = { due: passed + Math.max(ms, 0), order: order++, task };
    timers.add(entry);
    return { cancel: () => void timers.delete(entry) };
  };
  const earliest = (until: number): Entry | undefined => {
    let found: Entry | undefined;
    for (const e of timers) {
      if (e.due > until) continue;
      if (!found || e.due < found.due || (e.due === found.due && e.order < found.order)) found = e;
    }
    return found;
  };

  return {
    now: () => unixMs(start + passed + wallOffset),
    monotonicMs: () => passed,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const fail = (): void => {
          timer.cancel();
          reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
        };
        const timer = after(ms, () => {
          signal?.removeEventListener("abort", fail);
          resolve();
        });
        if (signal?.aborted) fail();
        else signal?.addEventListener("abort", fail, { once: true });
      }),
    async advance(ms) {
      const until = passed + ms;
      await settle();
      for (let next = earliest(until); next; next = earliest(until)) {
        timers.delete(next);
        passed = Math.max(passed, next.due);
        next.task();
        await settle();
      }
      passed = until;
    },
    jump: (ms) => void (wallOffset += ms),
    pending: () => timers.size,
  };
}

/** One turn of the real event loop: promises settle, and loopback I/O that is ready is delivered. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
