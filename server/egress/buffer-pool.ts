/** Bodies of exporters are below this. */
const LARGE_BYTES = 1024 * 1024;
const SMALLEST_BYTES = 16 * 1024;

/**
 * Answers of a Prometheus are larger, and one comes after the other: made anew for each, they are megabytes of pages to
 * fetch from the system and, outside V8's heap, what makes it mark all of that heap for every answer.
 */
const MOST_LARGE_KEPT = 2;
/**
 * The default limit of a body, with the byte that shows it was passed: what was refused is read into again, and not left
 * to the collector beside the next. Of a longer one (the configuration allows it) the pages go back to the system.
 */
const MOST_KEPT_BYTES = roundUp(24 * 1024 * 1024 + 1); // an inflater fills what it is handed

/**
 * Buffers for answers, used again and again: a fleet read every 15 s would otherwise leave its whole text to the
 * garbage collector. A buffer that was never given back is simply collected.
 */
export class BufferPool {
  readonly #free: Buffer[] = [];
  readonly #large: Buffer[] = []; // ascending by length
  readonly #keep: number;

  /** @param keep how many idle buffers to hold; as many as answers are read at a time */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** A buffer of at least `bytes`, with old content in it. */
  take(bytes: number): Buffer {
    const kept = bytes > LARGE_BYTES ? this.#large.pop() : this.#free.pop();
    if (kept && kept.length >= bytes) return kept; // a kept one that is too small is dropped: the pool grows with the fleet
    return Buffer.allocUnsafeSlow(Math.max(SMALLEST_BYTES, roundUp(bytes)));
  }

  /**
   * The caller must not touch the buffer afterwards.
   * @param written how much of it was ever written to: pages nobody wrote to take no memory
   */
  give(buffer: Buffer, written: number): void {
    if (buffer.length <= LARGE_BYTES) {
      if (this.#free.length < this.#keep) this.#free.push(buffer);
    } else if (written <= MOST_KEPT_BYTES) {
      this.#large.push(buffer);
      this.#large.sort((a, b) => a.length - b.length);
      if (this.#large.length > MOST_LARGE_KEPT) this.#large.shift();
    }
  }

  get idle(): number {
    return this.#free.length + this.#large.length;
  }
}

/** To the next eighth of a power of two: growth stays geometric and at most an eighth is wasted. */
function roundUp(bytes: number): number {
  if (bytes <= SMALLEST_BYTES) return SMALLEST_BYTES;
  const step = 2 ** Math.max(0, Math.floor(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
}
