/** Bodies of exporters are below this; a larger buffer is not worth keeping for the next one. */
const LARGEST_KEPT_BYTES = 1024 * 1024;
const SMALLEST_BYTES = 16 * 1024;

/**
 * Buffers for answers, used again and again: a fleet read every 15 s would otherwise leave its whole text to the
 * garbage collector. A buffer that was never given back is simply collected.
 */
export class BufferPool {
  readonly #free: Buffer[] = [];
  readonly #keep: number;

  /** @param keep how many idle buffers to hold; as many as answers are read at a time */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** A buffer of at least `bytes`, with old content in it. */
  take(bytes: number): Buffer {
    const kept = this.#free.pop();
    if (kept && kept.length >= bytes) return kept; // a kept one that is too small is dropped: the pool grows with the fleet
    return Buffer.allocUnsafeSlow(Math.max(SMALLEST_BYTES, roundUp(bytes)));
  }

  /** The caller must not touch the buffer afterwards. */
  give(buffer: Buffer): void {
    if (buffer.length <= LARGEST_KEPT_BYTES && this.#free.length < this.#keep) this.#free.push(buffer);
  }

  get idle(): number {
    return this.#free.length;
  }
}

/** To the next eighth of a power of two: growth stays geometric and at most an eighth is wasted. */
function roundUp(bytes: number): number {
  if (bytes <= SMALLEST_BYTES) return SMALLEST_BYTES;
  const step = 2 ** Math.max(0, Math.floor(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
}
