import type { Clock } from "../../db/model/clock.ts";
import { SECOND_MS, type Window } from "../../db/model/time.ts";

/** Slots are committed every five minutes: figures this young are new. */
const FRESH_MS = 15 * SECOND_MS;
/** Older ones are still answered while they are read again; beyond this the caller waits a little. */
const USABLE_MS = 60 * SECOND_MS;
/** Figures of the same window are better than none, where a database says nothing (API-09). */
const PATIENCE_MS = 2 * SECOND_MS;

/**
 * A reading of a window that many ask for at once: one query runs at a time, its answer serves everybody, and a slow
 * database is felt by nobody who has an answer not older than a minute. Another window is read anew.
 */
export function remember<T>(clock: Clock, read: (window: Window) => Promise<T>): (window: Window) => Promise<T> {
  let known: { readonly key: string; readonly at: number; readonly value: T } | null = null;
  let running: { readonly key: string; readonly promise: Promise<T> } | null = null;

  const refresh = (window: Window, key: string): Promise<T> => {
    if (running?.key === key) return running.promise;
    const promise = read(window)
      .then((value) => {
        known = { key, at: clock.monotonicMs(), value };
        return value;
      })
      .finally(() => {
        if (running === mine) running = null;
      });
    const mine = { key, promise };
    running = mine;
    return promise;
  };

  return (window) => {
    const key = `${window.from} ${window.to}`;
    const age = known?.key === key ? clock.monotonicMs() - known.at : Infinity;
    if (known !== null && age < FRESH_MS) return Promise.resolve(known.value);
    const next = refresh(window, key);
    if (known?.key !== key) return next;
    const { value } = known;
    next.catch(() => undefined); // the next caller tries again
    if (age < USABLE_MS) return Promise.resolve(value);
    const done = new AbortController();
    const old = clock.sleep(PATIENCE_MS, done.signal).then(
      () => value,
      () => value,
    );
    return Promise.race([next, old])
      .catch(() => value)
      .finally(() => done.abort());
  };
}
