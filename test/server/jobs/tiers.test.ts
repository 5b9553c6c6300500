import { expect, test } from "vitest";
import { SECOND_MS, SLOT_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { systemClock } from "../../../server/clock.ts";
import { startTiers } from "../../../server/jobs/tiers.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { stageConfig } from "../../tools/stage-config.ts";
import { aPool, stageFleet } from "../api/stage.ts";

const SLOT = unixMs(Date.UTC(2026, 0, 5));

function stage() {
  const clock = manualClock(unixMs(SLOT + 60 * SECOND_MS));
  const pools = [aPool()];
  const fleet = stageFleet([], pools);
  let prices = () => undefined as void;
  const asked: number[] = [];
  let fails = false;
  const job = startTiers({
    tiers: {
      judge: async () => {
        asked.push(clock.now() - SLOT);
        if (fails) throw new Error("the database is away");
      },
    },
    pricing: {
      onChange: (callback) => {
        prices = callback;
        return () => (prices = () => undefined);
      },
    },
    live: fleet.live,
    config: stageConfig(),
    clock,
    log: createLog("silent", systemClock),
  });
  const say = () => fleet.change({} as Parameters<typeof fleet.change>[0]);
  return { clock, pools, say, asked, job, changePrice: () => prices(), break: (now: boolean) => void (fails = now) };
}

test("tiers are judged at the start and half a minute after each slot", async () => {
  const { clock, asked, job } = stage();
  await clock.advance(2 * SLOT_MS);
  expect(asked).toEqual([60 * SECOND_MS, SLOT_MS + 30 * SECOND_MS, 2 * SLOT_MS + 30 * SECOND_MS]);
  await job.stop();
  await clock.advance(SLOT_MS);
  expect([asked.length, clock.pending()]).toEqual([3, 0]);
});

test("a change of prices or a new pool is judged at once; what happens on cards is not", async () => {
  const { clock, asked, pools, say, job, changePrice } = stage();
  await clock.advance(SECOND_MS);
  changePrice();
  changePrice();
  await clock.advance(SECOND_MS);
  expect(asked.length).toBe(2); // two changes before the next round are one round
  say();
  await clock.advance(SECOND_MS);
  expect(asked.length).toBe(2);
  pools.push(aPool({ id: 2 }));
  say();
  await clock.advance(SECOND_MS);
  expect(asked.length).toBe(3);
  await job.stop();
});

test("a round that fails does not end the rounds", async () => {
  const { clock, asked, job, break: fail } = stage();
  fail(true);
  await clock.advance(SLOT_MS);
  fail(false);
  await clock.advance(SLOT_MS);
  expect(asked.length).toBe(3);
  await job.stop();
});
