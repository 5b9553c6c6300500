import type { UnixMs } from "../db/model/units.ts";
import type { Readings } from "./exposition/reader.ts";

/** npu-exporter keeps a dead chip's last values with their old stamp: older than this is dead (facts/health-rules.md 9). */
const DEAD_AFTER_MS = 100_000;
/** A clock may be off by this much and still be a clock: SCR-10 asks for an hour, this leaves room. "ours" */
const SKEW_LIMIT_MS = 2 * 3_600_000;

/**
 * Judges the stamps an exporter puts on its samples. They never say when a reading was made: the scrape's time does
 * (SCR-10). They only tell dead values from living ones:
 * - a sample much older than the newest stamp of its body is dead;
 * - a body whose newest stamp stands still while our clock goes on is dead as a whole;
 * - a newest stamp off by more than any clock is (the year 1970) is dead until it is seen to move.
 */
export class StampClock {
  private newest = Number.NaN;
  private movedAt = Number.NaN; // our time when `newest` last rose
  private hasMoved = false;

  /** Takes dead values out of the readings (NaN = not said). Skew: the exporter's clock minus ours; null without stamps. */
  judge(readings: Readings, at: UnixMs): { readonly stale: number; readonly skewMs: number | null } {
    const { timestamps, values, count } = readings;
    let newest = Number.NaN;
    for (let i = 0; i < count; i++)
      if (!(timestamps[i]! <= newest) && !Number.isNaN(timestamps[i]!)) newest = timestamps[i]!;
    if (Number.isNaN(newest)) return { stale: 0, skewMs: null };
    const oldest = this.isDead(newest, at) ? Infinity : newest - DEAD_AFTER_MS;
    let stale = 0;
    for (let i = 0; i < count; i++) {
      if (!(timestamps[i]! < oldest)) continue;
      if (!Number.isNaN(values[i]!)) stale++;
      values[i] = Number.NaN;
    }
    return { stale, skewMs: newest - at };
  }

  private isDead(newest: number, at: UnixMs): boolean {
    if (newest !== this.newest) {
      this.hasMoved ||= newest > this.newest;
      this.newest = newest;
      this.movedAt = at;
    }
    if (Math.abs(newest - at) > SKEW_LIMIT_MS && !this.hasMoved) return true;
    return at - this.movedAt > DEAD_AFTER_MS;
  }
}
