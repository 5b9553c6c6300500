import type { Clock } from "../../db/model/clock.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";

/** A clock that runs `speed` times as fast as the real one from `start`: an hour against real servers in seconds. */
export function scaledClock(start: UnixMs, speed: number): Clock {
  const began = performance.now();
  const passed = (): number => (performance.now() - began) * speed;
  return {
    now: () => unixMs(start + passed()),
    monotonicMs: passed,
    after(ms, task) {
      const timer = setTimeout(task, ms / speed);
      timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const fail = (): void => {
          clearTimeout(timer);
          reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener("abort", fail);
          resolve();
        }, ms / speed);
        if (signal?.aborted) fail();
        else signal?.addEventListener("abort", fail, { once: true });
      }),
  };
}
