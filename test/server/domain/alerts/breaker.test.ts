import { describe, expect, test } from "vitest";
import type { Finding } from "../../../../db/model/incident.ts";
import { HOUR_MS, MINUTE_MS } from "../../../../db/model/time.ts";
import { fingerprintOf } from "../../../../server/domain/alerts/fingerprint.ts";
import type { RuleSaw } from "../../../../server/domain/health/round.ts";
import { at, Course, finding, inForce, saw, T0 } from "./hand.ts";

const LOSS = inForce({
  id: "mass-loss",
  family: "presence",
  scope: "cluster",
  condition: { kind: "mass_loss", ratio: 0.5, atLeast: 3, windowMs: 5 * MINUTE_MS },
  forMs: 0,
  severity: "P1",
});
const DOWN = inForce({
  id: "node-down",
  family: "presence",
  scope: "node",
  condition: { kind: "presence", verdict: "node_down" },
  forMs: MINUTE_MS,
  severity: "P1",
});

const loss = (values: Finding["values"] = {}, cluster = "train"): RuleSaw =>
  saw("mass-loss", [
    finding(
      { region: "north", cluster },
      { ruleId: "mass-loss", scope: "cluster", severity: "P1", nodeKey: "", cluster, values },
    ),
  ]);
const nodes = (count: number, cluster = "train"): readonly Finding[] =>
  Array.from({ length: count }, (_, i) => {
    const nodeKey = `cloud/north/a/${cluster}/gpu-${i}`;
    const cardIds = Array.from({ length: 8 }, (_, c) => 8 * i + c);
    return finding(
      { cluster, node: nodeKey },
      { ruleId: "node-down", scope: "node", severity: "P1", nodeKey, cluster, cardIds },
    );
  });
const down = (count: number, cluster?: string): RuleSaw => saw("node-down", nodes(count, cluster));
const lossKey = fingerprintOf("mass-loss", { region: "north", cluster: "train" });

const heldIn = (course: Course): number =>
  [...course.open.values()].filter(({ suppressedBy }) => suppressedBy === "breaker").length;

describe("a mass loss (ALR-07)", () => {
  test("of 250 nodes is one message in the first hour, and the nodes stand by", () => {
    const course = new Course(LOSS, DOWN);
    course.over(HOUR_MS, [loss(), down(250)]);
    expect(course.open.size).toBe(251);
    expect(heldIn(course)).toBe(250);
    expect(course.said).toEqual([{ at: 45_000, reason: "first", firing: 1, resolved: 0 }]);
  });

  test("is believed when a person confirms it: its nodes are told with their true times, as one", () => {
    const course = new Course(LOSS, DOWN);
    course.over(40 * MINUTE_MS, [loss(), down(250)]);
    course.act(lossKey, { isConfirmed: true });
    course.over(20 * MINUTE_MS, [loss(), down(250)]);
    expect(heldIn(course)).toBe(0);
    expect(course.said).toMatchObject([{ firing: 1 }, { reason: "new_firing", firing: 251 }]);
    const [node] = [...course.open.values()].filter(({ scope }) => scope === "node");
    expect(node).toMatchObject({ since: T0, firedAt: at(75_000) });
  });

  test("is believed when Kubernetes says so too, and that is written down", () => {
    const course = new Course(LOSS, DOWN);
    course.over(2 * MINUTE_MS, [loss(), down(3)]);
    const [{ events } = { events: [] }] = course
      .round([loss({ confirmed: 1 }), down(3)])
      .filter(({ next }) => next.ruleId === "mass-loss");
    expect(events).toMatchObject([{ kind: "confirmed", who: "" }]);
    expect(heldIn(course)).toBe(0);
  });

  test("that was a failure of monitoring passes without a word of the nodes", () => {
    const course = new Course(LOSS, DOWN);
    course.over(40 * MINUTE_MS, [loss(), down(250)]);
    course.over(20 * MINUTE_MS, [saw("mass-loss", []), saw("node-down", [])]);
    expect(course.open.size).toBe(0);
    expect(course.said).toMatchObject([
      { reason: "first", firing: 1 },
      { reason: "all_resolved", resolved: 1 },
    ]);
  });

  test("holds nothing of another cluster, nor of its namesake elsewhere", () => {
    const course = new Course(LOSS, DOWN);
    const namesake = nodes(1).map((one) => ({ ...one, region: "south", labels: { node: "south" } }));
    course.over(5 * MINUTE_MS, [loss(), saw("node-down", [...nodes(1, "serve"), ...namesake])]);
    expect(heldIn(course)).toBe(0);
  });

  test("holds only what says that something is gone: an error a card reports is told", () => {
    const course = new Course(LOSS, DOWN, inForce({ forMs: 0 }));
    course.over(5 * MINUTE_MS, [loss(), down(3), saw("temp-core", [finding({ card: "GPU-1" })])]);
    expect(heldIn(course)).toBe(3);
    expect(course.open.get(fingerprintOf("temp-core", { card: "GPU-1" }))?.suppressedBy).toBeNull();
  });

  test("lets a person confirm a single node", () => {
    const course = new Course(LOSS, DOWN);
    course.over(2 * MINUTE_MS, [loss(), down(3)]);
    const [node] = [...course.open.values()].filter(({ scope }) => scope === "node");
    course.act(node!.fingerprint, { isConfirmed: true });
    course.round([loss(), down(3)]);
    expect(heldIn(course)).toBe(2);
  });
});
