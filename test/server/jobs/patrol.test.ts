import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { systemClock } from "../../../server/clock.ts";
import { startPatrol } from "../../../server/jobs/patrol.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const LOG = createLog("silent", systemClock);

function stage(runDaily: () => Promise<boolean>) {
  const clock = manualClock();
  let [guards, settled] = [0, 0];
  const midnight = unixMs(clock.now() + 5 * HOUR_MS);
  const job = startPatrol(
    {
      runDaily,
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
