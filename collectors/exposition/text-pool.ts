import { latin1 } from "./bytes.ts";

/** Keeps each different piece of a body once. Gives up, and says so, when the pieces grow past the limit. */
export class TextPool {
  private readonly body: Buffer;
  private readonly limit: number;
  private readonly starts = new Map<string, number>();
  private store: Buffer;
  private used = 0;
  private overflown = false;

  constructor(body: Buffer, limitBytes: number) {
    this.body = body;
    this.limit = limitBytes;
    this.store = Buffer.allocUnsafe(Math.min(limitBytes, 16_384));
  }

  /** Where in the pool the piece `[start, end)` of the body stands. Meaningless once the pool has overflown. */
  put(start: number, end: number): number {
    const length = end - start;
    if (this.overflown || this.used + length > this.limit) {
      this.overflown = true;
      return 0;
    }
    const text = latin1(this.body, start, end);
    const known = this.starts.get(text);
    if (known !== undefined) return known;
    if (this.used + length > this.store.length) this.grow(this.used + length);
    this.body.copy(this.store, this.used, start, end);
    this.starts.set(text, this.used);
    this.used += length;
    return this.used - length;
  }

  /** The pool as it will be compared; null when it overflowed. */
  close(): DataView | null {
    if (this.overflown) return null;
    const exact = new Uint8Array(this.used);
    exact.set(this.store.subarray(0, this.used));
    return new DataView(exact.buffer);
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.min(this.limit, Math.max(needed, this.store.length * 2)));
    this.store.copy(larger, 0, 0, this.used);
    this.store = larger;
  }
}
