import fc from "fast-check";
import { test } from "vitest";
import * as laws from "./laws.ts";

const holds = (law: (p: laws.Pricing) => fc.IProperty<unknown>) => () => fc.assert(law(laws.REAL), { numRuns: 200 });

test("M-02 costs add up over time, wherever it is cut", holds(laws.costsAddUpOverTime));
test("M-13 owning for longer never costs less", holds(laws.costNeverFalls));
test("M-05 each instant has one price or none", holds(laws.piecesTile));
test("M-06 a change moves the money of the time it touches and of no other", holds(laws.changesMoveOnlyTouchedTime));
test("a wish comes true, and is true when asked again", holds(laws.wishesComeTrue));
test("M-10 two currencies never meet without a rate of the day", holds(laws.currenciesNeverMeetSilently));
test("M-12 money survives being written down", holds(laws.moneySurvivesText));
test("M-15 a contract month costs its fee", holds(laws.monthsCostTheirFee));
test("the cards of an instance cost the instance", holds(laws.instancesAreSharedOut));
test("adding up between the cuts loses nothing", holds(laws.cutsLoseNothing));
