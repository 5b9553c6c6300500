import { expect, test } from "vitest";
import { SECOND_MS } from "../../../../db/model/time.ts";
import { evaluate } from "../../../../server/domain/health/evaluate.ts";
import { seeGuarded } from "../../../../server/domain/alerts/guarded.ts";
import { aRound } from "../health/a-round.ts";
import { Course, finding, inForce, rule, saw, told } from "./hand.ts";

const where = { region: ["north"] };
const level = (threshold: number) => ({
  kind: "level" as const,
  signal: "temperatureCelsius" as const,
  compare: ">" as const,
  threshold,
});
const guarded = (part: Parameters<typeof rule>[0]) => ({ ...inForce(), guarded: [rule({ where, ...part })] });

test("where a window is on a rule waits less, and as long as ever elsewhere", () => {
  const both = [saw("temp-core", [finding({ card: "a" }), finding({ card: "b" }, { region: "south", nodeKey: "" })])];
  const course = new Course(guarded({ forMs: 15 * SECOND_MS }));
  expect(told(course.round(both))).toEqual(["pending condition_began", "pending condition_began"]);
  expect(told(course.round(both))).toEqual(["fired held_for"]);
  expect([...course.open.values()].find(({ phase }) => phase === "firing")?.region).toBe("north");
  expect(told(course.over(45 * SECOND_MS, both))).toEqual(["fired held_for"]);
});

test("a wait of nothing fires at once there", () => {
  const course = new Course(guarded({ forMs: 0 }));
  const both = [saw("temp-core", [finding({ card: "a" }), finding({ card: "b" }, { region: "south" })])];
  expect(told(course.round(both)).toSorted()).toEqual(["fired at_once", "pending condition_began"]);
});

test("with a stricter figure it finds more there, says one thing of each card, and takes nothing back elsewhere", () => {
  const hot = (uuid: string, region: string, temperatureCelsius: number) => ({
    uuid,
    pool: { region },
    says: { temperatureCelsius },
  });
  const round = aRound({
    cards: [
      hot("a", "north", 80),
      hot("b", "south", 80),
      hot("c", "north", 95),
      hot("d", "south", 95),
      hot("e", "north", 60),
    ],
  });
  const found = (one: Parameters<typeof seeGuarded>[1]) =>
    seeGuarded(evaluate, one, round)
      .findings.map(({ labels, evidence }) => `${labels["card"]} ${evidence[0]?.threshold}`)
      .toSorted();
  expect(found(inForce())).toEqual(["c 87", "d 87"]);
  expect(found(guarded({ condition: level(75) }))).toEqual(["a 75", "c 87", "d 87"]);
  expect(found(guarded({ forMs: 0, condition: inForce().rule.condition }))).toEqual(["c 87", "d 87"]);
});
