import "../../../tools/seed.ts";
import fc from "fast-check";
import { describe, test } from "vitest";
import * as laws from "./alert-laws.ts";
import { type Alerts, REAL } from "./alerts.ts";

const LAWS: Readonly<Record<string, readonly [(alerts: Alerts) => fc.IRawProperty<unknown>, number]>> = {
  "A-01 opens one incident of each finding": [laws.oneOfEach, 100],
  "A-02 takes legal steps only, each with its cause and time": [laws.stepsAreLegal, 100],
  "A-03, A-04 lives as the oracle tells from the whole history": [laws.livesAreAsTheOracleTells, 200],
  "A-05 does not depend on the order within a round": [laws.orderIsNothing, 60],
  "A-06 does not show a restart": [laws.restartsAreTransparent, 60],
  "A-07 bears missed and doubled rounds": [laws.missedAndDoubledRoundsAreHarmless, 50],
  "A-08 filters, and nothing else": [laws.filtersAreFilters, 60],
  "A-09 tells each incident once for each route and channel": [laws.groupsConserve, 50],
  "A-10 knows a finding again": [laws.fingerprintsAreIdentity, 500],
  "A-11 speaks at most once an interval in a group": [laws.groupsAreBounded, 40],
  "A-11 speaks at most three times an hour of what comes and goes": [laws.flappingIsBounded, 60],
  "A-13 leaves no orphan of a changed rule": [laws.noRuleLeavesOrphans, 100],
  "ALR-09 does not look at the clock on the wall": [laws.wallClockIsNothing, 100],
  "D-01 lets every channel know the end": [laws.channelsKnowTheEnd, 30],
};

describe("alerts", () => {
  test.each(Object.entries(LAWS))("%s", async (_, [law, numRuns]) => {
    await fc.assert(law(REAL), { numRuns });
  });
});
