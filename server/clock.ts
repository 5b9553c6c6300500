import type { Clock, Timer } from "../db/model/clock.ts";
import { unixMs } from "../db/model/units.ts";

/** setTimeout takes a signed 32-bit delay and fires at once beyond it. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** The machine's clock. The only file that may read or wait for real time. */
export const systemClock: Clock = {
  now: () => unixMs(Date.now()),
  monotonicMs: () => performance.now(),
  after: (ms, task) => arm(ms, task, false),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(reasonOf(signal));
        return;
      }
      const onAbort = (): void => {
        timer.cancel();
        reject(reasonOf(signal));
      };
      const timer = arm(
        ms,
        () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
        true, // somebody awaits it: the process must not end under them
      );
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

function arm(ms: number, task: () => void, keepsProcess: boolean): Timer {
  if (ms <= 0 && keepsProcess) return nextTurn(task);
  const slice = Math.min(Math.max(ms, 0), LONGEST_DELAY_MS);
  let rest: Timer | null = null;
  const handle = setTimeout(() => {
    if (ms > slice) rest = arm(ms - slice, task, keepsProcess);
    else task();
  }, slice);
  if (!keepsProcess) handle.unref();
  return {
    cancel() {
      clearTimeout(handle);
      rest?.cancel();
    },
  };
}

/** As soon as whatever is due has had its turn: a timer would let the loop stand still for the rest of a millisecond. */
function nextTurn(task: () => void): Timer {
  const handle = setImmediate(task);
  return { cancel: () => clearImmediate(handle) };
}

const reasonOf = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new Error("aborted");
