import { expect, test } from "vitest";
import { atOnce, inPieces } from "../../../server/ingest/pieces.ts";
import { manualClock } from "../../tools/manual-clock.ts";

function* sumOf(numbers: readonly number[]) {
  let sum = 0;
  for (const n of numbers) {
    sum += n;
    yield;
  }
  return sum;
}
const NUMBERS = Array.from({ length: 100 }, (_, i) => i);

/** A clock on which every look costs a millisecond, as if the steps took that long. */
function tickingClock() {
  const clock = manualClock();
  let ms = 0;
  const rests: number[] = [];
  return { ...clock, rests, monotonicMs: () => ms++, sleep: async (wait: number) => void rests.push(wait) };
}

test("in pieces or at once, the work comes to the same", async () => {
  expect(await inPieces(sumOf(NUMBERS), tickingClock())).toBe(atOnce(sumOf(NUMBERS)));
});

test("others get a turn every few milliseconds of long work", async () => {
  const clock = tickingClock();
  await inPieces(sumOf(NUMBERS), clock);
  expect(clock.rests.length).toBeGreaterThanOrEqual(15);
});

test("short work rests for nobody", async () => {
  const clock = tickingClock();
  await inPieces(sumOf([1, 2, 3]), clock);
  expect(clock.rests).toEqual([]);
});

test("what goes wrong in a piece is thrown to the one who waits", async () => {
  function* broken() {
    yield;
    throw new RangeError("a card of two minds");
  }
  await expect(inPieces(broken(), tickingClock())).rejects.toThrow("a card of two minds");
});
