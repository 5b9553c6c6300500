import type { Clock } from "../../db/model/clock.ts";

/** How long a piece of long work may hold up the event loop: a request waits no longer than this behind it. "ours" */
const PIECE_MS = 5;

/** Work that may be interrupted wherever it yields. */
export type Steps<T> = Generator<void, T>;

/** Does the work in one piece. */
export function atOnce<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** Does the work in pieces of a few milliseconds, and lets everybody else have a turn between them. */
export async function inPieces<T>(steps: Steps<T>, clock: Clock): Promise<T> {
  let since = clock.monotonicMs();
  let step = steps.next();
  while (!step.done) {
    if (clock.monotonicMs() - since >= PIECE_MS) {
      await clock.sleep(0);
      since = clock.monotonicMs();
    }
    step = steps.next();
  }
  return step.value;
}
