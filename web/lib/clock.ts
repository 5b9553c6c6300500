import type { Clock } from "../../db/model/clock.ts";
import { unixMs } from "../../db/model/units.ts";

let serverAheadMs = 0;

/** Takes the server's `Date` header into account, so that a laptop with a wrong clock does not call live figures stale. */
export function observeServerDate(header: string | null): void {
  const said = header === null ? Number.NaN : Date.parse(header);
  if (!Number.isFinite(said)) return;
  const off = said - Date.now();
  serverAheadMs = Math.abs(off) < 5_000 ? 0 : off; // the header has whole seconds and travelled: do not chase them
}

/** The browser's clock, corrected by what the server last said. */
export const browserClock: Clock = {
  now: () => unixMs(Date.now() + serverAheadMs),
  monotonicMs: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return { cancel: () => clearTimeout(timer) };
  },
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};
