import "../../../tools/seed.ts";
import fc from "fast-check";
import { test } from "vitest";
import { hourLines } from "../../../../server/domain/ledger/hour-lines.ts";
import { fleets } from "../../../oracle/ledger-fleet.ts";
import { linesOf, onMachines, oracleOf } from "./facts.ts";
import { same } from "./same.ts";

test("the product says of every fleet what the oracle says of it, to the last micro-unit", () => {
  fc.assert(
    fc.property(fleets(), (fleet) => same(linesOf(fleet, hourLines), oracleOf(fleet))),
    { numRuns: 300 },
  );
});

test("and of every fleet of machines, where it counts which of its cards a card is", () => {
  fc.assert(
    fc.property(fleets().map(onMachines), (fleet) => same(linesOf(fleet, hourLines), oracleOf(fleet))),
    { numRuns: 200 },
  );
});
