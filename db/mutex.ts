/** Runs tasks one after another, in the order they asked. A task that throws does not stop the next. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  /** Waits for its turn, runs `task`, gives its result. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    const before = this.#tail;
    const mine = before.then(task);
    this.#tail = mine.catch(() => undefined); // the caller sees the failure; the queue only needs its end
    return await mine;
  }
}
