import { expect, test } from "vitest";
import { MICRO } from "../../../../db/model/money.ts";
import { budgetPace } from "../../../../server/domain/ledger/budget-pace.ts";

test.each([
  ["a third of the month, a third of the money", 10_000n * MICRO, 30_000, 10, 30, 1],
  ["half of the money after a tenth of the month", 15_000n * MICRO, 30_000, 3, 30, 5],
  ["nothing spent", 0n, 1, 1, 31, 0],
  ["money past what a number holds exactly", 10n ** 18n, 1_000_000_000_000, 31, 31, 1],
  ["the first of the month: nobody can tell", 5n * MICRO, 100, 0, 30, null],
] as const)("%s", (_, cost, perMonth, over, days, pace) => {
  expect(budgetPace(cost, perMonth, over, days)).toBe(pace);
});
