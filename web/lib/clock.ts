import type { Clock } from "../../db/model/clock.ts";
import { unixMs } from "../../db/model/units.ts";

/** The header has whole seconds, and travelled: smaller differences are not chased. */
const SLACK_MS = 5_000;
let serverAheadMs = 0;

/**
 * Takes the server's `Date` header into account, so that a laptop with a wrong clock does not call live figures stale.
 * Says whether the time just jumped.
 */
export function observeServerDate(header: string | null): boolean {
  const said = header === null ? Number.NaN : Date.parse(header);
  if (!Number.isFinite(said)) return false;
  const off = said - Date.now();
  const before = serverAheadMs;
  serverAheadMs = Math.abs(off) < SLACK_MS ? 0 : off;
  return Math.abs(serverAheadMs - before) >= SLACK_MS;
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
