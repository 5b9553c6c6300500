import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IncidentRow } from "../../db/model/alert-views.ts";
import { HOUR_MS, MINUTE_MS } from "../../db/model/time.ts";
import { DEFAULT_ALERTS, decodeAlerts, encodeAlerts } from "../../web/lib/alerts-url.ts";
import { quietPlace, silenceOf } from "../../web/lib/silence-wish.ts";
import { timeTicks } from "../../web/lib/time-ticks.ts";
import { linesOf, stepFrom } from "../../web/panels/alerts/incident-lines.ts";
import { medianOf } from "../../web/panels/incident/median.ts";

function incident(id: number, part: Partial<IncidentRow> = {}): IncidentRow {
  return {
    id,
    ruleId: "card-drop",
    family: "presence",
    severity: "P1",
    phase: "firing",
    scope: "node",
    labels: {},
    summary: { zh: "掉卡", en: "dropped" },
    action: "drain_reboot",
    since: 0,
    firedAt: 0,
    resolvedAt: null,
    because: "held_for",
    suppressedBy: null,
    isFlapping: false,
    isHistoric: false,
    ackedBy: "",
    assignee: "",
    region: "r1",
    cluster: "c1",
    node: "gpu-1",
    poolId: 1,
    cards: 1,
    costPerHourMicro: null,
    unpricedCards: 1,
    features: [],
    holders: [],
    ...part,
  };
}

describe("the address of the incident list", () => {
  test("says nothing where nothing is asked", () => {
    expect(encodeAlerts(DEFAULT_ALERTS).toString()).toBe("");
  });

  test("is read back as it was written, whatever is asked, and any text is an address", () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), (text) => {
        const once = decodeAlerts(new URLSearchParams(text));
        expect(decodeAlerts(encodeAlerts(once))).toEqual(once);
      }),
    );
    const view = decodeAlerts(
      new URLSearchParams(
        "set=resolved&severity=P2,P1,P9&family=xid&pool=7&feature=3&from=5&to=9&group=feature&q=a%26b",
      ),
    );
    expect(view).toMatchObject({
      severities: ["P1", "P2"],
      families: ["xid"],
      poolId: 7,
      featureId: 3,
      from: 5,
      to: 9,
    });
    expect(encodeAlerts(view).get("q")).toBe("a&b");
  });

  test("lets fall what no server would take", () => {
    const view = decodeAlerts(new URLSearchParams("set=all&pool=-1&feature=9999999999&from=1e9&group=day"));
    expect(view).toEqual(DEFAULT_ALERTS);
  });
});

describe("the lines of the list", () => {
  test("keep their order, and the group of the worst comes first", () => {
    const rows = [
      incident(1, { node: "b" }),
      incident(2, { node: "a", severity: "P2" }),
      incident(3, { node: "b", severity: "P3" }),
      incident(4, { node: "", severity: "P3" }),
    ];
    const lines = linesOf(rows, "node");
    expect(lines.map((line) => (line.kind === "group" ? line.group.value : line.row.id))).toEqual([
      "b",
      1,
      3,
      "a",
      2,
      "",
      4,
    ]);
    expect(lines[0]).toMatchObject({ group: { counts: { P1: 1, P2: 0, P3: 1 }, place: "c1 · r1" } });
  });

  test("tell two nodes of one name in two clusters apart", () => {
    const lines = linesOf([incident(1), incident(2, { cluster: "c2" })], "node");
    expect(lines.filter(({ kind }) => kind === "group")).toHaveLength(2);
  });

  test("show an incident under each feature it hits, each line with a key of its own", () => {
    const lines = linesOf(
      [
        incident(1, {
          features: [
            { id: 1, name: "a" },
            { id: 2, name: "b" },
          ],
        }),
        incident(2),
      ],
      "feature",
    );
    expect(lines).toHaveLength(6);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(6);
  });

  test("are walked by keys over headings, and the ends stand still", () => {
    const lines = linesOf([incident(1, { node: "a" }), incident(2, { node: "b" })], "node");
    const first = stepFrom(lines, null, 1);
    const second = stepFrom(lines, first, 1);
    expect([first, second].map((key) => key?.split(" ")[0])).toEqual(["1", "2"]);
    expect(stepFrom(lines, second, 1)).toBe(second);
    expect(stepFrom(lines, second, -1)).toBe(first);
    expect(stepFrom(lines, first, -1)).toBe(first);
    expect(stepFrom([], null, 1)).toBeNull();
    expect(stepFrom(lines, "gone", 1)).toBe(first); // it was resolved meanwhile
  });
});

describe("a silence from an incident", () => {
  const card = { cardId: 1, uuid: "GPU-1", isIll: true } as never;

  test("is as narrow as the incident: its cards, else its node, else its place", () => {
    const ofCard = silenceOf({ row: incident(1, { scope: "card" }), cards: [card] }, undefined, 5, "why");
    expect(ofCard).toMatchObject({ cards: ["GPU-1"], nodes: [], where: {}, ruleIds: ["card-drop"], from: 5 });
    expect(ofCard.to - ofCard.from).toBe(2 * HOUR_MS);
    expect(silenceOf({ row: incident(1), cards: [card] }, undefined, 0, "")).toMatchObject({
      cards: [],
      nodes: ["gpu-1"],
    });
    const ofCluster = silenceOf({ row: incident(1, { scope: "cluster", node: "" }), cards: [] }, undefined, 0, "");
    expect(ofCluster.where).toEqual({ cluster: ["c1"], region: ["r1"] });
    expect(quietPlace(ofCluster)).toBe("c1 · r1");
  });

  test("says so where it would be quiet everywhere", () => {
    const row = incident(1, { scope: "feature", node: "", cluster: "", region: "" });
    expect(quietPlace(silenceOf({ row, cards: [] }, undefined, 0, ""))).toBe("");
  });
});

test("a short span has round quarters of an hour on its axis, a long one whole hours", () => {
  const minute = (at: number) => new Date(at).toISOString().slice(11, 16);
  const from = Date.UTC(2026, 10, 22, 6, 29);
  expect(timeTicks(from, from + 90 * MINUTE_MS, minute).map(minute)).toEqual(
    "06:30 06:45 07:00 07:15 07:30 07:45".split(" "),
  );
  expect(timeTicks(from, from + 24 * HOUR_MS, minute).map(minute)[0]).toBe("08:00");
});

test("a median leaves out what was not said", () => {
  expect(medianOf([null, 3, 1])).toBe(2);
  expect(medianOf([5, null, 1, 9])).toBe(5);
  expect(medianOf([null])).toBeNull();
});
