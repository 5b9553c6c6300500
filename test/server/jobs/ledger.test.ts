import { expect, test } from "vitest";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { systemClock } from "../../../server/clock.ts";
import { startLedger } from "../../../server/jobs/ledger.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { stageConfig } from "../../tools/stage-config.ts";

function stage() {
  const clock = manualClock();
  const listeners = { prices: () => undefined as void, rules: () => undefined as void };
  const rounds: AbortSignal[] = [];
  let work = async (_stopping: AbortSignal) => undefined as void;
  const job = startLedger({
    ledger: {
      catchUp: async (stopping) => {
        rounds.push(stopping);
        await work(stopping);
      },
    },
    pricing: { onChange: (callback) => ((listeners.prices = callback), () => (listeners.prices = () => undefined)) },
    features: {
      onChange: (callback) => ((listeners.rules = () => callback(null)), () => (listeners.rules = () => undefined)),
    },
    config: stageConfig(),
    clock,
    log: createLog("silent", systemClock),
  });
  return { clock, listeners, rounds, job, whenLooking: (does: typeof work) => void (work = does) };
}

test("older hours are looked at at the start, every minute, and when prices or rules change", async () => {
  const { clock, listeners, rounds, job } = stage();
  await clock.advance(0);
  expect(rounds.length).toBe(1);
  listeners.prices();
  listeners.prices();
  await clock.advance(0);
  expect(rounds.length).toBe(2); // two changes before a round begins are one round
  listeners.rules();
  await clock.advance(0);
  expect(rounds.length).toBe(3);
  await clock.advance(MINUTE_MS);
  expect(rounds.length).toBe(4);
  await job.stop();
  await clock.advance(MINUTE_MS);
  expect([rounds.length, clock.pending()]).toEqual([4, 0]);
});

test("a round that fails is followed by the next; one that is running is told to stop", async () => {
  const { clock, rounds, job, whenLooking } = stage();
  whenLooking(async () => {
    throw new Error("the database is away");
  });
  await clock.advance(MINUTE_MS);
  expect(rounds.length).toBe(2);
  whenLooking(
    (stopping) => new Promise((_, reject) => stopping.addEventListener("abort", () => reject(stopping.reason))),
  );
  await clock.advance(MINUTE_MS);
  expect(rounds.length).toBe(3);
  await job.stop();
  expect(rounds[2]!.aborted).toBe(true);
});
