/**
 * How much of the time a source may be kept busy with our questions: a tenth (facts/pitfalls.md, PUL-08). Others ask it
 * too, and a Prometheus that is slow is slow for them because of us.
 */
const SHARE = 0.1;
/** What may be saved up while nothing was asked: the share of a slot, so that a short outage is caught up at full speed. */
export const SAVED_MS = 30_000;

/** Time spent on questions, paid out of a share of the time that passes. */
export class QueryBudget {
  private left = SAVED_MS;
  private at: number;
  private spent = 0;

  /** @param now monotonic ms */
  constructor(now: number) {
    this.at = now;
  }

  /**
   * How long to wait before the next question, in ms; 0 = ask now.
   * @param now monotonic ms
   * @param askedMs how long questions took in all, two at once counting twice
   */
  waitMs(now: number, askedMs: number): number {
    this.left = Math.min(SAVED_MS, this.left + (now - this.at) * SHARE) - (askedMs - this.spent);
    this.at = now;
    this.spent = askedMs;
    return this.left > 0 ? 0 : Math.ceil(-this.left / SHARE) + 1;
  }
}

/** How long after a look at the newest readings that took so long comes the next: they get half, slots the rest. */
export const restAfter = (tookMs: number): number => (2 * tookMs) / SHARE - tookMs;
