/** How many requests an endpoint may get: exact over any window, so that no minute ever holds one too many. */
import type { RateLimit } from "./platform.ts";

/** The instants of the last requests to one endpoint; what they allow now. Times are of one clock, ascending. */
export class RateWindow {
  readonly #limits: readonly RateLimit[];
  readonly #longestMs: number;
  #sent: number[] = [];

  /** @param earlier instants of requests made before this window was opened, in any order */
  constructor(limits: readonly RateLimit[], earlier: readonly number[] = []) {
    this.#limits = limits;
    this.#longestMs = Math.max(0, ...limits.map(({ perMs }) => perMs));
    this.#sent = earlier.toSorted((a, b) => a - b);
  }

  /** Milliseconds until one more is allowed; 0 = now. */
  waitMs(now: number): number {
    const waits = this.#limits.map(({ count, perMs }) => {
      const oldest = this.#sent.at(-count);
      return oldest === undefined ? 0 : oldest + perMs - now;
    });
    return Math.max(0, ...waits);
  }

  /** How many more the limits over at least `perMs` allow; Infinity = there are none. */
  left(now: number, atLeastMs: number): number {
    const rooms = this.#limits
      .filter(({ perMs }) => perMs >= atLeastMs)
      .map(({ count, perMs }) => count - this.#sent.filter((at) => at > now - perMs).length);
    return Math.max(0, Math.min(Infinity, ...rooms));
  }

  /** One is made now. */
  take(now: number): void {
    this.#sent = this.#sent.filter((at) => at > now - this.#longestMs);
    this.#sent.push(now);
  }
}
