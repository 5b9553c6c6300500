import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { systemClock } from "../../../server/clock.ts";
import { startPatrol } from "../../../server/jobs/patrol.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const LOG = createLog("silent", systemClock);

const WAITS = { slotsOf: ["scrape"], rules: false };

function stage(
  runDaily: () => Promise<boolean>,
  waits: (ms: number) => typeof WAITS | null = (ms) => (ms < 3 * MINUTE_MS ? WAITS : null),
) {
  const clock = manualClock();
  let [guards, settled] = [0, 0];
  const begun = clock.now();
  const midnight = unixMs(clock.now() + 5 * HOUR_MS);
  const job = startPatrol(
    {
      runDaily,
      waitsFor: async () => waits(clock.now() - begun),
      nextAt: () => unixMs(clock.now() < midnight ? midnight : midnight + 24 * HOUR_MS),
      keepWatch: async () => undefined,
      keepGuard: async () => void guards++,
      settle: async () => void settled++,
    },
    clock,
    LOG,
  );
  return { clock, job, guards: () => guards, settled: () => settled };
}

test("it asks soon after the start, each hour, and when the day is due", async () => {
  const asked: number[] = [];
  const { clock, job, guards } = stage(async () => (asked.push(clock.now()), true));
  const begun = clock.now();
  await clock.advance(2 * MINUTE_MS);
  expect(asked).toEqual([]); // rules and sources first
  await clock.advance(5 * HOUR_MS);
  expect(asked.map((at) => at - begun)).toEqual([
    3 * MINUTE_MS,
    HOUR_MS + 3 * MINUTE_MS,
    2 * HOUR_MS + 3 * MINUTE_MS,
    3 * HOUR_MS + 3 * MINUTE_MS,
    4 * HOUR_MS + 3 * MINUTE_MS,
    5 * HOUR_MS,
  ]);
  expect(guards()).toBe(6);
  await job.stop();
});

test("a patrol that fails is tried again; one in hand is waited for when stopping", async () => {
  let asked = 0;
  const { clock, job, guards, settled } = stage(async () => {
    asked++;
    if (asked === 1) throw new Error("the database stopped");
    return false;
  });
  await clock.advance(3 * MINUTE_MS);
  expect([asked, guards()]).toEqual([1, 0]);
  await clock.advance(HOUR_MS);
  expect([asked, guards()]).toEqual([2, 1]);
  await job.stop();
  expect(settled()).toBe(1);
  await clock.advance(24 * HOUR_MS);
  expect(asked).toBe(2);
});

test("it looks as soon as what it waits for is there, and each minute while a first slot is not", async () => {
  const asked: number[] = [];
  const { clock, job } = stage(
    async () => (asked.push(clock.now()), true),
    (ms) => (ms < 20 * SECOND_MS || (ms > MINUTE_MS && ms < 3 * MINUTE_MS) ? WAITS : null),
  );
  const begun = clock.now();
  await clock.advance(30 * MINUTE_MS);
  expect(asked.map((at) => at - begun)).toEqual([20 * SECOND_MS]);
  await job.stop();

  const late: number[] = [];
  const slow = stage(
    async () => (late.push(slow.clock.now()), false),
    (ms) => (ms < 5 * MINUTE_MS ? WAITS : null),
  );
  const start = slow.clock.now();
  await slow.clock.advance(30 * MINUTE_MS);
  expect(late.map((at) => (at - start) / MINUTE_MS)).toEqual([3, 4, 5]);
  await slow.job.stop();
});
