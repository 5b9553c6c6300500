import { expect, test } from "vitest";
import { GAP_CAUSES, type GapCause } from "../../../../db/model/coverage.ts";
import { SLOT_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { blankDay, type DayPoints, POINT_COLUMNS, setPoint } from "../../../../db/store/day-points.ts";
import { PastFleet } from "../../../../server/usecases/alerts/lab/past-fleet.ts";

const DAY = unixMs(Date.UTC(2026, 10, 20));
const pool = { id: 1, vendor: "v", region: "r", zone: "z", cluster: "k", model: "T4", billing: "monthly" } as const;

/** A day whose first slot misses everything, for a cause. */
function missed(cause: GapCause): DayPoints {
  const day = blankDay();
  setPoint(day.presence, 0);
  day.values[POINT_COLUMNS.indexOf("ownedMs") * 288] = SLOT_MS;
  day.values[POINT_COLUMNS.indexOf("gapCause") * 288] = GAP_CAUSES.indexOf(cause);
  return day;
}

test.each([
  ["node_down", false, false], // as Kubernetes said then
  ["source_down", false, null],
  ["card_gone", true, null],
  ["no_reading", null, null],
  ["dapan_down", null, null],
] as const)("what was missing for %s says of its node: exporter up %s, ready %s", (cause, isExporterUp, isReady) => {
  const fleet = new PastFleet({
    cards: [{ id: 1, uuid: "GPU-1", pool, node: "n" }],
    events: new Map(),
    holders: new Map(),
  });
  expect(fleet.round(DAY, 0, new Map([[1, missed(cause)]])).nodes[0]).toMatchObject({ isExporterUp, isReady });
});
