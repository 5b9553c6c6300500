import { describe, expect, test } from "vitest";
import type { Incident } from "../../../../db/model/incident.ts";
import type { Rule } from "../../../../db/model/rule.ts";
import { suppressions } from "../../../../server/domain/alerts/suppression.ts";
import { bookOf, byFingerprint, Course, finding, incident, inForce, saw, T0, told } from "./hand.ts";

const presence = (id: string, scope: Rule["scope"], verdict: "node_down" | "card_drop" | "exporter_down") =>
  inForce({ id, family: "presence", scope, condition: { kind: "presence", verdict }, forMs: 0 });
const BOOK = bookOf(
  presence("node-down", "node", "node_down"),
  presence("exporter-down", "node", "exporter_down"),
  presence("card-drop", "node", "card_drop"),
  presence("region-down", "region", "node_down"),
  presence("cluster-down", "cluster", "node_down"),
  inForce({ id: "psu", scope: "node", action: "check_power" }),
  inForce({ id: "temp-node", scope: "node" }),
  inForce(),
);

const CARDS = [1, 2, 3, 4, 5, 6, 7, 8];
const NODE = "cloud/north/a/train/gpu-01";
const node = (ruleId: string, part: Partial<Incident> = {}): Incident =>
  incident({ labels: { node: NODE }, ruleId, scope: "node", severity: "P1", cardIds: CARDS, ...part });
const card = (id: number, part: Partial<Incident> = {}): Incident =>
  incident({ labels: { card: `GPU-${id}` }, cardIds: [id], severity: "P2", ...part });
const region = incident({
  labels: { region: "north" },
  ruleId: "region-down",
  scope: "region",
  nodeKey: "",
  severity: "P1",
});
const cluster = incident({
  labels: { cluster: "train" },
  ruleId: "cluster-down",
  scope: "cluster",
  nodeKey: "",
  severity: "P1",
});

/** Who is silenced by whom, by rule ids. */
function hidden(...open: readonly Incident[]): readonly string[] {
  const changed = suppressions(open, BOOK, [], T0);
  const names = new Map(open.map(({ fingerprint, ruleId }) => [fingerprint, ruleId]));
  return open.flatMap(({ fingerprint, ruleId }) => {
    const next = changed.get(fingerprint)?.next;
    return next?.suppressedBy == null ? [] : [`${ruleId} by ${names.get(next.suppressor)}`];
  });
}

describe("inhibition: what is larger speaks for what it takes out", () => {
  test.each<readonly [string, readonly Incident[], readonly string[]]>([
    [
      "a node that is down speaks for its cards",
      [node("node-down"), card(1), card(8)],
      ["temp-core by node-down", "temp-core by node-down"],
    ],
    ["and for nobody else's", [node("node-down"), card(1, { nodeKey: "cloud/north/a/train/gpu-02" })], []],
    ["a node without power does too", [node("psu"), card(3)], ["temp-core by psu"]],
    ["a hot node does not: its cards have faults of their own", [node("temp-node"), card(3)], []],
    [
      "a dropped card speaks for itself alone",
      [node("card-drop", { cardIds: [3] }), card(3), card(5)],
      ["temp-core by card-drop"],
    ],
    [
      "nothing speaks for what is severer",
      [node("exporter-down", { severity: "P2" }), card(1, { severity: "P1" })],
      [],
    ],
    ["a pending one speaks for nobody", [node("node-down", { phase: "pending", firedAt: null }), card(1)], []],
    ["nor does one that is history", [node("node-down", { isHistoric: true }), card(1)], []],
    [
      "of two that speak of cards of one node, the one that says more",
      [node("node-down"), node("card-drop", { cardIds: [3] })],
      ["card-drop by node-down"],
    ],
    ["two that say the same hide neither", [node("node-down"), node("exporter-down", { severity: "P1" })], []],
    [
      "a region speaks for its nodes and cards",
      [region, node("node-down"), card(1)],
      ["node-down by region-down", "temp-core by node-down"],
    ],
    ["a cluster for its nodes", [cluster, node("node-down")], ["node-down by cluster-down"]],
    ["and a region for its clusters", [region, cluster], ["cluster-down by region-down"]],
    ["another region for none of it", [{ ...region, region: "south" }, node("temp-node")], []],
    [
      "jobs are told though their node is",
      [node("node-down"), incident({ labels: { job: "llm" }, scope: "gang", cardIds: [1] })],
      [],
    ],
  ])("%s", (_, open, expected) => {
    expect(hidden(...open)).toEqual(expected);
    expect(hidden(...open.toReversed()).toSorted()).toEqual(expected.toSorted());
  });
});

test("what was hidden is revealed when the larger one is over, and both are said in the timeline", () => {
  const course = new Course(...BOOK.values());
  const down = saw("node-down", [
    finding({ node: NODE }, { ruleId: "node-down", scope: "node", severity: "P1", cardIds: CARDS }),
  ]);
  const hot = saw("temp-core", [finding({ card: "GPU-1" })]);
  course.over(90_000, [hot]);
  const { fingerprint } = course.one();
  expect(course.round([hot, down]).find(({ next }) => next.fingerprint === fingerprint)?.events).toMatchObject([
    { kind: "suppressed", because: "inhibition" },
  ]);
  course.over(180_000, [hot, saw("node-down", [])]);
  expect(told(course.changes.filter(({ next }) => next.fingerprint === fingerprint))).toEqual([
    "pending condition_began",
    "fired held_for",
    "suppressed inhibition",
    "revealed",
  ]);
  expect(byFingerprint([...course.open.values()]).get(fingerprint)).toMatchObject({
    suppressedBy: null,
    suppressor: "",
  });
});

test("a node with 8 cards that dies is one message that speaks of 8 (ALR-03)", () => {
  const course = new Course(...BOOK.values());
  const down = saw("node-down", [
    finding({ node: NODE }, { ruleId: "node-down", scope: "node", severity: "P1", cardIds: CARDS }),
  ]);
  const lost = saw(
    "temp-core",
    CARDS.map((id) => finding({ card: `GPU-${id}` }, { cardIds: [id] })),
  );
  course.over(30 * 60_000, [down, lost]);
  expect(course.open.size).toBe(9);
  expect(course.said).toEqual([{ at: 45_000, reason: "first", firing: 1, resolved: 0 }]);
  expect(course.groups).toHaveLength(1);
});
