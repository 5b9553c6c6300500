import { MINUTE_MS } from "../../db/model/time.ts";

/** Minutes kept: what RoundGang tells. */
export const ACTIVITY_MINUTES = 60;
/** Activity is kept in half per cents: a byte a minute. */
const STEPS = 200;
const UNSAID = 255;

/** How active each card was, minute by minute, over the last hour. */
export class MinuteActivity {
  private minutes = new Uint8Array(0); // by card, at minute % 60
  private newest = new Int32Array(0); // minute of the newest reading; 0 = none
  private sum = new Float32Array(0); // of the readings in that minute
  private count = new Uint16Array(0);

  note(card: number, at: number, activity: number): void {
    if (activity !== activity) return; // NaN
    if (card >= this.newest.length) this.grow(card + 1);
    const minute = Math.floor(at / MINUTE_MS);
    const last = this.newest[card]!;
    if (minute < last) return;
    const row = card * ACTIVITY_MINUTES;
    if (minute > last) {
      const from = Math.max(last + 1, minute - ACTIVITY_MINUTES + 1);
      for (let passed = from; passed < minute; passed += 1) this.minutes[row + (passed % ACTIVITY_MINUTES)] = UNSAID;
      this.newest[card] = minute;
      this.sum[card] = 0;
      this.count[card] = 0;
    }
    this.sum[card]! += activity;
    this.count[card]! += 1;
    this.minutes[row + (minute % ACTIVITY_MINUTES)] = Math.round((this.sum[card]! / this.count[card]!) * STEPS);
  }

  /**
   * The mean activity of some cards in each minute of the hour that ends with the one of `at`, oldest first, and the share
   * of them above `busyFrom`. NaN = none of them said anything.
   */
  of(
    cards: Iterable<number>,
    at: number,
    busyFrom: number,
  ): { readonly activity: Float64Array; readonly busyShare: Float64Array } {
    const activity = new Float64Array(ACTIVITY_MINUTES);
    const busyShare = new Float64Array(ACTIVITY_MINUTES);
    const said = new Int32Array(ACTIVITY_MINUTES);
    const first = Math.floor(at / MINUTE_MS) - ACTIVITY_MINUTES + 1;
    for (const card of cards) {
      if (card >= this.newest.length || this.newest[card] === 0) continue;
      const oldest = Math.max(first, this.newest[card]! - ACTIVITY_MINUTES + 1);
      for (let minute = oldest; minute <= this.newest[card]!; minute += 1) {
        const steps = this.minutes[card * ACTIVITY_MINUTES + (minute % ACTIVITY_MINUTES)]!;
        const place = minute - first;
        if (steps === UNSAID || place >= ACTIVITY_MINUTES) continue;
        said[place]! += 1;
        activity[place]! += steps / STEPS;
        if (steps / STEPS > busyFrom) busyShare[place]! += 1;
      }
    }
    for (let i = 0; i < ACTIVITY_MINUTES; i += 1) {
      activity[i] = said[i] === 0 ? Number.NaN : activity[i]! / said[i]!;
      busyShare[i] = said[i] === 0 ? Number.NaN : busyShare[i]! / said[i]!;
    }
    return { activity, busyShare };
  }

  /** A number is given to another card. */
  forget(card: number): void {
    if (card < this.newest.length) {
      this.newest[card] = 0;
      this.minutes.fill(UNSAID, card * ACTIVITY_MINUTES, (card + 1) * ACTIVITY_MINUTES);
    }
  }

  private grow(least: number): void {
    const size = Math.max(least, this.newest.length * 2, 64);
    const grown = <T extends Uint8Array | Int32Array | Float32Array | Uint16Array>(made: T, old: T): T => {
      made.set(old);
      return made;
    };
    this.minutes = grown(new Uint8Array(size * ACTIVITY_MINUTES).fill(UNSAID), this.minutes);
    this.newest = grown(new Int32Array(size), this.newest);
    this.sum = grown(new Float32Array(size), this.sum);
    this.count = grown(new Uint16Array(size), this.count);
  }
}
