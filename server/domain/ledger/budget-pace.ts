import { MICRO, type Micro } from "../../../db/model/money.ts";

/**
 * How fast a month's budget is spent: cost so far ÷ the budget's part for the days that are over; 1 = as planned.
 * null = no day of the month is over yet.
 * @param perMonth whole units of the currency of `cost`, above 0
 * @param daysOver whole days of the month that are over @param days the month has
 */
export function budgetPace(cost: Micro, perMonth: number, daysOver: number, days: number): number | null {
  if (daysOver <= 0) return null;
  return (Number(cost) * days) / (Number(BigInt(perMonth) * MICRO) * daysOver);
}
