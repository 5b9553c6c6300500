import { expect, test } from "vitest";
import { WORK_KINDS } from "../../../../db/model/feature.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { StoredIncident } from "../../../../db/store/incidents.ts";
import { incidentAsSeen } from "../../../../server/usecases/alerts/incident-sight.ts";
import { incident } from "../../domain/alerts/hand.ts";

const feature = (id: number, team: string) => ({
  id, key: `f${id}`, name: `F${id}`, team, kind: WORK_KINDS[0], unit: "", unitSource: "", owns: [], archivedAt: null,
}); // prettier-ignore
const FEATURES = [feature(1, "video"), feature(2, "search")];
const one = (featureIds: readonly number[]): StoredIncident => ({
  ...incident({
    labels: { card: "GPU-1", pod: "search-7", namespace: "search" },
    values: { card: "GPU-1", job: "search-7" },
    evidence: [{ signal: "xid", value: 79, threshold: null, at: unixMs(1), text: "pid 7, search-7" }],
    assignee: "Ann of search",
  }),
  costPerHourMicro: 777n,
  unpricedCards: 0,
  currency: "CNY",
  holders: ["search/search-7"],
  featureIds,
});

test("people with teams see incidents that touch their features, and no others", () => {
  expect(incidentAsSeen(one([2]), FEATURES, { teams: ["video"] })).toBeNull();
  expect(incidentAsSeen(one([]), FEATURES, { teams: ["video"] })).toBeNull();
  expect(incidentAsSeen(one([1]), FEATURES, { teams: ["video"] })).toMatchObject({ featureIds: [1], holders: [] });
  expect(incidentAsSeen(one([1, 2]), FEATURES, { teams: null })).toEqual(one([1, 2]));
});

test("where others are hit too, nothing that names them is left, and no cost of all", () => {
  const seen = incidentAsSeen(one([1, 2]), FEATURES, { teams: ["video"] });
  expect(seen).toMatchObject({
    featureIds: [1],
    labels: { card: "GPU-1" },
    values: { card: "GPU-1" },
    costPerHourMicro: null,
  });
  expect(JSON.stringify({ ...seen, fingerprint: "" })).not.toContain("search");
});
