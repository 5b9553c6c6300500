import "../../../tools/seed.ts";
import fc from "fast-check";
import { describe, test } from "vitest";
import * as hours from "./hour-laws.ts";
import { type Ledger, REAL } from "./ledger.ts";
import * as money from "./money-laws.ts";

const LAWS: Readonly<Record<string, readonly [(l: Ledger) => fc.IRawProperty<unknown>, number]>> = {
  "M-01 gives every card-millisecond and every micro-unit to one line": [hours.conserves, 150],
  "M-01, M-03, M-08 lets everybody bear their part, and no more": [money.everybodyBearsTheirPart, 1_000],
  "M-02 costs the same wherever a stretch is cut": [hours.costsAddUp, 100],
  "M-03, M-10 comes to one total whatever it is added up by": [money.dimensionsAgree, 1_000],
  "M-04 does not depend on what was told first": [hours.isOrderFree, 100],
  "M-04 adds days up in any order": [money.daysAddUp, 500],
  "M-05 gives each price its time, and holes no money": [hours.pricesHaveTheirTime, 150],
  "M-06 moves the money a late price touches, and no other": [hours.lateMoneyMovesAlone, 150],
  "M-07 costs k times as much at k times the price": [hours.costsAreLinear, 100],
  "M-07 costs twice as much for a fleet twice": [hours.twinsCostTwice, 100],
  "M-07 never costs less with one card more": [hours.moreIsNeverLess, 100],
  "M-08 splits money to the last micro-unit": [money.splitsExactly, 1_000],
  "M-09 shows lines that add up to what is shown below them": [money.shownLinesAddUp, 1_000],
  "M-11 works out again what it has worked out": [hours.worksOutAgain, 100],
  "M-12, M-13 answers with numbers that are numbers": [money.figuresAreNumbers, 1_000],
  "M-13 knows no time and no money below nothing": [hours.hoursAreWhole, 100],
  "M-14 has units cost the cost": [money.unitsCostTheCost, 500],
  "M-15 has the hours of a contract month cost its fee": [hours.monthsCostTheirFee, 12],
  "leads from list price to margin step by step": [money.stepsLeadToTheMargin, 500],
};

describe("the ledger", () => {
  test.each(Object.entries(LAWS))("%s", async (_, [law, numRuns]) => {
    await fc.assert(law(REAL), { numRuns });
  });
});
