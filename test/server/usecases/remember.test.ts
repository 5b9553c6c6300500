import { expect, test } from "vitest";
import type { Window } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { remember } from "../../../server/usecases/remember.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const HOUR: Window = { from: unixMs(0), to: unixMs(3_600_000) };
const NEXT: Window = { from: unixMs(3_600_000), to: unixMs(7_200_000) };

function stage() {
  const clock = manualClock();
  const waiting: { answer: (value: number) => void; fail: () => void }[] = [];
  const ask = remember(
    clock,
    () =>
      new Promise<number>((answer, reject) => {
        waiting.push({ answer, fail: () => reject(new Error("no database")) });
      }),
  );
  return { clock, ask, waiting };
}

test("all who ask at once are served by one query", async () => {
  const { ask, waiting } = stage();
  const answers = Promise.all([ask(HOUR), ask(HOUR), ask(HOUR)]);
  expect(waiting).toHaveLength(1);
  waiting[0]?.answer(7);
  expect(await answers).toEqual([7, 7, 7]);
});

test("a young answer is given again, an older one while the next is read, a stale one where there is no newer", async () => {
  const { clock, ask, waiting } = stage();
  const first = ask(HOUR);
  waiting[0]?.answer(1);
  await first;
  await clock.advance(14_999);
  expect(await ask(HOUR)).toBe(1);
  expect(waiting).toHaveLength(1);
  await clock.advance(1);
  expect(await ask(HOUR)).toBe(1);
  expect(waiting).toHaveLength(2);
  waiting[1]?.answer(2);
  await clock.advance(0);
  expect(await ask(HOUR)).toBe(2);
  await clock.advance(60_000);
  const last = ask(HOUR);
  waiting[2]?.answer(3);
  expect(await last).toBe(3);
});

test("another window is read anew", async () => {
  const { ask, waiting } = stage();
  const first = ask(HOUR);
  waiting[0]?.answer(1);
  await first;
  const second = ask(NEXT);
  waiting[1]?.answer(2);
  expect(await second).toBe(2);
});

test("a database that fails is not felt by who asks about the same window, and is asked again", async () => {
  const { clock, ask, waiting } = stage();
  const first = ask(HOUR);
  waiting[0]?.answer(1);
  await first;
  await clock.advance(20_000);
  expect(await ask(HOUR)).toBe(1);
  waiting[1]?.fail();
  await clock.advance(40_000);
  const late = ask(HOUR);
  waiting[2]?.fail();
  expect(await late).toBe(1); // of the same window: better than none
  const again = ask(HOUR);
  waiting[3]?.answer(4);
  expect(await again).toBe(4);
});

test("a database that says nothing is waited for two seconds, where there is an answer of the same window", async () => {
  const { clock, ask, waiting } = stage();
  const first = ask(HOUR);
  waiting[0]?.answer(1);
  await first;
  await clock.advance(600_000);
  let said: number | null = null;
  void ask(HOUR).then((value) => (said = value));
  await clock.advance(1_999);
  expect(said).toBeNull();
  await clock.advance(1);
  expect(said).toBe(1);
  const other = ask(NEXT); // nothing is known of it
  waiting[2]?.fail();
  await expect(other).rejects.toThrow("no database");
});
