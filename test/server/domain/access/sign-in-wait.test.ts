import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { signInWaitMs } from "../../../../server/domain/access/sign-in-wait.ts";

const now = 1_790_000_000_000;
const tries = (count: number, ago = 0): number[] => Array.from({ length: count }, () => now - ago);

test.each([
  ["nobody tried", [], [], 0],
  ["three typing errors are free", tries(2), tries(2), 0],
  ["then a second", tries(3), [], 1_000],
  ["then twice as long", tries(5), [], 4_000],
  ["time that passed is taken off", tries(5, 1_000), [], 3_000],
  ["ten in 15 minutes wait for the oldest", tries(10, MINUTE_MS), [], 14 * MINUTE_MS],
  ["after 15 minutes all is forgotten", tries(50, 15 * MINUTE_MS), [], 0],
  ["99 of an address may go on", [], tries(99), 0],
  ["100 of an address wait out the hour", [], tries(100, MINUTE_MS), HOUR_MS - MINUTE_MS],
] as const)("%s", (_, ofAccount, ofAddress, wait) => {
  expect(signInWaitMs(ofAccount, ofAddress, now)).toBe(wait);
});
