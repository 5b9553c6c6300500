import { expect, test } from "vitest";
import { DAY_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { CardUse } from "../../../../server/domain/review/facts.ts";
import { receiptOf } from "../../../../server/domain/review/receipt.ts";

const WEEK = 7 * DAY_MS;
const week = { from: unixMs(0), to: unixMs(WEEK) };
const use = (over: Partial<CardUse>): CardUse => ({
  uuid: "a",
  poolId: 1,
  ownedMs: WEEK,
  observedMs: WEEK,
  busyMs: 0,
  idleHeldMs: 0,
  freeMs: 0,
  peak: null,
  ...over,
});
const about = { savingPerDayMicro: 480_000_000n, cards: 2, week };

test("idle cards given back save their whole week", () => {
  const before = [use({ freeMs: WEEK }), use({ uuid: "b", freeMs: WEEK })];
  const receipt = receiptOf({ ...about, kind: "free_on_demand", before, after: [] });
  expect(receipt).toEqual({ from: 0, to: WEEK, savedMicro: "3360000000", coverage: 1 });
});

test("cards put to work save what they are no longer idle, cards that idle on save nothing", () => {
  const before = [use({ idleHeldMs: WEEK }), use({ uuid: "b", idleHeldMs: WEEK })];
  const after = [
    use({ busyMs: WEEK / 2, idleHeldMs: WEEK / 2, observedMs: WEEK / 2 }),
    use({ uuid: "b", idleHeldMs: WEEK }),
  ];
  expect(receiptOf({ ...about, kind: "idle_held", before, after })).toMatchObject({
    savedMicro: "840000000", // half of one card's 240 a day
    coverage: 0.75,
  });
});

test("more idle time than before is a loss, and is said", () => {
  const receipt = receiptOf({
    ...about,
    kind: "idle_held",
    before: [use({ idleHeldMs: 0 })],
    after: [use({ idleHeldMs: DAY_MS })],
  });
  expect(receipt.savedMicro).toBe("-240000000");
});

test("work that moved saves the card time that is no longer paid for, busy or not", () => {
  const receipt = receiptOf({ ...about, kind: "busy_in_expensive", before: [use({ busyMs: WEEK })], after: [] });
  expect(receipt.savedMicro).toBe("1680000000");
});
