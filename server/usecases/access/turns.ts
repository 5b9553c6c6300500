import { ServiceError } from "../../errors.ts";

const AT_ONCE = 2; // AUT-02: the event loop's threads are shared with files and names
const MOST_WAITING = 50;

/** Does a work when its turn comes. @throws ServiceError unavailable when fifty wait already */
type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Works of one kind, two at a time, in the order they came. */
export function createTurns(): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING)
        throw new ServiceError("unavailable", "too many people sign in at this moment; try again in a few seconds");
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
