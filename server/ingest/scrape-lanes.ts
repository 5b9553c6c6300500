/**
 * Who may be read now. Two lanes:
 *
 * - *quick*: few at a time, since these bring bodies to parse. A scrape that has brought nothing for `slowAfterMs` is
 *   waiting for a dead target, not working: it moves over to the other lane and its place is free again.
 * - *slow*: many at a time, since each is only an open socket. Targets that hung the last time (`suspect`) start here
 *   and may fill half of it, so that there is always room for those that hang for the first time.
 *
 * So however many targets hang, the others find a place in the quick lane.
 */
export type LaneLimits = {
  readonly quick: number;
  readonly slow: number;
  readonly slowAfterMs: number;
};
export const DEFAULT_LANES: LaneLimits = { quick: 64, slow: 4_096, slowAfterMs: 100 };

export type LaneItem = { readonly suspect: boolean };

/** Decides about places only: no clock, no timers. Times are monotonic milliseconds. */
export class ScrapeLanes<T extends LaneItem> {
  readonly #limits: LaneLimits;
  readonly #quickQueue = new Fifo<T>();
  readonly #suspectQueue = new Fifo<T>();
  readonly #quick = new Map<T, number>(); // start, in order of start
  readonly #slow = new Set<T>();

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  get inFlight(): number {
    return this.#quick.size + this.#slow.size;
  }

  get queued(): number {
    return this.#quickQueue.size + this.#suspectQueue.size;
  }

  enqueue(item: T): void {
    (item.suspect ? this.#suspectQueue : this.#quickQueue).push(item);
  }

  /** The next to start at `now`, already counted as in flight; null when nobody waits or no place is free. */
  next(now: number): T | null {
    this.#moveOver(now);
    if (this.#quick.size < this.#limits.quick) {
      const item = this.#quickQueue.shift();
      if (item) {
        this.#quick.set(item, now);
        return item;
      }
    }
    if (this.#slow.size < this.#limits.slow / 2) {
      const item = this.#suspectQueue.shift();
      if (item) {
        this.#slow.add(item);
        return item;
      }
    }
    return null;
  }

  /** When a place of the quick lane frees itself though nobody finishes; null when no one waits for that. */
  nextMoveAt(): number | null {
    if (this.#quickQueue.size === 0 || this.#slow.size >= this.#limits.slow) return null;
    const oldest = this.#quick.values().next();
    return oldest.done ? null : oldest.value + this.#limits.slowAfterMs;
  }

  finish(item: T): void {
    this.#quick.delete(item);
    this.#slow.delete(item);
  }

  /** Forgets all that did not start. */
  clearQueues(): void {
    this.#quickQueue.clear();
    this.#suspectQueue.clear();
  }

  /** Only when somebody needs the place: moving costs nothing, but says nothing either. */
  #moveOver(now: number): void {
    if (this.#quickQueue.size === 0) return;
    for (const [item, startedAt] of this.#quick) {
      if (this.#quick.size < this.#limits.quick || this.#slow.size >= this.#limits.slow) return;
      if (now - startedAt < this.#limits.slowAfterMs) return;
      this.#quick.delete(item);
      this.#slow.add(item);
    }
  }
}

/** A queue whose shift does not move the rest. */
class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head++;
    if (this.#head === this.#items.length) this.clear();
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
